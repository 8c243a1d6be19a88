"""Signing in to the Workato web app, and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator
from simulator.domain import activity_trail, people, workspace_choices
from simulator.domain.workspace_choices import ChoiceNotUsable
from simulator.net.addresses import AIHUB
from simulator.systems.aihub.context import SEVERAL, as_actor, person, signed_in
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
        accounts = people.sign_in_collaborator(current_world(), email, password)
    except people.SignInRefused as refused:
        return _page(target, email, {"password": str(refused)}), refused.status
    if len(accounts) > 1:
        return _ask(accounts, target), 200
    return _begin(accounts[0], target)


@bp.get("/users/workspaces")
def switch() -> str:
    """Offer the workspaces that whoever is signed in is in."""
    accounts = people.list_own_accounts(current_world(), person().id)
    return _ask(accounts, "/")


@bp.post("/users/workspaces")
def choose_workspace() -> Response:
    """Sign in to the workspace that was chosen, of those that were offered."""
    world, target = current_world(), get_local_path(request.form.get("next"))
    secret, chosen = request.form.get("offer_secret", ""), request.form.get("account", "")
    try:
        number = workspace_choices.take(world, AIHUB, secret, chosen)
    except ChoiceNotUsable as error:
        flash(str(error), "info")
        return redirect(url_for("session.sign_in", next=target), 303)
    found = world.db.session.get(Collaborator, int(number))
    if found is None:
        return redirect(url_for("session.sign_in", next=target), 303)
    return _begin(found, target, is_one_of_several=True)


def _begin(collaborator: Collaborator, target: str, *, is_one_of_several: bool = False) -> Response:
    sign_in_cookie.begin(current_world(), AIHUB, str(collaborator.id))
    cookie[SEVERAL] = is_one_of_several
    activity_trail.act_as(current_world(), as_actor(collaborator))
    name, number = collaborator.name, str(collaborator.id)
    activity_trail.note(current_world(), "user_login", "User", number, name)
    return redirect(target, 303)


def _ask(accounts: list[Collaborator], target: str) -> str:
    offered = workspace_choices.offer(current_world(), AIHUB, accounts)
    return render_template("aihub/workspaces.html", offered=offered, next=target)


@bp.post("/users/sign_out")
def sign_out() -> Response:
    """End the session, for every copy of its cookie."""
    sign_in_cookie.end(current_world())
    if found := signed_in():
        activity_trail.note(current_world(), "user_logout", "User", str(found.id), found.name)
    return redirect(url_for("session.sign_in"), 303)


def _page(target: str, email: str, errors: dict[str, str]) -> str:
    return render_template("aihub/sign_in.html", next=target, email=email, errors=errors)
