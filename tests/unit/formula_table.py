"""The table of documented formulas, `fixtures/formulas.txt`, and the scope that it is about."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.domain.formulas import SKIP, Scope
from tests.tools.requirements import ROOT

TABLE = ROOT / "fixtures/formulas.txt"
CONTACTS = [
    ("Joe", "joe@abc.com", "CA", "ABC", 1000, "First time buyer"),
    ("Jill", "jill@nbc.com", "MA", "NBC", 1000, "Referral"),
    ("Joan", "joan@nbc.com", "MA", "NBC", 10000, "Recurring customer"),
    ("Jack", "jack@hbo.com", "CA", "HBO", 30000, "Recurring customer"),
]
OUTPUTS: dict[str, Any] = {
    "table": {
        "numbers": [100, 101, 102, 103, 104],
        "contacts": [
            {
                "name": name,
                "email": email,
                "state": state,
                "company": company,
                "company_rev": revenue,
                "description": {"summary": summary},
            }
            for name, email, state, company, revenue, summary in CONTACTS
        ],
    }
}
DEPARTMENTS = [
    {"Department": "Accounting", "Department code": "ACC"},
    {"Department": "Sales", "Department code": "SLS"},
    {"Department": "Marketing", "Department code": "MKT"},
]
GUESTS = [{"First Name": "Angela", "Transport": "Yes", "Seat No.": "10", "Table No.": 1}]


@dataclass(frozen=True)
class Case:
    """A formula of the table.

    Attributes:
        page: of the vendor's documentation.
        formula: without `=`, with pills in place of «name».
        value: that it has, or SKIP.
        error: words of its error instead; empty if it has a value.
    """

    page: str
    formula: str
    value: Any
    error: str


def cases() -> Iterator[Case]:
    """Every case, in order."""
    page = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            page = line[3:]
        elif line and not line.startswith("#"):
            formula, _, value = line.rpartition(" → ")
            formula = formula.replace("«", "_('data.table.").replace("»", "')")
            error = value[2:] if value.startswith("! ") else ""
            known = SKIP if value == "skip" else None if error else json.loads(value)
            yield Case(page, formula, known, error)


def _find(rows: list[dict[str, Any]], criteria: Mapping[str, Any]) -> dict[str, Any] | None:
    return next((row for row in rows if criteria.items() <= row.items()), None)


def scope() -> Scope:
    """The scope that the table is about."""
    tables = {"Department Lookup table": DEPARTMENTS, "6": DEPARTMENTS}
    return Scope(
        OUTPUTS,
        now=lambda: datetime(2022, 2, 1, 15, tzinfo=UTC),
        octets=lambda count: bytes(range(count)),
        lookup=lambda table, criteria: _find(tables[table], criteria),
        lookup_data_table=lambda project, table, criteria: _find(GUESTS, criteria),
    )
