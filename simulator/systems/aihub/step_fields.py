"""The fields that a step declares, by a form: parameters, results, responses, variables."""

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
from simulator.web.application import current_world

bp = Blueprint("step_fields", __name__, url_prefix="/recipes/<int:recipe_id>/steps/<int:number>")

_PARTS = ("name", "label", "type", "hint")
#: Empty rows that a form ends with, and how many rows it may have.
_SPARE, _MOST = 2, 210


@bp.route("/fields/<slot>", methods=["GET", "POST"])
def edit(recipe_id: int, number: int, slot: str) -> Response | tuple[str, int] | str:
    """Show the fields of a schema as rows, and save them; `within` names the field they are in.

    `do=rows` gives the form more empty rows. A row without a name is none: it is removed.
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
    rows, errors = schemas.read_rows(fields), {}
    if request.method == "POST":
        rows = _read_rows({each.name: each.within for each in rows})
        if request.form.get("do") != "rows":
            errors = schemas.check_rows(rows, fields)
            if not errors:
                done = SetSchema(number=number, key=slot, within=within, rows=rows)
                saved = perform(recipe, done, f"Saved {schema.title}.", number)
                if within and not isinstance(saved, tuple) and saved.status_code == 303:
                    outer = ".".join(within[:-1])
                    return redirect(
                        url_for(
                            ".edit",
                            recipe_id=recipe.id,
                            number=number,
                            slot=slot,
                            within=outer or None,
                        ),
                        303,
                    )
                return saved
    page = render_template(
        "aihub/step_fields.html",
        recipe=recipe,
        step=step_at(recipe, number) if version.version_no == recipe.version_no else None,
        number=number,
        schema=schema,
        within=within,
        version=version.version_no,
        rows=[*rows, *[Row(name="")] * _SPARE],
        types=[(key, label) for key, (label, _) in TYPES.items()],
        nested=NESTED,
        errors=errors,
        back=editor_url(recipe, number),
    )
    return page, 422 if errors else 200


def _read_rows(within: dict[str, int]) -> list[Row]:
    """Return the rows of the form, up to the last that has something."""
    rows = []
    for index in range(_MOST):
        if f"name-{index}" not in request.form:
            break
        name, label, kind, hint = (
            request.form.get(f"{part}-{index}", "").strip() for part in _PARTS
        )
        row = Row(
            name=name,
            label=label,
            type=kind or "string",
            hint=hint,
            required=request.form.get(f"required-{index}") == "yes",
            within=within.get(name, 0),
        )
        if request.form.get(f"remove-{index}") == "yes":
            continue
        rows.append(row)
    while rows and not (rows[-1].name or rows[-1].label or rows[-1].hint):
        rows.pop()
    return rows
