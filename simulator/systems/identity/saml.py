"""Workato Identity as a SAML service provider: metadata, where responses arrive, and the way back.

A response is posted from the identity provider's site, so that this host's cookie (`SameSite=Lax`)
does not come with it. The browser is sent on to a page of ours, and signed in there.
"""

import logging

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator import extras
from simulator.domain import activity_trail
from simulator.domain.activity_trail import Actor
from simulator.domain.saml import arrivals, metadata, requests, responses, setups
from simulator.domain.saml.requests import NotBegunHere
from simulator.domain.saml.responses import Assertion, Expected, ResponseRefused
from simulator.domain.saml.setups import SingleSignOn
from simulator.errors import NotFound
from simulator.journal.masking import one_line
from simulator.systems.identity import session, single_sign_on
from simulator.validation.parsing import shorten
from simulator.web.application import current_world, get_local_path

#: Other sites post here: no CSRF token; what is posted is signed.
machine = Blueprint("saml_machine", __name__, url_prefix="/saml")
pages = Blueprint("saml", __name__, url_prefix="/saml")

_KIND = "SamlAuthentication"
log = logging.getLogger("simulator.saml")


@machine.get("/<int:environment_id>/metadata")
def service_provider(environment_id: int) -> Response:
    """Return the metadata of an environment's service provider."""
    world = current_world()
    entity_id, _ = setups.entity_ids(world, environment_id)
    acs_url, _ = setups.acs_urls(world, environment_id)
    document = metadata.write_service_provider(entity_id, acs_url)
    return Response(document, mimetype="application/samlmetadata+xml")


@machine.post("/<int:environment_id>/acs")
def consume(environment_id: int) -> BaseResponse:
    """Take a response, once it is proven, and send the browser on to be signed in."""
    world = current_world()
    sso = setups.find_for_environment(world, environment_id)
    if sso is None:
        raise NotFound(
            "Sign-in by SAML is not switched on here. Open the page that you came for once more, "
            "and sign in there."
        )
    extras.require("SAML-based sign-in", "signxml")
    assertion: Assertion | None = None
    try:
        assertion = responses.verify(request.form.get("SAMLResponse", ""), _expected(sso))
        answered = arrivals.claim_response(world, sso, assertion)
        _act_as(sso, assertion)
        arrival = arrivals.admit(world, sso, assertion, answered)
    except ResponseRefused as refused:
        return _refuse(sso, assertion, str(refused))
    details = {"provider": sso.provider} | ({"provisioned": "yes"} if arrival.is_new else {})
    if arrival.unknown_groups:
        details["unknown_groups"] = shorten(", ".join(arrival.unknown_groups), 200)
        log.info("SAML: %s has groups that nobody made: %s", *_for_log(assertion, details))
    person = arrival.person
    activity_trail.note(world, "saml_sign_in", "IdpUser", person.id, person.name, details)
    return redirect(url_for("saml.finish", request_id=answered.id), code=303)


def _for_log(assertion: Assertion, details: dict[str, str]) -> tuple[str, str]:
    return one_line(assertion.email), one_line(details["unknown_groups"])


def _expected(sso: SingleSignOn) -> Expected:
    world = current_world()
    return Expected(
        sso=sso,
        entity_ids=setups.entity_ids(world, sso.environment_id),
        acs_urls=setups.acs_urls(world, sso.environment_id),
        now=world.clock.now(),
    )


def _act_as(sso: SingleSignOn, assertion: Assertion | None) -> None:
    email = shorten(assertion.email) if assertion else ""
    activity_trail.act_as(
        current_world(),
        Actor(
            kind="end_user",
            id="",
            name=email or "Somebody unknown",
            email=email,
            workspace_id=sso.workspace_id,
            ip_address=request.remote_addr or "",
            user_agent=shorten(request.user_agent.string),
        ),
    )


def _refuse(sso: SingleSignOn, assertion: Assertion | None, cause: str) -> BaseResponse:
    """A page for the person; the cause is for the admin, in the audit log and in the log.

    It has an address of its own: an answer here could set no cookie without replacing the
    person's, which did not come along.
    """
    world = current_world()
    _act_as(sso, assertion)
    activity_trail.note(
        world,
        "saml_sign_in_refused",
        _KIND,
        str(sso.environment_id),
        sso.provider,
        {"cause": shorten(cause, 500)},
    )
    log.warning("SAML: a sign-in with %s was refused: %s", one_line(sso.provider), one_line(cause))
    begun = requests.find(world, request.form.get("RelayState", ""), sso.environment_id)
    target = begun.target if begun else None
    page = url_for("saml.refused", environment_id=sso.environment_id, next=target)
    return redirect(page, code=303)


@pages.get("/<int:environment_id>/refused")
def refused(environment_id: int) -> tuple[str, int]:
    """Say that a response was refused, and how to begin again."""
    sso = setups.find_for_environment(current_world(), environment_id)
    target = get_local_path(request.args.get("next", ""))
    page = render_template(
        "identity/saml_refused.html",
        provider=sso.provider if sso else "the identity provider",
        again=url_for("session.sign_in", next=target if target != "/" else None),
    )
    return page, 403


@pages.get("/finish/<request_id>")
def finish(request_id: str) -> BaseResponse:
    """Sign in the browser that began, and show it the page that it asked for."""
    browser = single_sign_on.browser_secret()
    try:
        done = requests.finish(current_world(), request_id, browser)
    except NotBegunHere as error:
        return session.message(error.status, "You are not signed in", str(error))
    assert done.end_user is not None  # `finish` sees to it
    if done.end_user.status != "active":
        return session.message(403, "You are not signed in", "This account is disabled.")
    response = session.begin(done.end_user, done.target, done.provider_id)
    single_sign_on.keep_browser_secret(browser)  # sign-ins in other tabs go on
    return response
