"""The OAuth endpoints of Workato Identity: authorize with consent, token, revoke, userinfo."""

from typing import Any
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.base import OAuth2Error
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from simulator.db.tables import OAuthConsent
from simulator.domain import bearers, servers
from simulator.net.addresses import LOOPBACK_HOSTS
from simulator.systems.identity import destinations, single_sign_on
from simulator.systems.identity.prompts import terms_of
from simulator.systems.identity.provider import REALM, SCOPES, Person, claims, provider
from simulator.systems.identity.session import (
    ask_to_sign_in,
    forget_sign_in_for_this,
    message,
    person,
    signed_in_for_this,
)
from simulator.web import headless
from simulator.web.application import current_world
from simulator.web.bearer import build_challenge, read_bearer_token

#: For programs: no CSRF token, JSON errors.
machine = Blueprint("oauth_machine", __name__)
#: For people.
pages = Blueprint("oauth_pages", __name__)


@pages.route("/oauth/authorize", methods=["GET", "POST"])
def authorize() -> str | BaseResponse:
    """Authorization endpoint: sign-in, then consent, then back to the client with a code."""
    who = person()
    try:
        grant: Any = provider().get_consent_grant(end_user=who)  # type: ignore[no-untyped-call]
    except OAuth2Error as error:
        return _refuse(error)
    try:
        terms = terms_of(request.values, provider().tokens)
    except OAuth2Error as error:
        return _send_back(grant, error)
    by_header = headless.read_person(current_world()) is not None
    fresh = by_header or signed_in_for_this()
    now = current_world().clock.now()
    if (
        who is None
        or not terms.accept(who, now, just_signed_in=fresh)
        or not destinations.accepts(current_world(), who, grant.resource)
        or not (by_header or single_sign_on.accepts(current_world(), who, grant.resource))
    ):
        # Somebody who has just signed in and is still not accepted is not asked again.
        if terms.forbid_pages or (who and fresh):
            return _send_back(grant, LoginRequiredError())
        return ask_to_sign_in()
    if request.method == "POST":
        return _decide(grant, who)
    if by_header:
        return _allow(grant, who)
    if _remembered(who, grant) and not terms.ask_for_consent:
        return _answer(grant, who)
    if terms.forbid_pages:
        return _send_back(grant, ConsentRequiredError())
    return _consent_page(grant, who)


def _consent_page(grant: Any, who: Person) -> str:
    number = current_world().addresses.server_number(grant.resource or "")
    return render_template(
        "identity/consent.html",
        user=who.user,
        client=grant.client.row,
        client_host=urlsplit(grant.client.get_client_id()).netloc,
        # Only a fault makes an MCP server ask for other scopes.
        scopes=[SCOPES.get(name, name) for name in grant.request.scope.split()],
        server=servers.find_server_by_number(current_world(), number) if number else None,
        redirect_host=_redirect_host(grant),
        loopback=urlsplit(grant.redirect_uri).hostname in LOOPBACK_HOSTS,
        here=request.full_path,
    )


def _decide(grant: Any, who: Person) -> BaseResponse:
    if request.form.get("decision") != "allow":
        return _answer(grant, None)
    return _allow(grant, who)


def _allow(grant: Any, who: Person) -> BaseResponse:
    provider().store.remember_consent(
        client_id=grant.client.get_client_id(),
        subject=who.subject,
        resource=grant.resource or "",
        scope=grant.request.scope,
        redirect_host=_redirect_host(grant),
    )
    return _answer(grant, who)


def _answer(grant: Any, who: Person | None) -> BaseResponse:
    forget_sign_in_for_this()
    response: Any = provider().create_authorization_response(grant_user=who, grant=grant)
    if request.method == "POST":
        response.status_code = 303
    return response  # type: ignore[no-any-return]


def _consent(who: Person, grant: Any) -> OAuthConsent | None:
    return provider().store.find_consent(
        grant.client.get_client_id(), who.subject, grant.resource or ""
    )


def _remembered(who: Person, grant: Any) -> bool:
    """Return whether an earlier consent covers these scopes and the host of the redirect URI.

    The port counts as well: another program on this machine could listen there (RFC 8252 §8.6).
    """
    consent = _consent(who, grant)
    if consent is None or _redirect_host(grant) not in consent.redirect_hosts:
        return False
    return set(grant.request.scope.split()) <= set(consent.scope.split())


def _redirect_host(grant: Any) -> str:
    """Return the target as the consent page shows it: host and port, or an app's whole URI."""
    return urlsplit(grant.redirect_uri).netloc or str(grant.redirect_uri)


def _send_back(grant: Any, error: OAuth2Error) -> BaseResponse:
    """Redirect to a verified client with an error (OIDC Core §3.1.2.6)."""
    forget_sign_in_for_this()
    error.redirect_uri, error.state = grant.redirect_uri, request.values.get("state")
    return _refuse(error)


def _refuse(error: OAuth2Error) -> BaseResponse:
    """Redirect to the client with the error, or show a page if its redirect URI is not verified."""
    if not getattr(error, "redirect_uri", None):
        description = error.description or error.get_error_description() or error.error
        return message(
            400,
            "This sign-in request is not valid",
            f"{description}. The application that sent you here "
            "has to be corrected; you cannot solve this yourself.".replace("..", "."),
            tone="danger",
        )
    status, _, headers = error()
    location = add_params_to_uri(dict(headers)["Location"], {"iss": provider().tokens.issuer})
    return redirect(location, code=status)


@machine.post("/oauth/token")
def token() -> Response:
    """Token endpoint (RFC 6749 §3.2)."""
    response: Response = provider().create_token_response()
    return response


@machine.post("/oauth/revoke")
def revoke() -> Response:
    """Token revocation (RFC 7009)."""
    response: Response = provider().create_endpoint_response("revocation")
    return response


@machine.post("/oauth/introspect")
def introspect() -> Response:
    """Token introspection (RFC 7662)."""
    response: Response = provider().create_endpoint_response("introspection")
    return response


@machine.route("/oauth/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Claims about the token's person (OIDC Core §5.3)."""
    token = read_bearer_token()
    bearer = bearers.find_bearer(current_world(), token)
    if bearer is None:
        response = jsonify(error="invalid_token", error_description="Send a live access token.")
        response.status_code = 401
        response.headers["WWW-Authenticate"] = build_challenge(
            "Bearer", REALM, error="invalid_token" if token else ""
        )
        return response
    if "openid" not in bearer.scopes:
        response = jsonify(
            error="insufficient_scope",
            error_description="The access token lacks the scope openid: ask for it at sign-in.",
        )
        response.status_code = 403
        response.headers["WWW-Authenticate"] = build_challenge(
            "Bearer", REALM, error="insufficient_scope", scope="openid"
        )
        return response
    return jsonify(claims(bearer, bearer.scopes))
