"""OAuth clients of one instance: what an admin may register, and its rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, String, cast, delete, func, select, update
from werkzeug.datastructures import MultiDict

from simulator.crypto import Purpose
from simulator.db.listing import Found
from simulator.db.tables import AppInstance, AppUser, OAuthClient, OAuthCode, OAuthToken
from simulator.net.addresses import app_system
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.dialect import Dialect
from simulator.validation.redirect_uris import check_redirect_uri
from simulator.world import World

AUTHORIZATION_CODE, CLIENT_CREDENTIALS = "authorization_code", "client_credentials"
_MOST_URIS = 10


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the create and edit form carries.

    Attributes:
        name: shown to people on the consent page.
        grant_type: a key of the dialect's `grant_types`.
        redirect_uris: the redirect URIs as typed, one a line.
        scopes: the ticked ones.
        login: under which name a client without a person acts.
        errors: field → sentence.
    """

    name: str = ""
    grant_type: str = AUTHORIZATION_CODE
    redirect_uris: str = ""
    scopes: tuple[str, ...] = ()
    login: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, values: MultiDict[str, str], dialect: Dialect) -> "Form":
        """The form as a browser sent it."""
        return cls(
            name=values.get("name", "").strip(),
            grant_type=values.get("grant_type", ""),
            redirect_uris=values.get("redirect_uris", ""),
            scopes=tuple(name for name in dialect.scopes if name in values.getlist("scopes")),
            login=values.get("login", "").strip(),
        )

    @classmethod
    def of(cls, row: OAuthClient) -> "Form":
        """The form filled from a stored client."""
        return cls(
            name=row.name,
            grant_type=grant_type(row),
            redirect_uris="\n".join(row.redirect_uris),
            scopes=tuple(row.scopes),
            login=str(row.client_metadata.get("login", "")),
        )

    @property
    def uris(self) -> list[str]:
        """The redirect URIs, each once, without empty lines."""
        lines = (line.strip() for line in self.redirect_uris.splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def grant_type(row: OAuthClient) -> str:
    """The grant type that an admin chose; refresh tokens come with the first of the two."""
    return AUTHORIZATION_CODE if AUTHORIZATION_CODE in row.grant_types else CLIENT_CREDENTIALS


def every(world: World, host: str) -> Found[OAuthClient]:
    """The clients of the instance, by name."""
    found = select(OAuthClient).where(OAuthClient.provider == app_system(host))
    order = func.lower(OAuthClient.name), OAuthClient.id
    return Found(world.db.session, found.order_by(*order))


def find(world: World, host: str, client_id: int) -> OAuthClient | None:
    """The client with this id, if it is of this instance."""
    row = world.db.session.get(OAuthClient, client_id) if client_id < 2**31 else None
    return row if row is not None and row.provider == app_system(host) else None


def checked(
    world: World, host: str, dialect: Dialect, form: Form, row: OAuthClient | None = None
) -> Form:
    """The form with a sentence for each wrong field; `row` is the client being edited."""
    errors: dict[str, str] = {}
    if not form.name:
        errors["name"] = "Enter a name; people see it when they are asked for consent."
    elif len(form.name) > 100 or not form.name.isprintable():
        errors["name"] = "A name has at most 100 characters, all of them printable."
    if form.grant_type not in dialect.grant_types:
        errors["grant_type"] = "Choose a grant type."
    if sentence := _uris_error(form):
        errors["redirect_uris"] = sentence
    if not form.scopes:
        errors["scopes"] = "Select at least one scope."
    if sentence := _login_error(world, host, form, row):
        errors["login"] = sentence
    return replace(form, errors=errors)


def _uris_error(form: Form) -> str | None:
    if form.grant_type == AUTHORIZATION_CODE and not form.uris:
        return "Enter at least one redirect URI, such as https://www.workato.com/oauth/callback."
    if len(form.uris) > _MOST_URIS:
        return f"A client has at most {_MOST_URIS} redirect URIs."
    for uri in form.uris:
        try:
            check_redirect_uri(uri)
        except ValueError as error:
            return (
                f"“{uri[:100]}” is not a redirect URI: it {error}. Enter the whole address, such "
                "as https://www.workato.com/oauth/callback."
            )
    return None


def _login_error(world: World, host: str, form: Form, row: OAuthClient | None) -> str | None:
    if not form.login:
        if form.grant_type == CLIENT_CREDENTIALS:
            return "Enter the login name under which this client acts."
        return None
    if len(form.login) > 80 or not form.login.isprintable() or " " in form.login:
        return "A login name has at most 80 characters and no spaces."
    # Of two clients that are given one login at once, the second finds that of the first.
    lock = select(AppInstance.host).where(AppInstance.host == host).with_for_update()
    world.db.session.execute(lock)
    login = form.login.lower()
    person = world.db.session.scalar(
        select(AppUser.id).where(
            AppUser.host == host,
            func.lower(AppUser.login) == login,
            AppUser.role != people.MACHINE,  # that of a client, which its metadata tell of
        )
    )
    others = world.db.session.scalars(_mentioning(host, login).order_by(OAuthClient.id))
    own = (client for client in others if client is not row)
    if person or any(Form.of(client).login.lower() == login for client in own):
        return "Login has already been taken."
    return None


def _mentioning(host: str, login: str) -> Select[OAuthClient]:
    """Clients in whose metadata a login stands somewhere: few are to be read."""
    found = select(OAuthClient).where(OAuthClient.provider == app_system(host))
    if not login.isascii():  # JSON may write it otherwise
        return found
    text = cast(OAuthClient.client_metadata, String)
    return found.where(text.icontains(json.dumps(login)[1:-1], autoescape=True))


def create(world: World, host: str, form: Form) -> OAuthClient:
    """Register a client out of a form without errors, with a new identifier and secret."""
    row = OAuthClient(
        provider=app_system(host),
        client_id=world.randomness.hex("client id"),
        secret_sealed=world.keys.seal(
            Purpose.OAUTH_CLIENT_SECRET, world.randomness.hex("client secret", 32)
        ),
        token_endpoint_auth_method="client_secret_post",
        created_at=world.clock.now(),
        **_columns(form),
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def change(row: OAuthClient, form: Form) -> None:
    """Store a form without errors; identifier and secret stay."""
    for column, value in _columns(form, row.client_metadata).items():
        setattr(row, column, value)


def _columns(form: Form, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    code = form.grant_type == AUTHORIZATION_CODE
    return {
        "name": form.name,
        "redirect_uris": form.uris,
        "grant_types": [AUTHORIZATION_CODE, "refresh_token"] if code else [CLIENT_CREDENTIALS],
        "scopes": list(form.scopes),
        "client_metadata": {**(metadata or {}), "login": form.login},
    }


def remove(world: World, row: OAuthClient) -> None:
    """Delete a client; its codes go and its tokens stop working at once."""
    mine = (row.provider, row.client_id)
    world.db.session.execute(
        delete(OAuthCode).where(OAuthCode.provider == mine[0], OAuthCode.client_id == mine[1])
    )
    world.db.session.execute(
        update(OAuthToken)
        .where(
            OAuthToken.provider == mine[0],
            OAuthToken.client_id == mine[1],
            OAuthToken.revoked_at.is_(None),
        )
        .values(revoked_at=world.clock.now())
    )
    world.db.session.delete(row)
    world.db.session.flush()
