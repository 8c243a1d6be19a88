"""Who may steer the sandbox: programs of this machine, never a web page."""

import hmac
from urllib.parse import urlsplit

from flask import Request

from simulator.control.problems import Problem
from simulator.net.addresses import LOOPBACK_HOSTS
from simulator.validation.media_types import JSON, get_essence
from simulator.web.bearer import build_challenge, read_bearer_token


def check(request: Request, token: str | None) -> None:
    """Check that a request may control the sandbox.

    A page in a browser can send requests to loopback, under a name of its own even (DNS
    rebinding); it cannot leave out what tells on it: its name is in Host, its address in Origin,
    and JSON it may only send if it is allowed to, which it never is (CORS).

    Args:
        request: the request.
        token: what it must bear, if anything.

    Raises:
        Problem: 403 for a web page, 401 for a missing or wrong token, 415 for a body that is
            not JSON.
    """
    host = request.headers.get("Host", "")
    if _host_name(host) not in LOOPBACK_HOSTS:
        raise Problem(
            403,
            f"The control API answers at loopback names alone, not at '{host}': "
            "use http://127.0.0.1 and its port.",
        )
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{host}":
        raise Problem(
            403,
            f"A web page may not steer the sandbox, and this request comes from one at {origin}. "
            "Send it from a program: leave the Origin header out.",
        )
    if token is not None:
        _check_token(token)
    if _has_body(request) and get_essence(request.content_type) != JSON:
        raise Problem(415, f"Send the body as JSON, with 'Content-Type: {JSON}'.")


def _check_token(token: str) -> None:
    """RFC 6750 §3: a challenge; it names an error only where a token was sent."""
    sent = read_bearer_token()
    if hmac.compare_digest(sent.encode(), token.encode()):
        return
    raise Problem(
        401,
        "This control API wants its token: send 'Authorization: Bearer TOKEN' with the one that "
        "the sandbox was started with (--control-token, SIM_CONTROL_TOKEN).",
        {
            "WWW-Authenticate": build_challenge(
                "Bearer", "control", error="invalid_token" if sent else ""
            )
        },
    )


def _has_body(request: Request) -> bool:
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "")


def _host_name(netloc: str) -> str | None:
    """The name in a Host; None where it is no host and port (RFC 9110 §7.2), or several."""
    try:
        parts = urlsplit(f"//{netloc}")
        _ = parts.port  # raises ValueError for one that is none
    except ValueError:
        return None
    return None if "@" in netloc or parts.netloc != netloc else parts.hostname
