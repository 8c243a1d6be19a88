"""Authenticate the client of a token, revocation or introspection request (RFC 6749 §2.3)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from simulator.oauth.models import Client

NONE, BASIC, POST = "none", "client_secret_basic", "client_secret_post"

_WAYS = {
    NONE: "client_id in the body and no secret",
    BASIC: "the header Authorization: Basic",
    POST: "client_id and client_secret in the body",
}


@dataclass(frozen=True)
class Credentials:
    """What a request shows of its client.

    Attributes:
        method: the method as `token_endpoint_auth_method` names it (RFC 7591 §2).
        client_id: empty where the request names no client.
        secret: empty where there is none.
    """

    method: str
    client_id: str
    secret: str = field(default="", repr=False)


def read_credentials(header: str, form: Mapping[str, str]) -> Credentials:
    """Read the client credentials of a request, which may use one method only (RFC 6749 §2.3).

    Args:
        header: `Authorization`; empty where it was not sent.
        form: the parameters, each once.

    Raises:
        InvalidRequestError: more than one way (RFC 6749 §2.3), or two different clients.
        InvalidClientError: a way that is not supported, or a header that cannot be read.
    """
    ways = [name for name in ("client_secret", "client_assertion") if form.get(name)]
    if header:
        ways.insert(0, "the Authorization header")
    if len(ways) > 1:
        raise InvalidRequestError(
            f"The client authenticates in more than one way, by {' and by '.join(ways)}: "
            "send one of them (RFC 6749 2.3)."
        )
    named = form.get("client_id", "")
    if form.get("client_assertion") or form.get("client_assertion_type"):
        raise _invalid_client(
            "Client assertions are not supported: authenticate with a client secret."
        )
    if not header:
        secret = form.get("client_secret", "")
        return Credentials(POST if secret else NONE, named, secret)
    client_id, secret = _basic(header)
    if named and named != client_id:
        raise InvalidRequestError(
            "The client_id in the body is another one than in the Authorization header: "
            "leave it out of the body."
        )
    return Credentials(BASIC, client_id, secret)


def authenticate(credentials: Credentials, find_client: Callable[[str], Client | None]) -> Client:
    """Return the client that these credentials belong to.

    Args:
        credentials: the credentials as `read_credentials` returned them.
        find_client: returns the client with an id, or None.

    Raises:
        InvalidClientError: there is none, it registered another method, or its secret is wrong.
    """
    if not credentials.client_id:
        raise _invalid_client(
            "The request names no client: send client_id and client_secret as the client was "
            "registered, or client_id alone if it has no secret."
        )
    client = find_client(credentials.client_id)
    if client is None:
        raise _invalid_client(
            "There is no client with this identifier: compare it with the registered one, "
            "or register the client."
        )
    if credentials.method not in client.auth_methods:
        right = " or ".join(_WAYS[method] for method in client.auth_methods)
        if credentials.method == NONE:
            raise _invalid_client(f"The client secret is missing: authenticate with {right}.")
        raise _invalid_client(
            f"The client did not register {credentials.method}: authenticate with {right} "
            f"({' or '.join(client.auth_methods)})."
        )
    if credentials.method != NONE and not client.check_client_secret(credentials.secret):
        raise _invalid_client(
            "The client secret is wrong: compare it with the one that was issued."
        )
    return client


def _basic(header: str) -> tuple[str, str]:
    """Return the pair of a Basic header (RFC 7617 §2), each form-encoded (RFC 6749 §2.3.1)."""
    scheme, _, text = header.strip().partition(" ")
    if scheme.lower() != "basic":
        raise _invalid_client(
            "Clients authenticate with HTTP Basic, with a secret in the body, or not."
        )
    try:
        client_id, colon, secret = (
            base64.b64decode(text.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):  # no Base64, or no text
        colon = ""
    if not colon:
        raise _invalid_client(
            "The Authorization header cannot be read: send Basic and the Base64 of "
            "client_id:client_secret."
        )
    return unquote(client_id), unquote(secret)


def _invalid_client(sentence: str) -> InvalidClientError:
    return InvalidClientError(sentence, status_code=401)
