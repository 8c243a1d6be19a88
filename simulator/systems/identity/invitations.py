"""The page where an invited end user accepts (our choice: none is documented)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.domain import invitations
from simulator.errors import FieldError
from simulator.net.addresses import IDENTITY
from simulator.systems.identity.session import message
from simulator.web import sign_in_cookie
from simulator.web.application import current_world

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")


@blueprint.errorhandler(invitations.InvitationNotUsable)
def unusable(error: invitations.InvitationNotUsable) -> BaseResponse:
    """Return a page that says why, and what to do."""
    current_world().db.rollback()
    return message(error.status, "This invitation cannot be used", str(error))


@blueprint.get("/<secret>")
def show(secret: str) -> str:
    """Ask for a password."""
    return _page(secret, "")


@blueprint.post("/<secret>")
def accept(secret: str) -> BaseResponse | tuple[str, int]:
    """Store the password, and sign the person in."""
    try:
        person = invitations.accept(current_world(), secret, request.form.get("password", ""))
    except FieldError as error:
        return _page(secret, error.message), error.status
    sign_in_cookie.begin(current_world(), IDENTITY, person.id)
    flash("Your account is active now.")
    return redirect(url_for("session.home"), code=303)


def _page(secret: str, error: str) -> str:
    person = invitations.get_invitee(current_world(), secret)
    return render_template("identity/invitation.html", user=person, secret=secret, error=error)
