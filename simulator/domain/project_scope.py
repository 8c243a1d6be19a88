"""What an API client sees of projects: for those that are not its own, nothing is there.

Workato docs, API clients: a client may be restricted to projects and the assets in them. One rule
for every table, made of its columns: a row is left out that belongs to another project, or to
something that is left out. What is of no project, such as tags and end users, is the workspace's,
and stays (our choice). The same rule hides what was deployed to other environments. The session
itself leaves rows out, so that no endpoint can forget to.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, event, or_, select
from sqlalchemy.orm import Mapper, ORMExecuteState, with_loader_criteria

from simulator.db.base import Base
from simulator.db.tables import ActivityLog, ApiClient, Environment, Project
from simulator.errors import Forbidden
from simulator.world import World

_OWN = "project_id"
#: Keys of a session's `info`: what those are told who ask for more, and whether that counts now.
_LIMITED = "limited to projects"
_LIFTED = "limits are lifted"
_CLIENT = (
    "This API client is limited to projects (Workspace admin > API clients), and this is "
    "for the whole workspace: name a project or folder of its own, or use another client."
)


def limit_to_projects(world: World, client: ApiClient) -> None:
    """Leave out of the current unit of work whatever is in other projects than a client's.

    Of the activity audit log, what others did is left out (our choice: it names any asset).

    Args:
        world: with an open unit of work, in which none of it was read yet.
        client: the client of selected projects.
    """
    own = and_(ActivityLog.actor_kind == "api_client", ActivityLog.actor_id == str(client.id))
    _limit_to(world, client.project_ids or (), _CLIENT, {ActivityLog: own})


def limit_to_seen(world: World, project_ids: Collection[int], sentence: str) -> None:
    """Leave out of the current unit of work whatever is in projects that a collaborator sees not.

    The activity audit log tells whoever may read it of everything (Workato docs, privileges).

    Args:
        world: with an open unit of work, in which none of it was read yet.
        project_ids: the ids of the projects that they see.
        sentence: what they are told who ask for the whole workspace; empty where they may.
    """
    _limit_to(world, project_ids, sentence, {})


def _limit_to(
    world: World,
    project_ids: Collection[int],
    sentence: str,
    further: Mapping[type, ColumnElement[bool]],
) -> None:
    ids = tuple(project_ids)
    world.db.session.info[_LIMITED] = sentence
    _limit(world, {**_Rules(lambda column: column.in_(ids)).build(), **further})


def limit_to_environment(world: World, environment: Environment) -> None:
    """Leave out of the current unit of work what was deployed to other environments.

    A project that was deployed to the environment stands there for the one that it was
    deployed from. One that was made here, and not deployed, is in every environment (our choice).

    Args:
        environment: the environment that is asked about.
    """
    session = world.db.session
    own = Project.workspace_id == environment.workspace_id, Project.environment_id.is_not(None)
    deployed = session.execute(
        select(Project.id, Project.environment_id, Project.deployed_from_id).where(*own)
    ).all()
    hidden = tuple(
        number
        for each in deployed
        for number in (each[2] if each[1] == environment.id else each[0],)
        if number is not None
    )
    if hidden:
        _limit(world, _Rules(lambda column: column.not_in(hidden)).build())


def _limit(world: World, rules: Mapping[type, ColumnElement[bool]]) -> None:
    criteria = [
        with_loader_criteria(entity, rule, include_aliases=True) for entity, rule in rules.items()
    ]

    def limit(state: ORMExecuteState) -> None:
        is_limited = not state.session.info.get(_LIFTED) and not state.is_column_load
        if is_limited and not state.is_insert:
            state.statement = state.statement.options(*criteria)

    event.listen(world.db.session, "do_orm_execute", limit)


@contextmanager
def lifted(world: World) -> Iterator[None]:
    """See everything for a while: what runs on a client's behalf is not the client."""
    info = world.db.session.info
    was_lifted = info.get(_LIFTED, False)
    info[_LIFTED] = True
    try:
        yield
    finally:
        info[_LIFTED] = was_lifted


def is_limited(world: World) -> bool:
    """Return whether some projects are left out for whoever asks."""
    return _LIMITED in world.db.session.info


def check_unlimited(world: World) -> None:
    """Let only those pass who see the whole workspace.

    Raises:
        Forbidden: whoever asks is limited to projects.
    """
    info = world.db.session.info
    if info.get(_LIMITED) and not info.get(_LIFTED):
        raise Forbidden(info[_LIMITED])


class _Rules:
    """Which rows of each table are those of some projects.

    Args:
        are_theirs: takes a column with ids of projects, and says which of them.
    """

    def __init__(self, are_theirs: Callable[[Any], ColumnElement[bool]]) -> None:
        self._are_theirs = are_theirs
        self._entities = {_table(mapper).name: mapper for mapper in _list_mappers()}
        self._found: dict[str, ColumnElement[bool] | None] = {}

    def build(self) -> dict[type, ColumnElement[bool]]:
        """Return the rule of each entity that has one."""
        rules = ((each.class_, self._get(each)) for each in self._entities.values())
        return {entity: rule for entity, rule in rules if rule is not None}

    def _get(self, mapper: Mapper[Any]) -> ColumnElement[bool] | None:
        name = _table(mapper).name
        if name not in self._found:
            self._found[name] = None  # what refers to itself is found by what else it refers to
            parts = list(self._list_parts(mapper))
            self._found[name] = and_(*parts) if parts else None
        return self._found[name]

    def _list_parts(self, mapper: Mapper[Any]) -> Iterator[ColumnElement[bool]]:
        entity = mapper.class_
        if entity is Project:
            yield self._are_theirs(Project.id)
            return
        if _OWN in mapper.columns:
            yield _or_none(getattr(entity, _OWN), self._are_theirs(getattr(entity, _OWN)))
            return
        for column in _table(mapper).columns:
            for key in column.foreign_keys:
                other = self._entities.get(key.column.table.name)
                rule = None if other is None else self._get(other)
                if other is not None and rule is not None:
                    there = select(getattr(other.class_, key.column.name)).where(rule)
                    own = getattr(entity, mapper.get_property_by_column(column).key)
                    yield _or_none(own, own.in_(there))


def _list_mappers() -> Iterator[Mapper[Any]]:
    yield from (each for each in Base.registry.mappers if isinstance(each.local_table, Table))


def _table(mapper: Mapper[Any]) -> Table:
    return cast("Table", mapper.local_table)


def _or_none(column: Any, rule: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(column.is_(None), rule) if column.property.columns[0].nullable else rule
