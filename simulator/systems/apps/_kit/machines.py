"""Client credentials (RFC 6749 §4.4): a program acts under an account of its own."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidScopeError, UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from sqlalchemy import select

from simulator.crypto import fingerprint
from simulator.db.base import first_name, normalized
from simulator.db.tables import AppUser, OAuthClient
from simulator.db.upsert import get_or_create
from simulator.oauth import to_ascii
from simulator.systems.apps._kit import people
from simulator.world import World


def find_account(world: World, host: str, client: OAuthClient) -> AppUser:
    """Return the account under which a client acts, made at its first token.

    Args:
        host: the instance.
        client: the client.

    Raises:
        UnauthorizedClientError: a person has its login.
    """
    login = str(client.client_metadata.get("login") or f"client-{client.client_id[:12]}")
    return make_account(world, host, login, client.name)


def make_account(world: World, host: str, login: str, name: str) -> AppUser:
    """Return the account of a program, made where there is none yet; nobody signs in with it.

    Args:
        host: the instance.
        login: the login of the account.
        name: the name as people read it.

    Raises:
        UnauthorizedClientError: a person has the login.
    """
    known = select(AppUser).where(AppUser.host == host, AppUser.login == login)
    user = world.db.session.scalar(known) or get_or_create(
        world.db.session,
        AppUser,
        {"host": host, "login": login},
        name=name,
        first_name=first_name(name),
        email=f"{login}@{host}",
        normalized_login=normalized(login),
        normalized_email=normalized(f"{login}@{host}"),
        # Nobody knows it, so that nobody signs in so.
        password_hash=world.keys.hash_password(world.randomness.secret("password")),
        role=people.MACHINE,
    )
    if not people.is_machine(user):
        raise UnauthorizedClientError("The login of this client is that of a person.")
    return user


class MachineGrant(ClientCredentialsGrant):
    """The grant of clients that were registered for it; no refresh token comes of it."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
    request: Any
    server: Any

    def validate_requested_scope(self) -> None:
        """Refuse a scope that the client was not given."""
        own = self.request.client.scopes
        names = (self.request.payload.scope or "").split()
        if refused := [name for name in names if name not in own]:
            raise InvalidScopeError(
                f"The client was not given these scopes: {to_ascii(', '.join(refused))}."
            )

    def create_token_response(self) -> Any:
        """Issue an access token for the client's account, with all its scopes if it names none."""
        client, store = self.request.client, self.server.store
        scope = self.request.payload.scope or " ".join(
            name for name in client.scopes if name != store.dialect.offline_scope
        )
        user = find_account(store.world, self.server.rules.realm, client.row)
        token = store.issue(
            client_id=client.get_client_id(),
            subject=str(user.id),
            scope=" ".join(dict.fromkeys(scope.split())),
            family=fingerprint(store.world.randomness.secret("family of a machine")),
            auth_time=store.world.clock.now(),
            with_refresh_token=False,
        )
        return 200, token, self.TOKEN_RESPONSE_HEADER
