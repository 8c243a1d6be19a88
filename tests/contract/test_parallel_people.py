"""Many calls of several people over three apps at once, when every token has expired."""

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.sandbox.simulator import Simulator
from simulator.scenarios.files import folder
from simulator.settings import Settings
from simulator.testing import acting
from tests.contract.mcp_endpoint import Endpoint, token_for
from tests.contract.racing import race
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("REC-136")

PEOPLE = ("Ada", "Bob", "Carla", "Dan", "Eve", "Fay", "Gus", "Hana")
#: Server → its number, and the tool that is called there.
TOOLS = {
    "Procurement assistant": (2107, "List_my_requisitions"),
    "Service desk": (2109, "List_my_issues"),
    "Team chat": (2114, "List_my_channels"),
}


def make_scenario(people: tuple[str, ...]) -> dict[str, Any]:
    """Return the demo, with a requisition, an issue and a channel of each person's own."""
    scenario: dict[str, Any] = yaml.safe_load((folder() / "demo.yaml").read_text(encoding="utf-8"))
    apps = {app["kind"]: app for app in scenario["apps"]}
    logins = {name: f"{name.lower()}@acme.example" for name in people}
    scenario["groups"][0]["members"] = list(logins.values())
    for kind in ("jira", "slack"):
        users = apps[kind]["users"]
        there = {user["login"] for user in users}
        users += [
            {**copy.deepcopy(users[0]), "login": login, "email": login, "name": f"{name} Own"}
            for name, login in logins.items()
            if login not in there
        ]
    apps["coupa"]["data"].pop("bulk")
    apps["slack"]["refresh_tokens"] = {"policy": "rotate"}  # or its tokens live for ever
    requisitions = apps["coupa"]["data"]["requisitions"]
    issues, channels = apps["jira"]["data"]["issues"], apps["slack"]["data"]["channels"]
    for place, (name, login) in enumerate(logins.items()):
        requisitions.append(
            requisitions[0]
            | {"id": 9000 + place, "requester": name.lower(), "justification": of(name)}
        )
        issues.append(
            {"key": f"BUY-{900 + place}", "summary": of(name), "created": date(2026, 8, 20)}
            | dict.fromkeys(("assignee", "reporter"), login)
        )
        channels.append(
            {"name": of(name).lower(), "private": True, "members": [login], "messages": []}
        )
    return scenario


def of(name: str) -> str:
    """What is one person's own, and is called so in each app."""
    return f"own-of-{name.lower()}"


@contextmanager
def connected(people: tuple[str, ...], file: Path, database: str = "memory") -> Iterator[Simulator]:
    """People who have connected all three apps, when each of their tokens has expired."""
    file.write_text(yaml.safe_dump(make_scenario(people), sort_keys=False), encoding="utf-8")
    with Simulator(
        Settings(database=database, scenario=str(file), secret_key=SECRET_KEY)
    ) as simulator:
        with acting(simulator) as actor:
            for name in people:
                for server, (_, tool) in TOOLS.items():
                    person = actor(name)
                    person.connect(server)
                    person.connect_account(person.call(tool))
        simulator.clock.travel(days=2)
        simulator.journal.clear()
        yield simulator


def open_door(simulator: Simulator, name: str, server: str) -> tuple[str, Endpoint]:
    """Return the address of a server, and a client with a person's token for it."""
    url = f"https://{TOOLS[server][0]}.apim.mcp.workato.com"
    return url, Endpoint(simulator, token_for(simulator, f"{name.lower()}@acme.example", url))


@pytest.mark.parametrize(
    "count, calls",
    [(3, 18), pytest.param(8, 100, marks=(pytest.mark.long, pytest.mark.timeout(300)))],
)
def test_each_call_gets_its_owners_rows_and_each_connection_is_refreshed_once(
    tmp_path: Path, count: int, calls: int
) -> None:
    people, file = PEOPLE[:count], tmp_path / "people.yaml"
    with connected(people, file) as simulator:
        check_calls(people, calls, [simulator])


@pytest.mark.long
@pytest.mark.timeout(300)
def test_so_they_are_where_two_serve_one_database(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    with (
        connected(PEOPLE, file, database_url) as first,
        Simulator(
            Settings(database=database_url, scenario=str(file), secret_key=SECRET_KEY)
        ) as second,
    ):
        check_calls(PEOPLE, 100, [first, second])


def check_calls(people: tuple[str, ...], calls: int, simulators: list[Simulator]) -> None:
    """Call at once, in turn at each simulator; each row is its owner's, each refresh the only one.

    Args:
        people: who call.
        calls: how many calls there are.
        simulators: on one database; the first is where people connected.
    """
    who = [(people[n % len(people)], list(TOOLS)[n // len(people) % 3]) for n in range(calls)]
    doors = [
        open_door(simulators[number % len(simulators)], *each) for number, each in enumerate(who)
    ]

    def call(number: int) -> str:
        url, endpoint = doors[number]
        params = {"name": TOOLS[who[number][1]][1], "arguments": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = endpoint.post(message, url)
        result = json.loads(answer.text.partition("data: ")[2] or answer.text)["result"]
        assert not result.get("isError"), result
        return json.dumps(result)

    answers = race(call, calls)

    for (name, _), text in zip(who, answers, strict=True):
        assert set(re.findall(r"own-of-\w+", text)) == {of(name)}
    refreshes = [
        each
        for simulator in simulators
        for each in simulator.journal.find("POST *", grant_type="refresh_token")
    ]
    assert Counter(each.status for each in refreshes) == {200: 3 * len(people)}
    assert not [each for simulator in simulators for each in simulator.isolation.violations]
