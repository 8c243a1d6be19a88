"""What every table builds on: the declarative base and two column types."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Index,
    MetaData,
    Table,
    TypeDecorator,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeEngine

#: In the `info` of an index: which rows it has, in SQL.
_WHERE = "simulator_where"


class JsonOrJsonb(TypeDecorator[Any]):
    """JSON; JSONB on PostgreSQL, whose dialect is imported there alone: it takes a while."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


Json = JsonOrJsonb()

_LASTING_IDS = "simulator_lasting_ids"
#: Last of a table's arguments: programs keep its ids, so that none is given again after its row
#: is deleted. PostgreSQL never does; SQLite has to be told.
LASTING_IDS: dict[str, Any] = {"sqlite_autoincrement": True, "info": {_LASTING_IDS: True}}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, also on SQLite, which forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: take the time from the clock")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def normalized(name: str) -> str:
    """Return an e-mail address or login name as it is looked up: trimmed, in lower case.

    It is stored beside the name as it was typed, under an index. `lower()` in SQL could not stand
    in for it: SQLite's knows ASCII alone, and PostgreSQL's goes by the locale of the database.
    """
    return name.strip().lower()


def first_name(name: str) -> str:
    """Return the first word of a person's name, by which others call them; empty without one."""
    return next(iter(name.split()), "")


def has_lasting_ids(table: Table) -> bool:
    """Return whether none of a table's ids is given twice (`LASTING_IDS`)."""
    return _LASTING_IDS in table.info


def table_of(entity: "type[Base]") -> Table:
    """Return the table of an entity, for statements that make no rows of the session.

    Args:
        entity: mapped to one table.
    """
    table = entity.__table__
    assert isinstance(table, Table)
    return table


def new_metadata() -> MetaData:
    """Return an empty collection of tables, whose constraints have names."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def partial_index(name: str, columns: tuple[str, ...], where: str) -> Index:
    """Return an index of some rows of a table alone.

    Args:
        name: the name of the index.
        columns: in their order.
        where: which rows, in SQL.
    """
    return Index(name, *columns, sqlite_where=text(where), info={_WHERE: where})


@compiles(CreateIndex, "postgresql")
def _create_index(element: CreateIndex, compiler: DDLCompiler, **options: Any) -> str:
    """Say which rows; told so at once, SQLAlchemy would import PostgreSQL's dialect for SQLite."""
    statement: str = compiler.visit_create_index(element, **options)  # type: ignore[no-untyped-call]
    where = element.element.info.get(_WHERE)
    return f"{statement} WHERE {where}" if where else statement


def create_indexes(connection: Connection, metadata: MetaData) -> None:
    """Create the indexes of some tables that a database which has the tables lacks.

    Args:
        connection: to the database.
        metadata: the tables.
    """
    for table in metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            index.create(connection, checkfirst=True)


class Base(DeclarativeBase):
    """Base of every table; maps `datetime`, `dict` and `list` to the types above."""

    metadata = new_metadata()
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
    }
