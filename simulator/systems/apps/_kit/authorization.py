"""What is wrong with an authorization request, and who may be told: the person or the client."""

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError, UnauthorizedClientError
from werkzeug.datastructures import MultiDict

from simulator.errors import LONGEST
from simulator.oauth import Client, to_ascii
from simulator.oauth.parameters import check_authorization, check_repeated
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.provider import AppProvider
from simulator.validation.parsing import shorten

_SINGLE = ("response_type", "client_id", "redirect_uri", "scope", "state")


class BadRequestPage(Exception):
    """An error that must not be sent to the redirect URI (RFC 6749 §4.1.2.1); the person reads it.

    Args:
        error: a code for programs: `invalid_client`, `invalid_redirect_uri` or `invalid_request`.
        sentence: which value was wrong.
        advice: what to do about it.
    """

    def __init__(self, error: str, sentence: str, advice: str) -> None:
        super().__init__(sentence)
        self.error = error
        self.sentence = shorten(sentence, LONGEST)
        self.advice = advice


class UnsupportedResponseType(OAuth2Error):
    """The response type is not `code`."""

    error = "unsupported_response_type"


def check(provider: AppProvider, query: MultiDict[str, str]) -> Client:
    """The client of an authorization request that may be shown to the person.

    Raises:
        BadRequestPage: the client or its redirect URI is not known for sure.
        OAuth2Error: anything else; `redirect_uri` and `state` say where to send it.
    """
    for name in _SINGLE:
        if len(query.getlist(name)) > 1:
            raise BadRequestPage(
                "invalid_request",
                f"The parameter {name} was sent more than once.",
                "Correct the address in the application that sent you here.",
            )
    client = _client(provider, query.get("client_id", ""))
    redirect_uri = _redirect_uri(client, query.get("redirect_uri", ""))
    try:
        _check_for_client(client, query)
    except OAuth2Error as error:
        error.redirect_uri, error.state = redirect_uri, query.get("state")
        raise
    return client


def _client(provider: AppProvider, client_id: str) -> Client:
    profile = here().profile
    label = profile.connector.client_id_label
    if not client_id:
        raise BadRequestPage(
            "invalid_client",
            "The request names no client: the parameter client_id is missing.",
            f"Enter the client's {label} in the application that sent you here.",
        )
    client = provider.find_client(client_id)
    if client is None:
        raise BadRequestPage(
            "invalid_client",
            f"This {profile.name} instance has no client with the {label.lower()} “{client_id}”.",
            f"Ask a {profile.name} admin to compare it with the {label} under "
            f"{profile.connector.client_page}, and correct it in the application that sent you "
            "here.",
        )
    return client


def _redirect_uri(client: Client, requested: str) -> str:
    profile = here().profile
    advice = (
        f"Ask a {profile.name} admin to add the redirect URI to the client under "
        f"{profile.connector.client_page}, or correct it in the application that sent you here."
    )
    if not requested:
        only = client.get_default_redirect_uri()
        if only is None:
            raise BadRequestPage(
                "invalid_redirect_uri",
                "The request names no redirect URI: the parameter redirect_uri is missing.",
                advice,
            )
        return only
    if not client.check_redirect_uri(requested):
        raise BadRequestPage(
            "invalid_redirect_uri",
            f"The redirect URI “{requested}” is not registered for this client.",
            advice,
        )
    return requested


def _check_for_client(client: Client, query: MultiDict[str, str]) -> None:
    check_repeated(dict(query.lists()))
    check_authorization(query)
    response_type = query.get("response_type", "")
    if not response_type:
        raise InvalidRequestError("The parameter response_type is missing; send the value code.")
    if response_type != "code":
        raise UnsupportedResponseType("The only response_type here is code.")
    for name, value in here().profile.dialect.authorize_parameters.items():
        if query.get(name) != value:
            raise InvalidRequestError(f"The parameter {name} is missing or wrong: send {value}.")
    if not client.check_grant_type("authorization_code"):
        raise UnauthorizedClientError(
            "The grant type of this client is Client credentials, not Authorization code."
        )
    requested = list(dict.fromkeys(query.get("scope", "").split()))
    if not requested:
        raise InvalidScopeError("The request names no scope; send the parameter scope.")
    refused = [name for name in requested if name not in client.scopes]
    if refused:
        names = ", ".join(to_ascii(name) for name in refused)
        raise InvalidScopeError(f"The client was not given these scopes: {names}.")
