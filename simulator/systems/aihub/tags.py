"""Tags of the workspace: found, created, changed, deleted; and what has one, in every project."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator, Recipe, Tag
from simulator.domain import connection_lists, recipe_lists, tag_rules, tags
from simulator.domain.recipe_lists import Criteria
from simulator.errors import FieldError, Forbidden
from simulator.systems.aihub.context import list_where, person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("tags", __name__, url_prefix="/tags")

_COLORS = [(color, color.capitalize()) for color in tags.COLORS]
#: What tags are sorted by → what people read of it.
_ORDERS = {
    "title": "Title",
    "assignment_count": "Most used",
    "updated_at": "Changed last",
    "last_assigned_at": "Assigned last",
}


@bp.get("")
def listing() -> str:
    """List the tags: `q` is part of a title or description, `sort` one of the orders."""
    world, workspace_id, (text, number) = current_world(), person().workspace_id, searched()
    order = request.args.get("sort", "")
    order = order if order in _ORDERS else "title"
    found = tags.find_tags(
        world, workspace_id, text=text, order=order, backwards=order != "title"
    ).page(number)
    return render_template(
        "aihub/tags.html",
        found=found,
        q=text,
        sort=order,
        orders=list(_ORDERS.items()),
        counts=tags.count_assignments(world, [each.id for each in found]),
        authors=tags.list_authors(world, person().workspace_id, found.rows),
        changeable={each.id for each in found if _may_change(each)},
        may_create=_may_create(),
        is_restricted=tag_rules.is_restricted(world, workspace_id),
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a tag, whose author is the person who is signed in."""
    if not _may_create():
        raise _refusal()
    world, errors = current_world(), {}
    typed: Mapping[str, str] = {"title": request.args.get("title", "")}
    if request.method == "POST":
        typed = request.form
        try:
            author = world.db.session.get_one(Collaborator, person().id)
            made = tags.create(world, author, typed.get("title", ""), _description(), _color())
        except FieldError as refusal:
            world.db.rollback()
            errors[refusal.field] = refusal.sentence
        else:
            flash(f"Created the tag '{made.title}'.", "success")
            return redirect(url_for("tags.listing"), 303)
    page = render_template(
        "aihub/tag_new.html",
        typed=typed,
        errors=errors,
        colors=_COLORS,
        longest=tags.LONGEST_DESCRIPTION,
    )
    return page, 422 if errors else 200


@bp.route("/<handle>", methods=["GET", "POST"])
def view(handle: str) -> Response | tuple[str, int]:
    """Return a tag with what has it; a POST changes it."""
    world, tag, errors = current_world(), _tag(handle), {}
    stored = {"title": tag.title, "description": tag.description, "color": tag.color}
    typed: Mapping[str, str] = stored
    if request.method == "POST":
        _check_changeable(tag)
        typed = request.form
        try:
            title = typed.get("title", "")
            tags.change(world, tag, title=title, description=_description(), color=_color())
        except FieldError as refusal:
            world.db.rollback()
            tag, errors = _tag(handle), {refusal.field: refusal.sentence}
        else:
            flash("Saved.", "success")
            return redirect(url_for("tags.view", handle=handle), 303)
    _text, number = searched()
    part = parse_whole_number(request.args.get("connections")) or 1
    seen = list_where("Recipes")
    criteria = Criteria(tag_id=tag.id, inside=None if seen is None else Recipe.project_id.in_(seen))
    page = render_template(
        "aihub/tag.html",
        tag=tag,
        author=tags.list_authors(world, tag.workspace_id, [tag])[tag.id].name,
        typed=typed,
        errors=errors,
        colors=_COLORS,
        longest=tags.LONGEST_DESCRIPTION,
        may_change=_may_change(tag),
        recipes=recipe_lists.find_recipes(world, tag.workspace_id, criteria).page(number),
        connections=connection_lists.find_tagged(world, tag, list_where("Connections")).page(part),
    )
    return page, 422 if errors else 200


@bp.route("/<handle>/delete", methods=["GET", "POST"])
def delete(handle: str) -> Response | str:
    """Ask, and delete a tag; whatever had it has it no more."""
    world, tag = current_world(), _tag(handle)
    _check_changeable(tag)
    if request.method == "POST":
        title = tag.title
        tags.delete(world, tag)
        flash(f"Deleted the tag '{title}'.", "success")
        return redirect(url_for("tags.listing"), 303)
    counts = tags.count_assignments(world, [tag.id]).get(tag.id, (0, 0))
    return render_template("aihub/tag_delete.html", tag=tag, counts=counts)


def _tag(handle: str) -> Tag:
    return tags.get_tag(current_world(), person().workspace_id, handle)


def _color() -> str | None:
    """Return the color that was chosen; None for any.

    Raises:
        FieldError: there is no such color.
    """
    color = request.form.get("color", "")
    if color and color not in tags.COLORS:
        raise FieldError("color", "is not one of the colors to select from")
    return color or None


def _description() -> str:
    return request.form.get("description", "").replace("\r\n", "\n").strip()


def _may_create() -> bool:
    who = person()
    return tag_rules.may_create(
        current_world(), who.workspace_id, is_admin=who.is_admin, may_build=who.may("tags.create")
    )


def _may_change(tag: Tag) -> bool:
    who = person()
    return tag_rules.may_change(
        current_world(), tag, who.id, is_admin=who.is_admin, may_build=who.may("tags.create")
    )


def _check_changeable(tag: Tag) -> None:
    if not _may_change(tag):
        raise _refusal()


def _refusal() -> Forbidden:
    if tag_rules.is_restricted(current_world(), person().workspace_id):
        return Forbidden(
            "Tags are created, edited and deleted by owners and admins alone in this workspace. "
            "Ask one of them to make the change."
        )
    return Forbidden("This tag is somebody else's. Ask them, or an owner or admin, to change it.")
