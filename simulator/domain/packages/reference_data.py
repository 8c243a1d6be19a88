"""Lookup tables, data tables and properties of a package."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete, select

from simulator.db.tables import (
    DataRecord,
    DataTable,
    LookupEntry,
    LookupTable,
    Project,
    Property,
)
from simulator.domain.packages.model import Asset
from simulator.world import World


def store(world: World, project: Project, asset: Asset) -> None:
    """Store a table or properties, if an asset is one; rows come along where the package has them.

    Args:
        project: where they are stored.
        asset: the asset of the package.
    """
    if asset.kind == "lookup_table":
        _store_lookup_table(world, project, asset)
    elif asset.kind == "workato_db_table":
        _store_data_table(world, project, asset)
    elif asset.kind in ("account_property", "project_property"):
        is_projects = asset.kind == "project_property"
        for name, value in _list_properties(asset):
            _store_property(world, project, name, value, of_project=is_projects)


def _store_lookup_table(world: World, project: Project, asset: Asset) -> None:
    """`{name, schema, data?}`: the columns as a list or as JSON text, the entries by column."""
    session, document = world.db.session, asset.document or {}
    table = session.scalar(
        select(LookupTable).where(
            LookupTable.project_id == project.id, LookupTable.name == asset.name
        )
    )
    columns = _read_list(document.get("schema"))
    if table is None:
        table = LookupTable(
            workspace_id=project.workspace_id,
            project_id=project.id,
            name=asset.name,
            created_at=world.clock.now(),
        )
        session.add(table)
    table.columns, table.updated_at = columns, world.clock.now()
    session.flush()
    if "data" in document:
        session.execute(delete(LookupEntry).where(LookupEntry.table_id == table.id))
        labels = [str(each.get("name", each.get("label"))) for each in columns]
        times = {"created_at": table.updated_at, "updated_at": table.updated_at}
        session.add_all(
            LookupEntry(table_id=table.id, fields=_by_column(entry, labels), **times)
            for entry in _read_list(document["data"], of=dict | list)
        )


def _store_data_table(world: World, project: Project, asset: Asset) -> None:
    """`{name, schema: [{id, title, type, …}], data?}`; the columns go by their ids."""
    session, document = world.db.session, asset.document or {}
    table = session.scalar(
        select(DataTable).where(DataTable.project_id == project.id, DataTable.name == asset.name)
    )
    if table is None:
        table = DataTable(
            workspace_id=project.workspace_id,
            project_id=project.id,
            handle=world.randomness.uuid("data table"),
            name=asset.name,
            created_at=world.clock.now(),
        )
        session.add(table)
    table.columns, table.updated_at = _read_list(document.get("schema")), world.clock.now()
    session.flush()
    if "data" in document:
        session.execute(delete(DataRecord).where(DataRecord.table_id == table.id))
        now = world.clock.now()
        session.add_all(
            DataRecord(
                id=world.randomness.hex("data record"),
                table_id=table.id,
                fields=dict(record),
                created_at=now,
                updated_at=now,
            )
            for record in _read_list(document["data"])
        )


def _store_property(
    world: World, project: Project, name: str, value: str, *, of_project: bool
) -> None:
    session = world.db.session
    project_id = project.id if of_project else None
    found = session.scalars(
        select(Property)
        .where(
            Property.workspace_id == project.workspace_id,
            Property.project_id == project_id
            if project_id is not None
            else Property.project_id.is_(None),
            Property.name == name,
        )
        .order_by(Property.id)
        .limit(1)
    ).first()
    if found is None:
        found = Property(workspace_id=project.workspace_id, project_id=project_id, name=name)
        session.add(found)
    found.value = value
    session.flush()


def _list_properties(asset: Asset) -> Iterator[tuple[str, str]]:
    """One property a file, `{name, value}`; or several, name → value (the shape is not public)."""
    document = asset.document or {}
    if "name" in document:
        yield asset.name, _text(document.get("value"))
        return
    for name, value in document.items():
        if isinstance(value, str | int | float | bool):
            yield name, _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _by_column(entry: Any, names: list[str]) -> dict[str, Any]:
    """Return an entry by its columns; a list has them in the order of the schema."""
    if isinstance(entry, Mapping):
        return dict(entry)
    return dict(zip(names, entry, strict=False))


def _read_list(value: Any, of: Any = dict) -> list[Any]:
    """Return a list that is written as one, or as JSON text; what does not fit is left out."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [each for each in value if isinstance(each, of)] if isinstance(value, list) else []
