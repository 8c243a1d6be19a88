"""Connections that need no person's consent: the app is asked with the credentials, at once.

In the real product, Connect does the same; what it asks there is not public (our choice: whose
account it is).
"""

from simulator.connectors.auth_types import AuthType, Scheme
from simulator.crypto import Purpose
from simulator.db.tables import Connection
from simulator.db.tables.connections import EXCEPTION, FAILED
from simulator.domain import connections, tokens
from simulator.domain.tokens import TokenGrant, TokenRefused
from simulator.errors import Unreachable
from simulator.validation.parsing import parse_foreign_object
from simulator.world import World


def connect(world: World, connection: Connection, builder_email: str | None) -> None:
    """Establish a connection whose settings are stored, or note why the app refuses them.

    Args:
        world: with an open unit of work, which is committed on the way.
        connection: a builder's, whose authentication type needs no consent.
        builder_email: the e-mail address of the collaborator who connects it; None for a program.

    Raises:
        TokenRefused: the app refuses the credentials, or does not answer.
    """
    try:
        granted = obtain(world, connection)
    except TokenRefused as refused:
        note_failure(world, connection, refused.message, refused.error)
        world.db.commit()
        raise
    store(world, connection, builder_email, granted)


def note_failure(world: World, connection: Connection, reason: str, code: str = "") -> None:
    """Note why an app did not authorize a connection; an established one stays established.

    Args:
        connection: a builder's or an end user's.
        reason: one sentence for those who build.
        code: of the refusal; `unreachable` where the app did not answer.
    """
    if connection.connected:
        return
    connection.authorization_status = EXCEPTION if code == "unreachable" else FAILED
    connection.authorization_error = reason
    connection.updated_at = world.clock.now()


def store(
    world: World, connection: Connection, builder_email: str | None, granted: TokenGrant
) -> None:
    """Store what an app granted: a connection without a consent has no refresh token.

    Args:
        connection: a builder's.
        builder_email: the e-mail address of the collaborator who connects it; None for a program.
        granted: the tokens that `obtain` returned.
    """
    connection.refresh_token_sealed = None
    connections.authorize(
        world, connection, builder_email, granted.answer, granted.account, granted.api_url
    )


def obtain(world: World, connection: Connection) -> TokenGrant:
    """Ask an app with the credentials of a connection.

    Args:
        world: with an open unit of work, which is committed.
        connection: a builder's, whose authentication type needs no consent; stored or not.

    Raises:
        TokenRefused: the app refuses the credentials, or does not answer.
    """
    auth_type = connections.get_auth_type(connection)
    if auth_type.scheme is Scheme.CLIENT:
        return tokens.request_by_client(world, connection)
    return _ask(world, connection, auth_type)


def _ask(world: World, connection: Connection, auth_type: AuthType) -> TokenGrant:
    connector = connections.get_connector(connection)
    sealed, host = connection.client_secret_sealed, str(connection.input["host"])
    assert sealed is not None, "the form asks for the secret"
    assert auth_type.secret is not None, "so does its type"
    secret = world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, sealed)
    endpoint, field = connector.account_endpoints[0], auth_type.secret
    headers = {
        "Authorization": auth_type.header(connection.input, secret),
        "Accept": "application/json",
    }
    world.db.commit()
    try:
        answer = world.http.request("GET", connector.url(host, endpoint.path), headers=headers)
    except Unreachable as error:
        raise TokenRefused("host", f"{error}. Check the host.", "unreachable") from None
    if answer.status_code in (401, 403):
        whose = f" for this {auth_type.account.label.lower()}" if auth_type.account else ""
        raise TokenRefused(
            field.name,
            f"{connector.name} refused the {_lower(field.label)}{whose} "
            f"({answer.status_code}): it is mistyped, revoked or expired. {field.hint}",
            "invalid_grant",
        )
    if answer.status_code != 200:
        details = connector.read_error(parse_foreign_object(answer.content))
        ending = f": {details}" if details else "."
        message = f"{connector.name} answered {answer.status_code}{ending}"
        raise TokenRefused("host", message, "unexpected")
    account = endpoint.account(parse_foreign_object(answer.content))
    return TokenGrant(answer={"access_token": secret}, account=account, api_url=host)


def _lower(label: str) -> str:
    """Return a label within a sentence: an abbreviation stays as it is."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
