"""Sign in and sign out."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from simulator.domain.people import SignInRefused
from simulator.installed_apps import Traffic
from simulator.systems.apps._kit import people, session
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.pages import render
from simulator.web.application import get_local_path


def blueprint(traffic: Traffic) -> Blueprint:
    """The pages at the paths that an app declares."""
    made = Blueprint("sessions", __name__)
    made.add_url_rule(traffic.sign_in, view_func=new)
    made.add_url_rule(traffic.sign_in, view_func=create, methods=["POST"])
    made.add_url_rule(traffic.sign_out, view_func=destroy, methods=["POST"])
    return made


def new() -> str | Response:
    """The login page; someone who is signed in already goes on."""
    target = get_local_path(request.args.get("next"))
    if session.subject() is not None:
        return redirect(target, code=302)
    return _page(target)


def create() -> tuple[str, int] | Response:
    """Check login name (or e-mail) and password."""
    target = get_local_path(request.form.get("next"))
    labels = here().profile.labels
    login = request.form.get(labels.login_field, "")
    password = request.form.get(labels.password_field, "")
    errors = {}
    if not login.strip():
        errors["login"] = "Enter your login name or e-mail address."
    if not password:
        errors["password"] = "Enter your password."
    if errors:
        return _page(target, login=login, errors=errors), 422
    host = here().world.addresses.app_host_at(request.host) or here().host
    if refusal := here().profile.refuse_sign_in(host):
        return _page(target, login=login, errors={"password": refusal}), 422
    try:
        user = people.sign_in(here().world, here().host, login, password)
    except SignInRefused as refused:
        return _page(target, login=login, errors={"password": str(refused)}), 422
    session.start(user)
    return redirect(target, code=303)


def destroy() -> Response:
    """Sign out; with `next`, someone else signs in and goes there."""
    target = get_local_path(request.form.get("next"))
    session.end()
    return session.login_redirect(target, code=303)


def _page(target: str, login: str = "", errors: dict[str, str] | None = None) -> str:
    return render("login", target=target, login=login, errors=errors or {})
