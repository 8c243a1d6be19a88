"""The directory: people with their groups, and applications, for whoever looks after the sandbox.

Nobody signs in for it, as for the sandbox's mailbox: it is closed where the control API asks for a
token (our choice).
"""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.errors import FieldError, Forbidden
from simulator.net.addresses import IDP
from simulator.systems.idp import accounts, applications
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

blueprint = Blueprint("directory", __name__, url_prefix="/directory")
_LONGEST_SEARCH = 200


@blueprint.before_request
def check_open() -> None:
    """Let everybody pass who can reach the sandbox.

    Raises:
        Forbidden: it is guarded by a control token.
    """
    if current_world().settings.control_token:
        raise Forbidden(
            "This sandbox is guarded by a control token, so that its directory is closed. Start it "
            "without one to change people and applications."
        )


@blueprint.get("")
def listing() -> str:
    """Return a page of the people."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    number = parse_whole_number(request.args.get("page")) or 1
    found = accounts.list_accounts(current_world(), text).page(number)
    return render_template("idp/people.html", found=found, q=text)


@blueprint.route("/people/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Add somebody."""
    return _person_page(None)


@blueprint.route("/people/<int:account_id>", methods=["GET", "POST"])
def edit(account_id: int) -> Response | tuple[str, int]:
    """Change somebody: what the next sign-in says of them."""
    return _person_page(account_id)


def _person_page(account_id: int | None) -> Response | tuple[str, int]:
    world, form, errors = current_world(), request.form, {}
    account = accounts.get(world, account_id) if account_id is not None else None
    if request.method == "POST":
        try:
            saved = accounts.save(
                world,
                account,
                name=form.get("name", ""),
                email=form.get("email", ""),
                groups=re.split(r"[,\n]", form.get("groups", "")),
                is_active=form.get("active") == "yes",
                password=form.get("password", ""),
            )
            flash(f"Saved {saved.name}.")
            return redirect(url_for("directory.listing"), 303)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
            account = accounts.get(world, account_id) if account_id is not None else None
    stored = {
        "name": account.name if account else "",
        "email": account.email if account else "",
        "groups": ", ".join(account.groups) if account else "",
        "active": "yes" if account is None or account.is_active else "",
    }
    page = render_template(
        "idp/person.html", account=account, form=form if errors else stored, errors=errors
    )
    return page, 422 if errors else 200


@blueprint.route("/applications", methods=["GET", "POST"])
def list_applications() -> Response | tuple[str, int]:
    """Show the applications; a POST adds one."""
    world, form, errors = current_world(), request.form, {}
    if request.method == "POST":
        try:
            made = applications.add(
                world,
                name=form.get("name", ""),
                entity_id=form.get("entity_id", ""),
                acs_url=form.get("acs_url", ""),
            )
            flash(f"Added the application {made.name}.")
            return redirect(url_for("directory.list_applications"), 303)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
    page = render_template(
        "idp/applications.html",
        found=applications.list_applications(world),
        form=form if errors else request.args,
        errors=errors,
        metadata=f"{world.addresses.base_url(IDP)}{url_for('sso.metadata')}",
    )
    return page, 422 if errors else 200


@blueprint.post("/applications/delete")
def delete_application() -> Response:
    """Delete an application."""
    applications.remove(current_world(), request.form.get("entity_id", ""))
    flash("Deleted the application.")
    return redirect(url_for("directory.list_applications"), 303)
