"""Steps about what goes wrong on purpose, what was exchanged, and who was served as whom."""

import json
import re
from collections.abc import Callable
from typing import Any, get_origin, get_type_hints

from pydantic import TypeAdapter
from pytest_bdd import parsers, step, then, when

from simulator.call_record import AppCall
from simulator.faults import Fault, Faults
from simulator.journal import Journal
from simulator.testing.answers import Answer
from simulator.testing.steps.calls import call
from simulator.testing.workspace import Workspace

Violations = Callable[[], list[AppCall]]
_TIMES = {"once": 1, "twice": 2}
#: Attributes of a fault.
_TYPES: dict[str, Any] = get_type_hints(Fault)


@step(
    parsers.re(
        r'the incident "(?P<incident>[^"]+)" happens(?: to (?P<person>[^"]+?))?'
        r'(?: during "(?P<tool>[^"]+)")?(?: (?P<times>once|twice|\d+ times))?'
    )
)
def incident_happens(
    incident: str,
    person: str | None,
    tool: str | None,
    times: str | None,
    workspace: Workspace,
    faults: Faults,
) -> None:
    """One of docs/faults.md, from now on; to one person, during one tool, so many times."""
    faults.incident(
        incident,
        person=workspace.person(person).person["email"] if person else None,
        tool=tool,
        times=_number(times) if times else None,
    )


@when("this goes wrong:")
def faults_happen(datatable: list[list[str]], workspace: Workspace, faults: Faults) -> None:
    """A fault in each row, from now on; the columns are attributes of docs/faults.md, a person's
    name instead of an address, and JSON where there are several values."""
    names, *rows = datatable
    for row in rows:
        values = {name: text for name, text in zip(names, row, strict=True) if text}
        if "person" in values:
            values["person"] = workspace.person(values["person"]).person["email"]
        faults.add(**{name: _read(name, text) for name, text in values.items()})


@when("all incidents are over")
def all_is_well(faults: Faults) -> None:
    """Nothing is wrong any more."""
    faults.clear()


@then(parsers.re(r'(?P<name>[^"]+?)\'s call of "(?P<tool>[^"]+)" succeeds'))
def call_succeeds(name: str, tool: str, workspace: Workspace) -> None:
    """With their client, with the first choice for each argument that the tool requires."""
    answer = _call(name, tool, workspace)
    assert not answer.is_error, answer.text


@then(parsers.re(r'(?P<name>[^"]+?)\'s call of "(?P<tool>[^"]+)" fails with "(?P<sentence>[^"]+)"'))
def call_fails(name: str, tool: str, sentence: str, workspace: Workspace) -> None:
    """The tool says so in its answer."""
    answer = _call(name, tool, workspace)
    assert answer.is_error, answer.text
    assert sentence in answer.text, answer.text


@then(
    parsers.re(
        r'the journal has "(?P<request_line>[^"]+)"'
        r'(?: with (?P<field>[\w.]+) "(?P<value>[^"]*)")?(?: for (?P<person>[^"]+?))?'
        r'(?: during "(?P<tool>[^"]+)")?'
        r" (?P<bound>exactly|at least|at most) (?P<times>once|twice|\d+ times)"
    )
)
def journal_has(
    request_line: str,
    field: str | None,
    value: str | None,
    person: str | None,
    tool: str | None,
    bound: str,
    times: str,
    journal: Journal,
) -> None:
    """As many exchanges with this method, path and parameter as that; for one person, during one
    tool's call."""
    count = {"exactly": "times", "at least": "at_least", "at most": "at_most"}[bound]
    filters: dict[str, Any] = {count: _number(times), "members": {field: value} if field else {}}
    journal.verify(request_line, person=person, tool=tool, **filters)


@then("the journal has in this order:")
def journal_has_in_order(datatable: list[list[str]], journal: Journal) -> None:
    """An exchange for each row, one after the other; the columns are `request`, other filters of
    `Journal.find`, and parameters."""
    names, *rows = datatable
    journal.in_order(*(_filters(dict(zip(names, row, strict=True))) for row in rows))


@then(
    parsers.re(
        r'the journal has nothing else(?: of "(?P<system>[^"]+)")?(?: for (?P<person>[^"]+?))?'
        r'(?: during "(?P<tool>[^"]+)")?'
    )
)
def journal_has_nothing_else(
    system: str | None, person: str | None, tool: str | None, journal: Journal
) -> None:
    """All that a system was asked has been looked at by the steps before, or was part of it."""
    journal.nothing_else(system=system or "*", person=person, tool=tool)


@then("nobody was served with another person's account")
def nobody_was_mixed_up(workspace: Workspace, violations: Violations) -> None:
    """Apps were asked, and always with the token of whoever had called the tool."""
    assert workspace.isolation.calls, "no app was asked for anybody: this would tell nothing"
    assert not violations(), "\n".join(map(str, violations()))


@then(parsers.parse("the oracle reports that {name} was served with {other}'s account"))
def somebody_was_mixed_up(
    name: str, other: str, workspace: Workspace, violations: Violations
) -> None:
    """And nobody else was; without this step the scenario would fail."""
    person, owner = (workspace.person(each).person["email"] for each in (name, other))
    assert {(call.context.person, call.account) for call in violations()} == {(person, owner)}


def _call(name: str, tool: str, workspace: Workspace) -> Answer:
    return call(workspace.person(name), tool)


def _read(attribute: str, text: str) -> Any:
    kind = _TYPES.get(attribute, str)
    if get_origin(kind) in (dict, list):
        return json.loads(text)
    # Of what is none, `add` says what there is.
    return text.encode() if attribute == "body" else TypeAdapter(kind).validate_strings(text)


def _filters(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: text for name, text in row.items() if text}
    if "status" in values:
        values["status"] = int(values["status"])
    return values


def _number(times: str) -> int:
    return _TIMES.get(times) or int(re.sub(r"\D", "", times))
