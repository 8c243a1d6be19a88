"""What an API client of selected projects sees: for the others, nothing is there.

Workato docs, API clients: a client may be restricted to projects and the assets in them. The
session itself leaves rows of other projects out, so that no endpoint can forget to.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from simulator.db.tables import Connection, Folder, McpServer, Project, Recipe
from simulator.world import World


def limit_to_projects(world: World, project_ids: Collection[int]) -> None:
    """Leave out of the current unit of work whatever is in other projects.

    Args:
        world: with an open unit of work, in which none of it was read yet.
        project_ids: of the projects that stay.
    """
    ids = tuple(project_ids)
    columns: tuple[tuple[Any, Any], ...] = (
        (Project, Project.id),
        (Folder, Folder.project_id),
        (Recipe, Recipe.project_id),
        (Connection, Connection.project_id),
        (McpServer, McpServer.project_id),
    )
    criteria = [
        with_loader_criteria(entity, column.in_(ids), include_aliases=True)
        for entity, column in columns
    ]

    def _limit(state: ORMExecuteState) -> None:
        if not state.is_column_load and not state.is_insert:
            state.statement = state.statement.options(*criteria)

    event.listen(world.db.session, "do_orm_execute", _limit)
