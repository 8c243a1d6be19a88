"""Tags of a recipe or connection: a form on its page gives one by its title, or takes one away."""

from collections.abc import Sequence

from flask import flash, request

from simulator.db.tables import Connection, Recipe, Tag
from simulator.domain import tags
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

#: Titles that the field offers; it takes any other one as well.
OFFERED = 200


def save(*, recipes: Sequence[Recipe] = (), connections: Sequence[Connection] = ()) -> str:
    """Do what the form says: give the tag with the title `tag`, or take away the tag `remove`.

    Args:
        recipes: the one whose page it is.
        connections: the one whose page it is.

    Returns:
        Why nothing was done, in a sentence; empty once it was done.

    Raises:
        NotFound: there is no tag to be taken away.
    """
    world, workspace_id = current_world(), person().workspace_id
    if handle := request.form.get("remove", ""):
        gone = tags.get_tag(world, workspace_id, handle)
        tags.assign(world, [], [gone], recipes, connections)
        flash(f"Removed the tag '{gone.title}'.", "success")
        return ""
    title = request.form.get("tag", "").strip()
    if not title:
        return "Enter the title of a tag."
    found = tags.find_titled(world, workspace_id, title)
    if found is None:
        return f"There is no tag '{title}'."
    tags.assign(world, [found], [], recipes, connections)
    flash(f"Added the tag '{found.title}'.", "success")
    return ""


def list_offered(own: Sequence[Tag]) -> list[str]:
    """Return the titles of tags that can be given, as far as they are offered.

    Args:
        own: that are there already.
    """
    have = {each.id for each in own}
    found = tags.find_tags(current_world(), person().workspace_id).first(OFFERED + len(own))
    return [each.title for each in found if each.id not in have][:OFFERED]
