"""Records of data tables: written, found by conditions, and paged, on either database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("API-26")
HOST = "https://data-tables.workato.com"
COLUMNS = [
    {"name": "Name", "type": "string", "optional": False},
    {"name": "Pieces", "type": "integer", "optional": True},
    {"name": "Open", "type": "boolean", "optional": True},
    {"name": "Due", "type": "date", "optional": True},
    {"name": "Seen", "type": "date_time", "optional": True},
]
ROWS: list[dict[str, Any]] = [
    {"Name": "Lamp", "Pieces": 3, "Open": True, "Due": "2026-09-01"},
    {"Name": "Desk", "Pieces": 10, "Open": False, "Seen": "2026-08-31T22:30:00Z"},
    {"Name": "lantern", "Due": "2026-10-01", "Seen": "2026-09-01T12:00:00+02:00"},
]


class Records:
    """A table at the host of records, for a program."""

    def __init__(self, program: Program, table: str) -> None:
        self._program, self._table = program, table

    def send(self, method: str, below: str, body: Any = None, host: str = HOST) -> TestResponse:
        """One request; a path that begins with a slash is none of the table."""
        headers = {"Authorization": f"Bearer {self._program.token}"}
        path = below if below.startswith("/") else f"/api/v1/tables/{self._table}/{below}"
        url = f"{host}{path}"
        return Browser(self._program.simulator).request(method, url, headers=headers, json=body)

    def names(self, **query: Any) -> list[str]:
        """The names that a query finds."""
        answer = self.send("POST", "query", {"select": ["Name"], **query})
        assert answer.status_code == 200, answer.text
        return [values[0] for _, values in answer.get_json()["data"]]

    def names_after_change(self, name: str, **column: Any) -> list[str]:
        """What a required column has that takes the place of all others."""
        schema = [{"name": name, "type": "string", "optional": False, **column}]
        self._program.call("PUT", f"data_tables/{self._table}", schema=schema)
        answer = self.send("POST", "query", {"select": [name]}).get_json()
        return [values[0] for _, values in answer["data"]]


@contextmanager
def opened(database: str) -> Iterator[Records]:
    """A table with three records."""
    with Simulator(Settings(database=database, secret_key=SECRET_KEY)) as simulator:
        program = Program(simulator)
        table = program.call("POST", "data_tables", name="Things", folder_id=1, schema=COLUMNS)
        found = Records(program, table["data"]["id"])
        for row in ROWS:
            assert found.send("POST", "records", row).status_code == 200
        yield found


@pytest.fixture(scope="module")
def records() -> Iterator[Records]:
    """The table, in memory."""
    with opened("memory") as found:
        yield found


def test_a_query_answers_with_schema_and_values_in_order(records: Records) -> None:
    answer = records.send("POST", "query", {}).get_json()

    own, columns = answer["schema"]
    assert [each["name"] for each in own] == ["$record_id", "$created_at", "$updated_at"]
    assert [each["name"] for each in columns] == [each["name"] for each in COLUMNS]
    assert [values for _, values in answer["data"]][1] == [
        "Desk", 10, False, None, "2026-08-31T22:30:00.000000Z",
    ]  # fmt: skip
    assert (answer["count"], answer["limit"]) == (3, 100)
    assert "continuation_token" not in answer
    assert records.send("POST", "records/query", {}).get_json() == answer


#: Conditions, and the names that they leave.
CONDITIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"Name": "lamp"}, ["Lamp"]),
    ({"Name": {"$eq": {"value": "lamp", "case_sensitive": True}}}, []),
    ({"Name": {"$starts_with": "LA"}}, ["Lamp", "lantern"]),
    ({"Name": {"$in": ["Desk", "Lamp"]}, "Pieces": {"$gt": 3}}, ["Desk"]),
    ({"Pieces": {"$gte": 3, "$lt": 10}}, ["Lamp"]),
    ({"Pieces": None}, ["lantern"]),
    ({"Pieces": {"$ne": 3}}, ["Desk", "lantern"]),
    ({"Open": True}, ["Lamp"]),
    ({"$or": [{"Open": False}, {"Due": {"$gt": "2026-09-15"}}]}, ["Desk", "lantern"]),
    ({"Seen": {"$gte": "2026-09-01"}}, ["lantern"]),
    ({"$created_at": {"$lt": "1999-01-01"}}, []),
]


@pytest.mark.requirement("SRV-23")
def test_records_are_found_by_conditions_and_sorted(database_url: str) -> None:
    with opened(database_url) as records:
        assert [records.names(where=where) for where, _ in CONDITIONS] == [
            names for _, names in CONDITIONS
        ]
        assert records.names(order="Name") == ["Desk", "Lamp", "lantern"]
        by_number = records.names(order={"by": "Pieces", "order": "desc"})
        assert by_number == ["Desk", "Lamp", "lantern"]
        assert records.names(order="Pieces") == ["lantern", "Lamp", "Desk"], "empty ones first"
        assert records.names_after_change("Room", default_value="none") == ["none"] * len(ROWS)


def test_extreme_numbers_and_years_are_found_in_order(database_url: str) -> None:
    with opened(database_url) as records:
        own = [
            {"Name": "large", "Pieces": 10**249, "Seen": "0999-12-31"},
            {"Name": "small", "Pieces": -(10**249), "Seen": "1000-01-01"},
        ]
        assert [records.send("POST", "records", each).status_code for each in own] == [200, 200]

        assert records.names(where={"Pieces": {"$gt": 10}}) == ["large"]
        assert records.names(where={"Seen": {"$lt": "1001-01-01"}}, order="Seen") == [
            "large", "small",
        ]  # fmt: skip


def test_a_day_is_the_callers(records: Records) -> None:
    seen = {"Seen": {"$gte": "2026-09-01"}}

    assert records.names(where=seen, timezone_offset_secs=7200) == ["Desk", "lantern"]


def test_records_are_paged(records: Records) -> None:
    first = records.send("POST", "query", {"select": ["Name"], "limit": 2}).get_json()
    rest = {"select": ["Name"], "limit": 2, "continuation_token": first["continuation_token"]}
    second = records.send("POST", "query", rest).get_json()

    assert [row[1] for row in first["data"] + second["data"]] == [["Lamp"], ["Desk"], ["lantern"]]
    assert "continuation_token" not in second


def test_a_record_is_changed_and_deleted(records: Records) -> None:
    made = records.send("POST", "records", {"Name": "Chair", "Pieces": 1}).get_json()
    below = f"records/{made['$record_id']}"

    changed = records.send("PUT", below, {"Pieces": None, "Open": True}).get_json()
    assert (changed["Name"], changed["Pieces"], changed["Open"]) == ("Chair", None, True)
    assert records.send("DELETE", below).status_code == 200
    assert records.send("DELETE", below).status_code == 404
    assert "Chair" not in records.names()


@pytest.mark.parametrize(
    "below, body, errors",
    [
        ("records", {"Pieces": 1}, {"Name": ["can't be blank"]}),
        ("records", {"Name": 3}, {"Name": ["must be text"]}),
        ("records", {"Name": "x", "Due": "soon"}, {"Due": ["must be a date such as 2026-08-31"]}),
        ("records", {"Name": "x", "Pieces": 10**400}, {"Pieces": ["must be a whole number"]}),
        ("query", {"where": {"Pieces": 10**400}}, {"where": ["'Pieces' cannot be compared"]}),
        ("query", {"where": {"Open": {"$gt": True}}}, {"where": ["$gt cannot compare 'Open'"]}),
        ("query", {"where": {"Colour": "red"}}, {"where": ["'Colour' is no column"]}),
        ("query", {"where": {"Name": {"$like": "x"}}}, {"where": ["'$like' is no operator"]}),
        ("query", {"continuation_token": "x"}, {"continuation_token": ["is not a token"]}),
    ],
    ids=str,
)
def test_mistakes_are_told(
    records: Records, below: str, body: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = records.send("POST", below, body)

    assert answer.status_code == 400
    ((member, (sentence,)),) = answer.get_json()["errors"].items()
    ((expected, (beginning,)),) = errors.items()
    assert member == expected
    assert sentence.startswith(beginning)


def test_records_are_not_at_the_web_apps_hosts(records: Records) -> None:
    answer = records.send("POST", "query", {}, host="https://app.workato.com")

    assert answer.status_code == 404
    assert HOST in answer.get_json()["message"]


def test_nothing_else_is_at_the_host_of_records(records: Records) -> None:
    answer = records.send("GET", "/api/recipes")

    assert answer.status_code == 404
    assert answer.get_json()["message"].startswith("Records of data tables alone are here")
