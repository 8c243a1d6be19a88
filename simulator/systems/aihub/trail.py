"""Links from all projects down to a project or a folder: what stands above a page's title."""

from flask import url_for

from simulator.domain import folders
from simulator.domain.folders import Place
from simulator.systems.aihub.context import person
from simulator.web.application import current_world


def trail_to(place: Place | None) -> list[tuple[str, str]]:
    """Return text and address of each, all projects first and the place last.

    Args:
        place: None leaves it at all projects.
    """
    world, trail = current_world(), list[tuple[str, str]]()
    while place is not None:
        folder = place.number if place.folder else None
        address = url_for("project.view", project_id=place.project.id, folder=folder)
        trail.insert(0, (place.name, address))
        if place.folder is None:
            break
        above = folders.get_parent_number(world, place)
        place = folders.get_place(world, person().workspace_id, above)
    return [("Projects", url_for("projects.listing")), *trail]
