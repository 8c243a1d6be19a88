"""Tools > Connector SDK: custom connectors, their source code, and what is released of it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import PackageAsset
from simulator.domain import connector_versions, custom_connectors
from simulator.domain.custom_connectors import ChangedMeanwhile
from simulator.errors import FieldError, SimulatorError
from simulator.systems.aihub.connector_head import LIMITS, describe_connector, find_connector
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("custom_connectors", __name__, url_prefix="/tools/connector_sdk")

#: What a new connector begins with (our words, Workato docs, SDK reference).
_SAMPLE = """\
{
  title: "My connector",

  connection: {
    fields: [
      { name: "api_key", label: "API key", control_type: "password", optional: false }
    ],
    authorization: {
      type: "custom_auth",
      apply: lambda do |connection|
        headers("X-API-Key" => connection["api_key"])
      end
    },
    base_uri: lambda do |_connection|
      "https://api.example.com"
    end
  },

  test: lambda do |_connection|
    get("/me")
  end,

  actions: {
    get_item: {
      title: "Get item",
      input_fields: lambda do |_object_definitions|
        [{ name: "id", optional: false }]
      end,
      execute: lambda do |_connection, input|
        get("/items/#{input["id"]}")
      end,
      output_fields: lambda do |_object_definitions|
        [{ name: "id" }, { name: "name" }]
      end
    }
  }
}
"""


@bp.get("")
def listing() -> str:
    """Return the custom connectors by name; `q` is part of it, `page` which part of them."""
    world, (text, number) = current_world(), searched()
    found = custom_connectors.search(world, person().workspace_id, text).page(number)
    return render_template(
        "aihub/connectors.html",
        found=found,
        latest=connector_versions.list_newest(world, found.rows),
        released=connector_versions.list_newest(world, found.rows, released=True),
        q=text,
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a connector of what was typed, or of a file."""
    typed: Mapping[str, str] = {"code": _SAMPLE}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = request.form
        try:
            made = custom_connectors.create(
                current_world(),
                person().workspace_id,
                title=typed.get("title", "").strip(),
                code=_read_code(),
                note=None,
                description=_read_text("description"),
            )
        except FieldError as error:
            errors[error.field] = error.message
        else:
            flash(f"Created the connector '{made.name}'. Release it once it is ready.", "success")
            return redirect(url_for("custom_connectors.source", connector_id=made.id), 303)
    page = render_template("aihub/connector_new.html", typed=typed, errors=errors, limits=LIMITS)
    return page, 422 if errors else 200


@bp.get("/<int:connector_id>")
def source(connector_id: int) -> str:
    """Return the code of the latest version; `dialog=release` asks what it changes."""
    return _show_source(find_connector(connector_id))


@bp.post("/<int:connector_id>")
def save(connector_id: int) -> Response | tuple[str, int]:
    """Save the code as a new version, unless somebody else saved one meanwhile."""
    connector, code = find_connector(connector_id), ""
    try:
        code = _read_code()
        if code == custom_connectors.read_code(current_world(), connector):
            flash("Nothing was changed, so there is no new version.", "info")
            return _back(connector)
        custom_connectors.change(
            current_world(),
            connector,
            code=code,
            note=_read_text("note") or None,
            seen=parse_whole_number(request.form.get("version")) or 0,
        )
    except ChangedMeanwhile as error:
        typed = {"code": code, "note": request.form.get("note", "")}
        errors = {"version": f"{_tell_who(connector)} What you typed is still here: save it again."}
        return _show_source(connector, typed, errors), error.status
    except FieldError as error:
        return _show_source(connector, request.form, {error.field: error.message}), error.status
    latest = connector_versions.get_latest(current_world(), connector)
    flash(f"Saved version {latest.version_no}. Recipes use it once it is released.", "success")
    return _back(connector)


@bp.post("/<int:connector_id>/release")
def release(connector_id: int) -> Response | tuple[str, int]:
    """Release the latest version, if it is still the one that was looked at."""
    world, connector, note = current_world(), find_connector(connector_id), _read_text("summary")
    try:
        seen = parse_whole_number(request.form.get("version")) or 0
        released = custom_connectors.release(world, connector, note or None, seen)
    except ChangedMeanwhile as error:
        errors = {"release": f"{_tell_who(connector)} Look at it before you release it."}
        return _show_source(connector, {}, errors, dialog="release"), error.status
    except FieldError as error:
        errors = {"summary": error.message}
        return _show_source(connector, {}, errors, dialog="release"), error.status
    except SimulatorError as error:
        flash(str(error), "info")
    else:
        flash(f"Successfully released version {released.version_no}.", "success")
    return _back(connector)


@bp.get("/<int:connector_id>/settings")
def settings(connector_id: int) -> str:
    """Return the connector's name and description."""
    return _show_settings(find_connector(connector_id), {}, {})


@bp.post("/<int:connector_id>/settings")
def save_settings(connector_id: int) -> Response | tuple[str, int]:
    """Save the connector's name and description; that makes no version."""
    connector = find_connector(connector_id)
    try:
        custom_connectors.change(
            current_world(),
            connector,
            title=request.form.get("title", "").strip(),
            description=_read_text("description"),
        )
    except FieldError as error:
        errors = {error.field: error.message}
        return _show_settings(connector, request.form, errors), error.status
    flash("Saved.", "success")
    return redirect(url_for("custom_connectors.settings", connector_id=connector.id), 303)


def _read_text(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _read_code() -> str:
    """Return what the file has that was chosen, or else what was typed."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return request.form.get("code", "").replace("\r\n", "\n")
    try:
        code = str(sent.read(), "utf-8-sig")
    except UnicodeDecodeError:
        code = "\0"
    if "\0" in code or not code.strip():
        raise FieldError("file", "Choose a file with Ruby code, in UTF-8.")
    return code.replace("\r\n", "\n")


def _tell_who(connector: PackageAsset) -> str:
    latest = connector_versions.get_latest(current_world(), connector)
    return f"{latest.author_name or 'Somebody'} saved version {latest.version_no} meanwhile."


def _back(connector: PackageAsset) -> Response:
    return redirect(url_for("custom_connectors.source", connector_id=connector.id), 303)


def _show_source(
    connector: PackageAsset,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    dialog: str = "",
) -> str:
    code = custom_connectors.read_code(current_world(), connector)
    return render_template(
        "aihub/connector_source.html",
        **describe_connector(connector),
        code=code,
        typed={"code": code, **(typed or {})},
        errors=errors or {},
        dialog=dialog or request.args.get("dialog", ""),
    )


def _show_settings(
    connector: PackageAsset, typed: Mapping[str, Any], errors: Mapping[str, str]
) -> str:
    description = str((connector.document or {}).get("description") or "")
    return render_template(
        "aihub/connector_settings.html",
        **describe_connector(connector),
        typed={"title": connector.name, "description": description, **typed},
        errors=errors,
    )
