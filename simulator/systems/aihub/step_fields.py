"""The fields that a step declares, by a form: parameters, results, responses, variables."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.domain import recipe_versions
from simulator.domain.editing import blocks, schemas
from simulator.domain.editing.inputs import get_value
from simulator.domain.editing.operations import SetSchema
from simulator.domain.editing.schemas import NESTED, TYPES, Row
from simulator.domain.engine.schemas import read_fields
from simulator.errors import FieldError, NotFound
from simulator.systems.aihub.edits import editor_url, get_recipe, perform, read_version, step_at
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("step_fields", __name__, url_prefix="/recipes/<int:recipe_id>/steps/<int:number>")

_PARTS = ("name", "label", "type", "hint", "before")
#: Empty rows that a form ends with, and how many rows it may have.
_SPARE, _MOST = 2, 210


@bp.route("/fields/<slot>", methods=["GET", "POST"])
def edit(recipe_id: int, number: int, slot: str) -> Response | tuple[str, int] | str:
    """Show the fields of a schema as rows, and save them; `within` names the field they are in.

    `do=rows` gives the form more empty rows, `up-2` and `down-2` move the third one, `within-2`
    saves and shows the fields within it. A row without a name is none: it is removed.
    """
    recipe = get_recipe(recipe_id)
    within = [each for each in request.values.get("within", "").split(".") if each]
    version = recipe_versions.get_version(current_world(), recipe, read_version(recipe))
    try:
        block = blocks.get_block(version.code, blocks.get_name(version.code, number))
        schema = schemas.get_schema(block, slot)
        fields = schemas.find_within(read_fields(get_value(block, schema.path)), within)
    except FieldError as error:
        raise NotFound(str(error)) from None
    rows, errors, moved = schemas.read_rows(fields), {}, None
    if request.method == "POST":
        do, _, index = request.form.get("do", "").partition("-")
        chosen = parse_whole_number(index)
        read = _read_rows({each.name: each.within for each in rows})
        if do in ("up", "down"):
            moved = _move(read, chosen, -1 if do == "up" else 1)
        rows = list(read.values())
        if do not in ("rows", "up", "down"):
            errors = schemas.check_rows(rows, fields)
            if not errors:
                done = SetSchema(number=number, key=slot, within=within, rows=rows)
                saved = perform(recipe, done, f"Saved {schema.title}.", number)
                if isinstance(saved, tuple) or recipe.running:
                    return saved
                inner = read.get(chosen) if do == "within" and chosen is not None else None
                place = [*within, inner.name] if inner and inner.type in NESTED else within[:-1]
                if not within and not inner:
                    return saved
                here: dict[str, Any] = {"recipe_id": recipe.id, "number": number, "slot": slot}
                return redirect(url_for(".edit", within=".".join(place) or None, **here), 303)
    page = render_template(
        "aihub/step_fields.html",
        recipe=recipe,
        step=step_at(recipe, number) if version.version_no == recipe.version_no else None,
        number=number,
        schema=schema,
        within=within,
        version=version.version_no,
        rows=[*rows, *[Row(name="")] * _SPARE],
        types=list(TYPES.items()),
        is_unsaved=request.method == "POST",
        moved=(moved, request.form.get("do", "").partition("-")[0]),
        nested=NESTED,
        errors=errors,
        back=editor_url(recipe, number),
    )
    return page, 422 if errors else 200


def _read_rows(within: dict[str, int]) -> dict[int, Row]:
    """Return the rows of the form, up to the last that has something, by their place in it."""
    rows = {}
    for index in range(_MOST):
        if f"name-{index}" not in request.form:
            break
        name, label, kind, hint, before = (
            request.form.get(f"{part}-{index}", "").strip() for part in _PARTS
        )
        if request.form.get(f"remove-{index}") == "yes":
            continue
        rows[index] = Row(
            name=name,
            label=label,
            type=kind or "string",
            hint=hint,
            required=request.form.get(f"required-{index}") == "yes",
            within=within.get(before or name, 0),
            before=before,
        )
    while rows and not ((last := rows[max(rows)]).name or last.label or last.hint):
        del rows[max(rows)]
    return rows


def _move(rows: dict[int, Row], index: int | None, by: int) -> int | None:
    """Let a row and the one before or behind it change places; return its place among all."""
    places = list(rows)
    at = places.index(index) if index in rows else -1
    if at < 0 or not 0 <= at + by < len(places):
        return at if at >= 0 else None
    here, there = places[at], places[at + by]
    rows[here], rows[there] = rows[there], rows[here]
    return at + by
