"""Sign in and sign out."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator.domain.people import SignInRefused
from simulator.systems.apps._kit import people, session
from simulator.systems.apps._kit.instance import here
from simulator.web.application import get_local_path

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/sessions/new")
def new() -> str | Response:
    """The login page; someone who is signed in already goes on."""
    target = get_local_path(request.args.get("next"))
    if session.subject() is not None:
        return redirect(target, code=302)
    return _page(target)


@blueprint.post("/sessions/new")
def create() -> tuple[str, int] | Response:
    """Check login name (or e-mail) and password."""
    target = get_local_path(request.form.get("next"))
    login, password = request.form.get("login", ""), request.form.get("password", "")
    errors = {}
    if not login.strip():
        errors["login"] = "Enter your login name or e-mail address."
    if not password:
        errors["password"] = "Enter your password."
    if errors:
        return _page(target, login=login, errors=errors), 422
    try:
        user = people.sign_in(here().world, here().host, login, password)
    except SignInRefused as refused:
        return _page(target, login=login, errors={"password": str(refused)}), 422
    session.start(user)
    return redirect(target, code=303)


@blueprint.post("/sessions/destroy")
def destroy() -> Response:
    """Sign out; with `next`, someone else signs in and goes there."""
    target = get_local_path(request.form.get("next"))
    session.end()
    return session.login_redirect(target, code=303)


def _page(target: str, login: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        f"{here().profile.templates}/login.html", target=target, login=login, errors=errors or {}
    )
