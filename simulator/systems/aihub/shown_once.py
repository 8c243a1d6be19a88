"""Secrets that the next page shows, once: kept with the sign-in of the browser that asked."""

from simulator.crypto import Purpose
from simulator.domain import sign_ins
from simulator.net.addresses import AIHUB
from simulator.web import sign_in_cookie
from simulator.web.application import current_world


def keep(about: str, secret: str) -> None:
    """Keep a new secret for the next page that this browser is shown.

    Args:
        about: what it belongs to, without spaces.
        secret: the secret.
    """
    sign_in = sign_in_cookie.find(current_world(), AIHUB)
    assert sign_in is not None, "every view of the web app has a person"
    # Not in the cookie: an old copy of that would show it again.
    sealed = current_world().keys.seal(Purpose.NEW_MCP_TOKEN, f"{about} {secret}")
    sign_ins.store_secret(sign_in, sealed)


def take() -> tuple[str, str]:
    """Return what the secret that no page has shown yet belongs to, and the secret.

    Returns:
        Two empty texts where there is none.
    """
    sign_in = sign_in_cookie.find(current_world(), AIHUB)
    sealed = sign_ins.take_secret(current_world(), sign_in) if sign_in else None
    if sealed is None:
        return "", ""
    about, _, secret = current_world().keys.unseal(Purpose.NEW_MCP_TOKEN, sealed).partition(" ")
    return about, secret
