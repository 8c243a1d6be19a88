"""What stands by itself in a formula: `now`, `uuid`, `lookup` and the like."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from simulator.domain.formulas import dates
from simulator.domain.formulas.calls import DATE, OTHER, word
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import as_text, describe


@word("now", page=DATE)
def now(scope: Scope) -> datetime:
    """The date and time now, in US Pacific time."""
    return dates.pacific(scope.now())


@word("today", page=DATE)
def today(scope: Scope) -> date:
    """The date now, in US Pacific time."""
    return dates.pacific_date(scope.now())


@word("uuid", page=OTHER)
def uuid(scope: Scope) -> str:
    """A new random UUID (version 4)."""
    return str(UUID(bytes=scope.octets(16), version=4))


@word("lookup", page=OTHER)
def lookup(scope: Scope, table: Any, criteria: Any) -> Mapping[str, Any]:
    """The row of a lookup table that has these values: columns; empty if none has."""
    return scope.lookup(as_text(table), _criteria(criteria)) or {}


@word("data_table_lookup", page=OTHER)
def data_table_lookup(scope: Scope, project: Any, table: Any, criteria: Any) -> Mapping[str, Any]:
    """The row of a project's data table that has these values: columns; empty if none has."""
    return scope.lookup_data_table(as_text(project), as_text(table), _criteria(criteria)) or {}


def _criteria(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Misuse(f"takes columns with values, such as 'Code': 'ACC', not {describe(value)}")
    return {str(as_text(key)): inner for key, inner in value.items()}
