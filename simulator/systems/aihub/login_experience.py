"""Workspace admin > Login experience: colours and logo of Workato Identity."""

import hashlib

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import LoginExperience
from simulator.domain import login_experiences
from simulator.errors import FieldError
from simulator.net.addresses import IDENTITY
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

bp = Blueprint("login_experience", __name__, url_prefix="/workspace_admin/login_experience")


@bp.route("", methods=["GET", "POST"])
def edit() -> Response | tuple[str, int]:
    """Show and store the colours and the logo."""
    world, workspace_id = current_world(), person().workspace_id
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.files.get("logo")
        try:
            found = login_experiences.find_experience(world, workspace_id)
            meanwhile.check(found, lambda: _describe(found))
            login_experiences.save(
                world,
                workspace_id,
                primary=request.form.get("primary", ""),
                secondary=request.form.get("secondary", ""),
                logo=sent.read() if sent and sent.filename else None,
                remove_logo=request.form.get("remove_logo") == "yes",
            )
            flash("Saved. End users see it at their next page.", "success")
            return redirect(url_for("login_experience.edit"), 303)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
    row = login_experiences.find_experience(world, workspace_id)
    primary, secondary, _logo = _describe(row)
    page = render_template(
        "aihub/login_experience.html",
        seen=meanwhile.mark(_describe(row), errors),
        form=request.form if errors else {"primary": primary, "secondary": secondary},
        errors=errors,
        has_logo=bool(row and row.logo),
        is_own=row is not None,
        sign_in=f"{world.addresses.base_url(IDENTITY)}/login",
    )
    return page, 422 if errors else 200


def _describe(row: LoginExperience | None) -> tuple[str, str, str]:
    """The colours, and what stands for the logo."""
    if row is None:
        return login_experiences.PRIMARY, login_experiences.SECONDARY, ""
    return row.primary_color, row.secondary_color, hashlib.sha256(row.logo or b"").hexdigest()


@bp.post("/reset")
def reset() -> Response:
    """Bring back the look that Workato Identity has by itself."""
    login_experiences.reset(current_world(), person().workspace_id)
    flash("Workato Identity looks as it did at first.", "success")
    return redirect(url_for("login_experience.edit"), 303)
