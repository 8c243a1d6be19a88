"""Properties: values that recipes read by name, of a workspace or of one project."""

from collections.abc import Collection, Mapping

from sqlalchemy import Select, select
from sqlalchemy import delete as delete_rows

from simulator.db.tables import Property
from simulator.domain.packages.stored import lock
from simulator.errors import FieldError
from simulator.world import World

#: Workato docs, Developer API, properties: how many there may be, and how long.
MOST = 1000
LONGEST_NAME = 100
LONGEST_VALUE = 1024


def list_with_prefix(
    world: World, workspace_id: int, project_id: int | None, prefix: str
) -> dict[str, str]:
    """Return properties by name: there are a thousand at most.

    Args:
        workspace_id: the workspace's id.
        project_id: the id of one project; None for those of the workspace.
        prefix: what the names begin with.
    """
    found = _of(workspace_id, project_id)
    found = found.where(Property.name.startswith(prefix, autoescape=True))
    rows = world.db.session.scalars(found.order_by(Property.name, Property.id))
    # SQLite's LIKE takes `a` for `A`; a property's name is what it is.
    return {row.name: row.value for row in rows if row.name.startswith(prefix)}


def upsert(
    world: World, workspace_id: int, project_id: int | None, values: Mapping[str, str]
) -> None:
    """Store properties; those of the same names are replaced.

    Args:
        workspace_id: the workspace's id.
        project_id: the id of one project; None for those of the workspace.
        values: name → value.

    Raises:
        FieldError: on `properties`, when a name or value is too long, or there are too many.
    """
    for name, value in values.items():
        if not 0 < len(name) <= LONGEST_NAME:
            raise FieldError("properties", f"names have 1 to {LONGEST_NAME} characters: '{name}'")
        if len(value) > LONGEST_VALUE:
            raise FieldError(
                "properties", f"the value of '{name}' is longer than {LONGEST_VALUE} characters"
            )
    lock(world, workspace_id)
    session = world.db.session
    there = {row.name: row for row in session.scalars(_of(workspace_id, project_id))}
    if len(there.keys() | values.keys()) > MOST:
        raise FieldError("properties", f"there can be {MOST} at most")
    for name, value in values.items():
        row = there.get(name)
        if row is None:
            row = Property(workspace_id=workspace_id, project_id=project_id, name=name)
            session.add(row)
        row.value = value
    session.flush()


def delete(world: World, workspace_id: int, project_id: int | None, names: Collection[str]) -> None:
    """Delete properties; those that are not there are ignored.

    Args:
        workspace_id: the workspace's id.
        project_id: the id of one project; None for those of the workspace.
        names: the names of the properties.
    """
    found = _of(workspace_id, project_id).where(Property.name.in_(names))
    ids = world.db.session.scalars(found.with_only_columns(Property.id)).all()
    world.db.session.execute(delete_rows(Property).where(Property.id.in_(ids)))


def _of(workspace_id: int, project_id: int | None) -> Select[Property]:
    own = Property.project_id.is_(None) if project_id is None else Property.project_id == project_id
    return select(Property).where(Property.workspace_id == workspace_id, own)
