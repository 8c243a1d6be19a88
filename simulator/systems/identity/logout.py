"""Signing out at a client's request (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.db.tables import OAuthClient
from simulator.errors import SimulatorError
from simulator.systems.identity.client_documents import BadDocument
from simulator.systems.identity.provider import provider
from simulator.systems.identity.session import message, person
from simulator.web import sign_in_cookie
from simulator.web.application import current_world

#: A client's own form may be posted from its page: it has no CSRF token, and it changes nothing.
machine = Blueprint("logout_machine", __name__)
pages = Blueprint("logout", __name__)

_PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class BadLogoutRequest(SimulatorError):
    """A parameter is wrong: nobody is signed out and nobody is sent anywhere."""


@dataclass(frozen=True)
class LogoutRequest:
    """A client's request that the person be signed out.

    Attributes:
        subject: the person of the `id_token_hint`, or None.
        client: the client that asks, or None when that is not known.
        target: where the browser goes afterwards, or None.
    """

    subject: str | None
    client: OAuthClient | None
    target: str | None


@machine.post("/oauth/end_session")
def redirect_post() -> BaseResponse:
    """Turn a form posted from elsewhere into a GET: only that carries this host's cookie (Lax)."""
    return redirect(f"{url_for('logout.end_session')}?{_query(request.form)}", code=303)


@pages.get("/oauth/end_session")
def end_session() -> str | BaseResponse:
    """End the session at once if the client shows the person's id_token; else ask the person."""
    logout_request = _read_request()
    who = person()
    if who is None or who.subject == logout_request.subject:
        return _sign_out(logout_request)
    return render_template(
        "identity/sign_out.html",
        user=who.user,
        client=logout_request.client,
        confirm=f"{url_for('logout.confirm')}?{_query(request.args)}",
    )


@pages.post("/oauth/end_session/confirm")
def confirm() -> BaseResponse:
    """Sign the person out, who confirmed it."""
    return _sign_out(_read_request())


@pages.errorhandler(BadLogoutRequest)
def refuse(error: BadLogoutRequest) -> BaseResponse:
    """Return a page that says what the client did wrong."""
    return message(400, "This sign-out request is not valid", str(error), tone="danger")


def _read_request() -> LogoutRequest:
    """Return the logout request in the query (§2).

    Raises:
        BadLogoutRequest: a foreign hint, an unknown client, an address that is not registered.
    """
    claims: dict[str, Any] | None = None
    if hint := request.args.get("id_token_hint"):
        claims = provider().tokens.read_id_token(hint)
        if claims is None:
            raise BadLogoutRequest("The id_token_hint was not issued by Workato Identity.")
    client_id = request.args.get("client_id") or (claims and claims["aud"])
    if claims and client_id != claims["aud"]:
        raise BadLogoutRequest("The client_id is not the one that the id_token_hint was made for.")
    try:
        client = provider().find_client(client_id) if client_id else None
    except BadDocument as error:
        raise BadLogoutRequest(str(error.description)) from None
    if client is None and request.args.get("client_id"):
        raise BadLogoutRequest("No client has this client_id.")
    row = client.row if client else None
    target = request.args.get("post_logout_redirect_uri")
    if target and target not in (row.client_metadata if row else {}).get(
        "post_logout_redirect_uris", []
    ):
        raise BadLogoutRequest(
            "The post_logout_redirect_uri is not one that the client registered, to the letter; "
            "send client_id or id_token_hint with it."
        )
    return LogoutRequest(str(claims["sub"]) if claims else None, row, target or None)


def _query(values: Mapping[str, str]) -> str:
    return urlencode({name: values[name] for name in _PARAMETERS if name in values})


def _sign_out(logout_request: LogoutRequest) -> BaseResponse:
    sign_in_cookie.end(current_world())
    if logout_request.target is None:
        sentence = "Applications that you allowed keep their access until it expires or is revoked."
        return message(200, "You are signed out", sentence, tone="success")
    state = request.args.get("state")
    location = (
        add_params_to_uri(logout_request.target, {"state": state})
        if state
        else logout_request.target
    )
    return redirect(location, code=303 if request.method == "POST" else 302)
