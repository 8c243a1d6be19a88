"""The OAuth endpoints of an app: authorize, token, revoke."""

from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError
from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.installed_apps import Traffic
from simulator.systems.apps._kit import authorization, session
from simulator.systems.apps._kit.authorization import BadRequestPage
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.pages import render
from simulator.systems.apps._kit.provider import Subject
from simulator.web import headless


def blueprint(traffic: Traffic) -> Blueprint:
    """Return the endpoints, at the paths that the app declares."""
    made = Blueprint("oauth", __name__)
    made.add_url_rule(traffic.authorize, view_func=authorize, methods=["GET", "POST"])
    made.add_url_rule(traffic.token, view_func=token, methods=["POST"])
    if traffic.revoke:
        made.add_url_rule(traffic.revoke, view_func=revoke, methods=["POST"])
    return made


def authorize() -> AnyResponse | str:
    """The authorization endpoint (RFC 6749 §4.1.1): login if needed, then consent.

    The request is checked before sign-in, so that a wrong client or scope is reported at once.
    The consent form posts its decision to the same address, query included.
    """
    provider: Any = here().provider  # Authlib's stubs are partly untyped
    try:
        client = authorization.check(provider, provider.read_parameters(request.args))
        person = session.subject()
        grant = provider.get_consent_grant(end_user=person)
        if (instead := provider.interpose(grant, person)) is not None:
            return _finish(instead)
        if person is None:
            return session.login_redirect(request.full_path)
        if headless.read_person(here().world):
            return _allow(grant, person)
        if request.method == "POST":
            return _decide(grant, person)
    except OAuth2Error as error:
        if not error.redirect_uri:
            raise BadRequestPage(
                "invalid_request",
                error.get_error_description() or "The request cannot be understood.",
                "Correct the address in the application that sent you here.",
            ) from error
        return _to_client(provider.handle_error_response(None, error))
    return render(
        "consent",
        client_name=client.row.name,
        person=person.user,
        scopes=here().profile.dialect.described(grant.request.scope),
        redirect_host=urlsplit(grant.redirect_uri).netloc,
        back=request.full_path,
        grant=grant,
    )


def _finish(instead: AnyResponse | str) -> AnyResponse | str:
    """Return the page, or the redirect to the client if no consent is needed."""
    return _to_client(instead) if isinstance(instead, Response) else instead


def _decide(grant: Any, person: Subject) -> AnyResponse:
    decision = request.form.get("decision")
    if decision == "allow":
        return _allow(grant, person)
    if decision == "deny":
        error = AccessDeniedError(here().profile.dialect.denied)
        error.redirect_uri, error.state = grant.redirect_uri, request.args.get("state")
        raise error
    raise BadRequestPage(
        "invalid_request",
        "The form was sent without a decision.",
        "Go back and choose Allow or Deny.",
    )


def _allow(grant: Any, person: Subject) -> AnyResponse:
    provider: Any = here().provider
    provider.settle_scope(grant, person)
    return _to_client(provider.create_authorization_response(grant_user=person, grant=grant))


def _to_client(answer: Response) -> Response:
    """Redirect the browser to the client; simulated clients have local addresses."""
    answer.headers["Location"] = here().world.addresses.local(answer.headers["Location"])
    answer.status_code = 303 if request.method == "POST" else 302
    return answer


def token() -> Response:
    """The token endpoint (RFC 6749 §4.1.3, §6); parameters in the body or in the query string."""
    provider: Any = here().provider
    answer: Response = provider.create_token_response()
    return answer


def revoke() -> Response:
    """The revocation endpoint (RFC 7009)."""
    provider: Any = here().provider
    answer: Response = provider.create_endpoint_response("revocation")
    return answer
