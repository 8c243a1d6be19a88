"""Who has to sign in by SAML, and how a browser is sent to the identity provider."""

from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from flask import redirect
from flask import session as cookie
from werkzeug.wrappers import Response as BaseResponse

from simulator.crypto import generate_secret
from simulator.db.tables import EndUser
from simulator.domain import access_methods
from simulator.domain.saml import requests, setups
from simulator.domain.saml.setups import SingleSignOn
from simulator.systems.identity.provider import Person
from simulator.world import World

#: In the cookie: what tells this browser from others while it is at the identity provider.
_BROWSER = "saml_browser"


def is_used(world: World) -> bool:
    """Return whether any environment uses SAML."""
    return bool(setups.list_enabled(world))


def find_enforced(
    world: World, email: str, target: str, accounts: Iterable[EndUser]
) -> SingleSignOn | None:
    """Return how somebody has to sign in who is on the way to a page; None for by password.

    Args:
        email: the e-mail address as typed.
        target: path of the page, such as an authorization request for an MCP server.
        accounts: the accounts of the person, in any workspace.
    """
    if not is_used(world):
        return None
    resources = parse_qs(urlsplit(target).query).get("resource", [])
    environment_id = _environment_of(world, resources[0]) if resources else None
    own = {each.workspace_id for each in accounts}
    return setups.find_enforced(world, email, environment_id, own)


def accepts(world: World, who: Person, resource: str | None) -> bool:
    """Return whether a sign-in is one that the environment of an MCP server takes.

    Args:
        who: the person who is signed in.
        resource: the MCP server's URL; None where the sign-in is for itself.
    """
    if not is_used(world) or not resource:
        return True
    sso = setups.find_enforced(world, who.user.email, _environment_of(world, resource))
    return sso is None or sso.provider_id == who.saml_provider_id


def _environment_of(world: World, resource: str) -> int | None:
    number = world.addresses.server_number(resource)
    found = access_methods.find_access_method(world, number) if number else None
    return found.environment_id if found else None


def explain(sso: SingleSignOn) -> str:
    """Return the message for somebody who must sign in by SSO and tried a password.

    Args:
        sso: how they have to sign in.
    """
    return f"You sign in with {sso.provider}, not with a password: press Continue."


def begin(world: World, sso: SingleSignOn, target: str) -> BaseResponse:
    """Send a browser to the identity provider.

    Args:
        sso: how they have to sign in.
        target: path of the page to come back to.
    """
    if _BROWSER not in cookie:
        cookie[_BROWSER] = generate_secret()
    return redirect(requests.begin(world, sso, browser=cookie[_BROWSER], target=target), code=303)


def browser_secret() -> str:
    """Return what this browser's cookie holds; empty where it never began a sign-in by SAML."""
    return str(cookie.get(_BROWSER, ""))


def keep_browser_secret(secret: str) -> None:
    """Keep what this browser's cookie holds, over a sign-in.

    Args:
        secret: the secret as `browser_secret` returned it before.
    """
    cookie[_BROWSER] = secret
