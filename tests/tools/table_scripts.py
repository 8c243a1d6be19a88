"""Statements that make the tables of an empty SQLite database, to be stored beside them."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_mock_engine

from simulator import installed_apps
from simulator.db import app_tables, tables
from simulator.db.table_scripts import SEPARATOR, find_script


def scripts() -> Iterator[tuple[Path, str]]:
    """Yield each file and what is in it."""
    ours = [tables.Base.metadata, app_tables.VERSIONS.metadata]
    yield find_script(tables), _render(ours)
    for app, part in installed_apps.parts("tables").items():
        name = installed_apps.packages()[app]
        if name.startswith("simulator."):
            version = app_tables.VERSIONS.insert().values(app=app, version=part.VERSION)
            sql = str(version.compile(compile_kwargs={"literal_binds": True}))
            text = f"{_render([part.METADATA])}{sql}{SEPARATOR}"
            yield find_script(import_module(name)), text


def _render(metadata: list[MetaData]) -> str:
    tables: list[tuple[str, list[str]]] = []

    def note(element: Any, *_: object, **__: object) -> None:
        statement = _lay_out(str(element.compile(dialect=engine.dialect)))
        if statement.startswith("CREATE TABLE"):
            tables.append((statement, []))
        else:
            tables[-1][1].append(statement)

    engine = create_mock_engine("sqlite://", note)
    for each in metadata:
        each.create_all(engine, checkfirst=False)
    # A table's indexes come in any order.
    statements = [each for table, indexes in tables for each in (table, *sorted(indexes))]
    assert not any(SEPARATOR in each or "%" in each for each in statements)
    return "".join(each + SEPARATOR for each in statements)


def _lay_out(statement: str) -> str:
    lines = [line.strip() for line in statement.splitlines() if line.strip()]
    return "\n".join(line if line in (lines[0], ")") else f"  {line}" for line in lines)


def write() -> None:
    """Write every file."""
    for file, text in scripts():
        file.write_text(text, encoding="utf-8")
