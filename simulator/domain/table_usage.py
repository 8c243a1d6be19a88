"""Tables and what is around them: which recipes use one, how many rows each has."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import String, cast, func, or_, select

from simulator.db.tables import DataRecord, DataTable, LookupEntry, LookupTable, Recipe
from simulator.domain.recipe_data import LOOKUP
from simulator.world import World

_DATA = "workato_db_table"
#: `lookup('Rates', …)` and `data_table_lookup('Finance', 'Rates', …)`, as formulas write them.
_LOOKUP = re.compile(r"""(?<!\w)lookup\(\s*(['"])(?P<table>.*?)\1""")
_DATA_LOOKUP = re.compile(r"""data_table_lookup\(\s*(['"]).*?\1\s*,\s*(['"])(?P<table>.*?)\2""")


def list_recipes(world: World, table: LookupTable | DataTable) -> list[Recipe]:
    """Return the recipes whose steps or formulas name a table, by name.

    A formula that makes the name of data is not among them.

    Args:
        table: by its id, its name, or the UUID of a data table.
    """
    kind = LOOKUP if isinstance(table, LookupTable) else _DATA
    names = {str(table.id), table.name}
    if isinstance(table, DataTable):
        names.add(table.handle)
    code = cast(Recipe.code, String)
    written = [json.dumps(name)[1:-1] for name in names]
    found = select(Recipe).where(
        Recipe.workspace_id == table.workspace_id,
        or_(code.contains(kind, autoescape=True), code.contains("lookup(", autoescape=True)),
        or_(*(code.contains(each, autoescape=True) for each in written)),
    )
    recipes = world.db.session.scalars(found.order_by(Recipe.name, Recipe.id))
    return [each for each in recipes if not names.isdisjoint(_iter_named(each.code, kind))]


def count_rows(
    world: World, tables: Sequence[LookupTable] | Sequence[DataTable]
) -> Mapping[int, int]:
    """Return how many rows tables have: id → number; a table without rows is left out.

    Args:
        tables: all of one kind.
    """
    if not tables:
        return {}
    of: Any = LookupEntry if isinstance(tables[0], LookupTable) else DataRecord
    own = of.table_id.in_([each.id for each in tables])
    counted = select(of.table_id, func.count()).where(own).group_by(of.table_id)
    return {row[0]: row[1] for row in world.db.session.execute(counted)}


def _iter_named(code: Any, kind: str) -> Iterator[str]:
    """Iterate over what steps and formulas call tables of a kind."""
    if isinstance(code, Mapping):
        inputs = code.get("input")
        if code.get("provider") == kind and isinstance(inputs, Mapping):
            named = inputs.get("lookup_table_id", inputs.get("table_id"))
            yield str(named.get("name") if isinstance(named, Mapping) else named)
        for inner in code.values():
            yield from _iter_named(inner, kind)
    elif isinstance(code, list):
        for inner in code:
            yield from _iter_named(inner, kind)
    elif isinstance(code, str) and "lookup(" in code:
        formula = _LOOKUP if kind == LOOKUP else _DATA_LOOKUP
        for match in formula.finditer(code):
            yield match["table"]
