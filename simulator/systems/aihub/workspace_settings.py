"""Workspace admin > Settings: who may create and edit tags."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.domain import tag_rules
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

bp = Blueprint("workspace_settings", __name__, url_prefix="/workspace_admin/settings")


@bp.route("", methods=["GET", "POST"])
def edit() -> Response | str:
    """Show and store the settings."""
    world, workspace_id = current_world(), person().workspace_id
    if request.method == "POST":
        to_admins = request.form.get("restricts_tags") == "yes"
        tag_rules.restrict(world, workspace_id, to_admins=to_admins)
        flash("Saved.", "success")
        return redirect(url_for("workspace_settings.edit"), 303)
    is_restricted = tag_rules.is_restricted(world, workspace_id)
    return render_template("aihub/workspace_settings.html", is_restricted=is_restricted)
