"""Requests that the HTTP server itself cannot take: each system refuses them in its own shape.

Too large a body, header fields that are none, a transfer encoding that nobody knows: whoever
listens sees that before any application does, and would answer in a shape that is no system's.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from werkzeug import exceptions
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIEnvironment

#: In the WSGI environment of such a request: status and reason, as the HTTP server has them.
KEY = "simulator.web.unreadable"
#: Of what cannot be read not even these are known for sure.
_ABOUT_THE_BODY = ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT")


def mark(environ: "WSGIEnvironment", status: int, reason: str) -> "WSGIEnvironment":
    """Return the environment of a request that is to be refused, whatever it asks for.

    Args:
        environ: as far as it could be read.
        status: 400, 413, 431 or 501.
        reason: in words; what was sent is never repeated, for it may be secret.
    """
    readable = {name: value for name, value in environ.items() if name not in _ABOUT_THE_BODY}
    return {**readable, KEY: (status, reason)}


def refuse(environ: Mapping[str, Any]) -> NoReturn:
    """Refuse a request that was marked: that has `KEY` in its environment.

    Raises:
        HTTPException: with its status, and what to do.
    """
    raise _refusal(*environ[KEY])


def _refusal(status: int, reason: str) -> HTTPException:
    if status == 413:
        return exceptions.RequestEntityTooLarge()
    if status == 431:
        return exceptions.RequestHeaderFieldsTooLarge(
            "The header fields are too large: send fewer or shorter ones."
        )
    if status == 501:
        return exceptions.NotImplemented("The only transfer encoding that is read is chunked.")
    return exceptions.BadRequest(f"The request is no HTTP/1.1 that can be read ({reason}).")
