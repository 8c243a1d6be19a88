"""The Versions tab of a custom connector: the list, one as it was, two compared, one restored."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import ConnectorVersion
from simulator.domain import connector_versions, custom_connectors
from simulator.domain.custom_connectors import ChangedMeanwhile
from simulator.domain.editing.differences import compare_texts
from simulator.errors import NotFound
from simulator.systems.aihub.connector_head import describe_connector, find_connector
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint(
    "connector_versions",
    __name__,
    url_prefix="/tools/connector_sdk/<int:connector_id>/versions",
)

#: Versions on a page.
_SIZE = 25


@bp.get("")
def listing(connector_id: int) -> str:
    """Return the versions of a connector, the newest first; `page` is which of them."""
    connector = find_connector(connector_id)
    number = parse_whole_number(request.args.get("page")) or 1
    return render_template(
        "aihub/connector_versions.html",
        **describe_connector(connector),
        found=connector_versions.find_versions(current_world(), connector).page(number, _SIZE),
    )


@bp.get("/<int:number>")
def version(connector_id: int, number: int) -> str:
    """Return a version as it was."""
    connector = find_connector(connector_id)
    found = connector_versions.get_version(current_world(), connector, number)
    return render_template(
        "aihub/connector_version.html", **describe_connector(connector), version=found
    )


@bp.get("/compare")
def difference(connector_id: int) -> str:
    """Return what version `new` has that version `old` had not, and the other way round."""
    connector = find_connector(connector_id)
    head = describe_connector(connector)
    new = parse_whole_number(request.args.get("new")) or head["latest"].version_no
    newer = connector_versions.get_version(current_world(), connector, new)
    old = parse_whole_number(request.args.get("old")) or newer.version_no - 1
    older = connector_versions.get_version(current_world(), connector, old)
    return render_template(
        "aihub/connector_difference.html",
        **head,
        older=older,
        newer=newer,
        known=None not in (older.code, newer.code),
        same=older.code == newer.code,
        lines=compare_texts(older.code or "", newer.code or ""),
    )


@bp.post("/<int:number>/restore")
def restore(connector_id: int, number: int) -> Response:
    """Make a new version of the code that a version had."""
    world, connector = current_world(), find_connector(connector_id)
    found = connector_versions.get_version(world, connector, number)
    if found.code is None:
        raise NotFound(f"The code of version {number} was not kept.")
    try:
        seen = parse_whole_number(request.form.get("version")) or 0
        note = f"Restored version {number}"
        custom_connectors.change(world, connector, code=found.code, note=note, seen=seen)
    except ChangedMeanwhile:
        latest = _latest(connector_id)
        who = latest.author_name or "Somebody"
        sentence = f"{who} saved version {latest.version_no} meanwhile. Nothing was restored."
        flash(sentence, "error")
        return redirect(url_for("connector_versions.listing", connector_id=connector_id), 303)
    made = _latest(connector_id).version_no
    flash(f"Restored version {number} as version {made}. Release it to have it used.", "success")
    return redirect(url_for("custom_connectors.source", connector_id=connector_id), 303)


def _latest(connector_id: int) -> ConnectorVersion:
    return connector_versions.get_latest(current_world(), find_connector(connector_id))
