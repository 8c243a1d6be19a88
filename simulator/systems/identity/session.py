"""Sign in, sign out, and who is signed in at Workato Identity."""

from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response as BaseResponse

from simulator.crypto import fingerprint
from simulator.db.tables import EndUser, Workspace
from simulator.domain import activity_trail, people, workspace_choices
from simulator.domain.activity_trail import Actor
from simulator.domain.people import SignInRefused
from simulator.domain.workspace_choices import ChoiceNotUsable
from simulator.errors import LONGEST, SimulatorError
from simulator.net.addresses import IDENTITY
from simulator.systems.identity import destinations, single_sign_on
from simulator.systems.identity.provider import Person
from simulator.validation.parsing import shorten
from simulator.web import headless, sign_in_cookie
from simulator.web.application import current_world, get_local_path

blueprint = Blueprint("session", __name__)

_SIGNED_IN_FOR = "signed_in_for"


def person() -> Person | None:
    """Return the end user signed in with this browser, if their account is still active.

    Raises:
        NotHeadless: a header names somebody, in vain.
    """
    if email := headless.read_person(current_world()):
        return _named(email)
    sign_in = sign_in_cookie.find(current_world(), IDENTITY, EndUser)
    user = people.find_active_end_user(current_world(), sign_in.person) if sign_in else None
    if sign_in is None or user is None:
        return None
    g.workspace_id = user.workspace_id
    return Person(user, sign_in.signed_in_at, sign_in.saml_provider_id)


def _named(email: str) -> Person:
    """Who is signed in for this request, by its header."""
    world = current_world()
    workspace_id = destinations.find_workspace(world, request.full_path)
    user = people.find_active_end_user_by_email(world, email, workspace_id)
    if user is None:
        headless.refuse(f"Workato Identity has no active end user with the e-mail address {email}.")
    headless.log_consent(user.email, f"signs in for {request.method} /{request.path.split('/')[1]}")
    return Person(user, current_world().clock.now())


class SignInNeeded(SimulatorError):
    """Nobody is signed in with this browser."""

    status = 401


def signed_in() -> Person:
    """Return the end user signed in with this browser.

    Raises:
        SignInNeeded: nobody is.
    """
    found = person()
    if found is None:
        raise SignInNeeded("Sign in first.")
    user = found.user
    activity_trail.act_as(
        current_world(),
        Actor(
            kind="end_user",
            id=user.id,
            name=user.name,
            email=user.email,
            workspace_id=user.workspace_id,
            ip_address=request.remote_addr or "",
            user_agent=shorten(request.user_agent.string),
        ),
    )
    return found


def ask_to_sign_in() -> BaseResponse:
    """Send the browser to the sign-in page and back to this address afterwards."""
    here = request.full_path.rstrip("?")
    return redirect(url_for("session.sign_in", next=here), code=302)


def signed_in_for_this() -> bool:
    """Return whether the sign-in of this browser was made on the way to this very request."""
    return cookie.get(_SIGNED_IN_FOR) == _mark(request.full_path)


def forget_sign_in_for_this() -> None:
    """The request is answered: the next one of the same words asks for a sign-in of its own."""
    cookie.pop(_SIGNED_IN_FOR, None)


def _mark(target: str) -> str:
    """Return a key of a request that does not depend on how its query is encoded."""
    parts = urlsplit(target)
    return fingerprint(repr((parts.path, parse_qsl(parts.query, keep_blank_values=True))))


@blueprint.get("/")
def home() -> str | BaseResponse:
    """Who is signed in, and in which workspace: a password may fit several."""
    found = person()
    if found is None:
        return redirect(url_for("session.sign_in"), code=302)
    workspace = current_world().db.session.get_one(Workspace, found.user.workspace_id)
    return render_template("identity/home.html", user=found.user, workspace=workspace.name)


@blueprint.route("/login", methods=["GET", "POST"])
def sign_in() -> str | BaseResponse | tuple[str, int]:
    """Return the sign-in page: e-mail and password; wrong ones keep the typed e-mail.

    Where an environment uses SAML, the e-mail comes first: it tells who is sent to the identity
    provider and who is asked for a password.
    """
    world, target = current_world(), get_local_path(request.values.get("next", ""))
    email = request.form.get("email", "")
    found = people.look_up_end_user(world, email) if request.method == "POST" else []
    g.workspace_id = destinations.find_workspace(world, target)
    if g.workspace_id is not None:
        found = [each for each in found if each.workspace_id == g.workspace_id]
    is_first = request.form.get("password") is None and single_sign_on.is_used(world)
    errors: dict[str, str] = {}
    if request.method == "POST":
        password = request.form.get("password", "")
        sso = single_sign_on.find_enforced(world, email, target, found) if email.strip() else None
        if not email.strip():
            errors["email"] = "Enter your e-mail address."
        elif sso:
            if is_first:
                return single_sign_on.begin(world, sso, target)
            errors["email"], is_first = single_sign_on.explain(sso), True
        if not is_first and not password and sso is None:
            errors["password"] = "Enter your password."
        if not is_first and not errors:
            try:
                accounts = people.sign_in_end_user(world, email, password, found=found)
            except SignInRefused as refused:
                errors["password"] = str(refused)
            else:
                return begin(accounts[0], target) if len(accounts) == 1 else _ask(accounts, target)
        if is_first and not errors:
            is_first = False  # the password is asked for next
    page = render_template(
        "identity/sign_in.html", email=email, errors=errors, next=target, email_first=is_first
    )
    return (page, 422) if errors else page


def _ask(accounts: list[EndUser], target: str) -> str:
    offered = workspace_choices.offer(current_world(), IDENTITY, accounts)
    return render_template("identity/workspaces.html", offered=offered, next=target)


@blueprint.post("/login/workspace")
def choose_workspace() -> BaseResponse:
    """Sign in with the account of the workspace that was chosen, of those that were offered."""
    world, target = current_world(), get_local_path(request.form.get("next", ""))
    secret, chosen = request.form.get("offer_secret", ""), request.form.get("account", "")
    try:
        number = workspace_choices.take(world, IDENTITY, secret, chosen)
    except ChoiceNotUsable as error:
        flash(str(error), "info")
        return redirect(url_for("session.sign_in", next=target), code=303)
    user = people.find_active_end_user(world, number)
    if user is None:
        return redirect(url_for("session.sign_in", next=target), code=303)
    return begin(user, target)


def begin(user: EndUser, target: str, saml_provider_id: int | None = None) -> BaseResponse:
    """Sign somebody in with this browser, and send it to the page that it asked for.

    Args:
        user: the user.
        target: path of the page.
        saml_provider_id: see `sign_ins.begin`.
    """
    sign_in_cookie.begin(current_world(), IDENTITY, user.id, saml_provider_id)
    cookie[_SIGNED_IN_FOR] = _mark(target)
    return redirect(target, code=303)


@blueprint.post("/logout")
def sign_out() -> BaseResponse:
    """End the session for good; with `next`, sign in as somebody else and go on there."""
    sign_in_cookie.end(current_world())
    target = get_local_path(request.form.get("next", ""))
    return redirect(url_for("session.sign_in", next=target if target != "/" else None), code=303)


def message(status: int, title: str, sentence: str, tone: str = "warning") -> Response:
    """Return a page that says one thing."""
    page = render_template(
        "identity/message.html", title=title, sentence=shorten(sentence, LONGEST), tone=tone
    )
    return Response(page, status=status)
