"""Check the parameters that every kind of OAuth request may have (RFC 6749 §3.1, §3.2)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Request

from simulator.validation.media_types import FORM, is_form, is_json

#: What no error description may hold (RFC 6749 §4.1.2.1).
_NOT_IN_ERRORS = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")
#: May be there several times (RFC 8707 §2); what several of them mean is for the provider to say.
_REPEATABLE = {"resource"}
#: With any of these a request in the query string is one that belongs into the body.
_TOKEN_REQUEST = (
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "grant_type",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "scope",
    "resource",
    "token",
    "token_type_hint",
)
#: How answers travel to the client (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
RESPONSE_MODES = ("query",)


class RequestNotSupported(OAuth2Error):
    """The request object is refused by its own code (OpenID Connect Core §3.1.2.6)."""

    error = "request_not_supported"


class RequestUriNotSupported(OAuth2Error):
    """A request object by reference (`request_uri`) is refused by its own code."""

    error = "request_uri_not_supported"


class RegistrationNotSupported(OAuth2Error):
    """The parameter `registration` of self-issued providers is refused by its own code."""

    error = "registration_not_supported"


def to_ascii(text: str) -> str:
    """Return a text in ASCII, as error descriptions have to be (RFC 6749 §4.1.2.1).

    Args:
        text: at most 100 characters of it are used.
    """
    return _NOT_IN_ERRORS.sub("?", text[:100])


def can_be_repeated(text: str) -> bool:
    """Return whether an error description may contain a text unchanged (RFC 6749 §4.1.2.1).

    Args:
        text: the text of a request.
    """
    return _NOT_IN_ERRORS.search(text) is None


def check_repeated(parameters: Mapping[str, Sequence[str]]) -> None:
    """Refuse parameters that are sent more than once.

    Args:
        parameters: name → its values, of query and body together.

    Raises:
        InvalidRequestError: naming the first one.
    """
    for name, values in parameters.items():
        if len(values) > 1 and name not in _REPEATABLE:
            raise InvalidRequestError(
                f"The parameter {to_ascii(name)} was sent more than once: send it once "
                "(RFC 6749 3.1 and 3.2)."
            )


def check_encoding(request: Request, *, allow_query: bool, allow_json: bool = False) -> None:
    """Refuse a token, revocation or introspection request without its parameters in a form body.

    Args:
        request: a POST.
        allow_query: whether they may stand in the query string, where some clients put them.
        allow_json: whether they may be the members of a JSON object.

    Raises:
        InvalidRequestError: saying where they belong.
    """
    has_body = bool(request.content_length) or bool(request.headers.get("Transfer-Encoding"))
    is_readable = is_form(request.content_type) or (allow_json and is_json(request.content_type))
    if has_body and not is_readable:
        raise InvalidRequestError(
            f"Send the parameters in the body with the header Content-Type: {FORM}."
        )
    if allow_query or not request.args:
        return
    if misplaced := [name for name in _TOKEN_REQUEST if name in request.args]:
        raise InvalidRequestError(
            f"The parameter {misplaced[0]} is in the query string, where logs keep it: send it in "
            "the body (RFC 6749 2.3.1 and 3.2)."
        )


def check_authorization(parameters: Mapping[str, Any]) -> None:
    """Refuse the parameters of an authorization request that are not supported, by name.

    `claims` and other voluntary parameters are ignored, as OpenID Connect Core §5.5 has it for
    a provider without them.

    Args:
        parameters: name → value; one without a value counts as left out (RFC 6749 §3.1).

    Raises:
        OAuth2Error: with the code of its specification.
    """
    if parameters.get("request"):
        raise RequestNotSupported(
            "Request objects (RFC 9101) are not supported: send each parameter by itself."
        )
    if parameters.get("request_uri"):
        raise RequestUriNotSupported(
            "request_uri (RFC 9101, RFC 9126) is not supported: send each parameter by itself."
        )
    if parameters.get("registration"):
        raise RegistrationNotSupported(
            "The parameter registration is not supported: register the client beforehand."
        )
    mode = parameters.get("response_mode")
    if mode and mode not in RESPONSE_MODES:
        raise InvalidRequestError(
            f"The response_mode {to_ascii(mode)} is not supported: send query, or leave it out."
        )
