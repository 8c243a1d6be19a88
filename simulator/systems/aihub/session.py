"""Signing in to the Workato web app, and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.domain import activity_trail, people
from simulator.net.addresses import AIHUB
from simulator.systems.aihub.context import as_actor, signed_in
from simulator.web import sign_in_cookie
from simulator.web.application import current_world, get_local_path

bp = Blueprint("session", __name__)


@bp.route("/users/sign_in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    """Ask for a collaborator's e-mail and password."""
    target = get_local_path(request.values.get("next"))
    if request.method == "GET":
        if signed_in():
            return redirect(target, 303)
        return _page(target, "", {}), 200
    email, password = request.form.get("email", ""), request.form.get("password", "")
    errors = {}
    if not email.strip():
        errors["email"] = "Enter your e-mail."
    if not password:
        errors["password"] = "Enter your password."
    if errors:
        return _page(target, email, errors), 422
    try:
        collaborator = people.sign_in_collaborator(current_world(), email, password)
    except people.SignInRefused as refused:
        return _page(target, email, {"password": str(refused)}), refused.status
    sign_in_cookie.begin(current_world(), AIHUB, str(collaborator.id))
    activity_trail.act_as(current_world(), as_actor(collaborator))
    name, number = collaborator.name, str(collaborator.id)
    activity_trail.note(current_world(), "user_login", "User", number, name)
    return redirect(target, 303)


@bp.post("/users/sign_out")
def sign_out() -> Response:
    """End the session, for every copy of its cookie."""
    sign_in_cookie.end(current_world())
    if found := signed_in():
        activity_trail.note(current_world(), "user_logout", "User", str(found.id), found.name)
    return redirect(url_for("session.sign_in"), 303)


def _page(target: str, email: str, errors: dict[str, str]) -> str:
    return render_template("aihub/sign_in.html", next=target, email=email, errors=errors)
