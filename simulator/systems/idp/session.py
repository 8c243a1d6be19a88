"""Sign in at the identity provider, and who is signed in there."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.db.tables import IdpAccount
from simulator.net.addresses import IDP
from simulator.systems.idp import accounts
from simulator.systems.idp.accounts import LogInRefused
from simulator.web import sign_in_cookie
from simulator.web.application import current_world, get_local_path

blueprint = Blueprint("session", __name__)


def find_account() -> IdpAccount | None:
    """Return the account that is signed in with this browser, if it is not switched off."""
    sign_in = sign_in_cookie.find(current_world(), IDP)
    if sign_in is None:
        return None
    found = current_world().db.session.get(IdpAccount, int(sign_in.person))
    return found if found is not None and found.is_active else None


def ask_to_log_in(target: str) -> str:
    """Return the address of the sign-in page, which comes back to another one.

    Args:
        target: path of that one.
    """
    return url_for("session.log_in", next=target)


@blueprint.get("/")
def home() -> str | BaseResponse:
    """Say who is signed in."""
    found = find_account()
    if found is None:
        return redirect(url_for("session.log_in"), 302)
    return render_template("idp/home.html", account=found)


@blueprint.route("/login", methods=["GET", "POST"])
def log_in() -> BaseResponse | tuple[str, int]:
    """Show the sign-in page; wrong credentials keep the typed user name."""
    world, target = current_world(), get_local_path(request.values.get("next", ""))
    username, error = request.form.get("username", ""), ""
    if request.method == "POST":
        try:
            account = accounts.log_in(world, username, request.form.get("password", ""))
            sign_in_cookie.begin(world, IDP, str(account.id))
            return redirect(target, 303)
        except LogInRefused as refused:
            error = str(refused)
    page = render_template("idp/login.html", username=username, error=error, next=target)
    return page, 422 if error else 200


@blueprint.post("/logout")
def log_out() -> BaseResponse:
    """Sign out here; applications that somebody was signed in to are told nothing."""
    sign_in_cookie.end(current_world())
    return redirect(url_for("session.log_in"), 303)
