"""Recipes and connections in one list, as the web app's own search has them.

Source: addresses that a program which reads the live web app asks (E. Eithery, WorkatoMCP,
`docs/design/specs/2026-05-12-v11-discovery-endpoints.md`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, literal, select, union_all

from simulator.db.listing import contains
from simulator.db.tables import Connection, Recipe
from simulator.domain import asset_folders
from simulator.validation.paging import Page
from simulator.world import World

Asset = Recipe | Connection

#: Kind of asset, as requests name it → its table.
KINDS: dict[str, type[Recipe] | type[Connection]] = {"connection": Connection, "recipe": Recipe}


@dataclass(frozen=True, kw_only=True)
class Search:
    """Filters of assets.

    Attributes:
        kinds: keys of `KINDS`.
        text: part of their names.
        folder: number of the folder that they are in; None for any.
        by_name: alphabetically, instead of the newest first.
        projects: kind → ids of the projects that they are of; no such kind for all of them.
    """

    kinds: Sequence[str] = tuple(KINDS)
    text: str = ""
    folder: int | None = None
    by_name: bool = False
    projects: Mapping[str, Collection[int]] = field(default_factory=dict)


def find_page(
    world: World, workspace_id: int, search: Search, number: int, size: int
) -> tuple[Sequence[Asset], Page]:
    """Return a page of what is found; behind the last one it is empty.

    Args:
        workspace_id: the workspace's id.
        search: what is meant.
        number: the number of the page, from 1.
        size: how many assets a page has.

    Raises:
        NotFound: there is no such folder.
    """
    parts = [
        select(literal(kind).label("kind"), made.id, made.name).where(
            *_conditions(world, workspace_id, kind, search)
        )
        for kind, made in KINDS.items()
        if kind in search.kinds
    ]
    rows = union_all(*parts).subquery()
    total = world.db.session.scalar(select(func.count()).select_from(rows)) or 0
    page = Page(number=number, size=size, total=total)
    newest = (rows.c.kind.desc(), rows.c.id.desc())
    order = (rows.c.name, rows.c.kind, rows.c.id) if search.by_name else newest
    cut = select(rows.c.kind, rows.c.id).order_by(*order).limit(size).offset(page.offset)
    keys = [(kind, row_id) for kind, row_id in world.db.session.execute(cut)]
    found = {
        (kind, each.id): each
        for kind, made in KINDS.items()
        for each in _load(world, made, [row_id for own, row_id in keys if own == kind])
    }
    return [found[key] for key in keys], page


def _conditions(
    world: World, workspace_id: int, kind: str, search: Search
) -> list[ColumnElement[bool]]:
    made = KINDS[kind]
    found = [made.workspace_id == workspace_id, *contains(search.text, made.name)]
    if made is Connection:
        found.append(Connection.parent_id.is_(None))
    if kind in search.projects:
        found.append(made.project_id.in_(search.projects[kind]))
    if search.folder is not None:
        inside = asset_folders.is_listed(
            world, workspace_id, made, search.folder, with_subfolders=False
        )
        found.append(inside)
    return found


def _load(
    world: World, made: type[Recipe] | type[Connection], ids: Sequence[int]
) -> Sequence[Asset]:
    session = world.db.session
    if made is Recipe:
        return session.scalars(select(Recipe).where(Recipe.id.in_(ids))).all()
    return session.scalars(select(Connection).where(Connection.id.in_(ids))).all()
