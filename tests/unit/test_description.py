"""The description: every key is documented, everything stays true, the table fits a terminal."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import AppUser, Collaborator, EndUser, Fact, Recipe
from simulator.description.document import VERSION, describe
from simulator.description.summary import table
from simulator.domain import end_user_groups, recipes, server_access, servers
from simulator.scenarios import SCENARIO_FACT
from simulator.scenarios.files import folder
from simulator.world import World
from tests.memory_worlds import empty_world
from tests.unit.scenario_world import seeded_world

_DOCS = Path(__file__).parents[2] / "docs" / "describe.md"

#: Mappings whose keys are names of systems or hosts, not keys of the shape.
_OPEN = ("systems", "production_names", "apps[].hosts")


def described(world: World) -> dict[str, Any]:
    with world.db.unit():
        return describe(world)


@pytest.fixture
def world() -> World:
    return seeded_world("demo")


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    return described(world)


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Every key as the docs write it: `servers[].tools[].name`."""
    if isinstance(value, list):
        for item in value:
            yield from keys(item, f"{path}[]")
    elif isinstance(value, dict) and path not in _OPEN:
        for key, inner in value.items():
            name = f"{path}.{key}" if path else key
            yield name
            yield from keys(inner, name)


@pytest.mark.requirement("SCN-11")
def test_the_documented_keys_are_exactly_those_of_the_document(document: dict[str, Any]) -> None:
    documented = re.findall(r"^\| `([^`]+)` \|", _DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(documented) == sorted(set(keys(document)))


@pytest.mark.requirement("SCN-11")
def test_the_document_survives_json_and_has_the_current_version(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document)) == document
    assert document["version"] == VERSION
    assert document["scenario"] == "demo"
    assert document["database"] == "memory"


@pytest.mark.requirement("SCN-12")
def test_systems_have_a_local_address_and_a_production_name(document: dict[str, Any]) -> None:
    apps = {f"app:{app['production_host']}": app for app in document["apps"]}
    assert document["systems"] == {
        "aihub": "http://127.0.0.1:8700",
        "identity": "http://127.0.0.1:8701",
        "mcp": "http://127.0.0.1:8702",
        "idp": "http://127.0.0.1:8703",
        **{system: app["address"] for system, app in apps.items()},
    }
    assert document["production_names"] == {
        "aihub": "app.workato.com",
        "identity": "id.workato.com",
        "mcp": "<n>.apim.mcp.workato.com",
        "idp": "idp.sandbox.example",
        **{system: app["production_host"] for system, app in apps.items()},
    }


@pytest.mark.requirement("APP-3")
def test_every_host_of_an_app_has_an_address_of_its_own(document: dict[str, Any]) -> None:
    """The one that people open is that of the instance."""
    ports = [url for app in document["apps"] for url in app["hosts"].values()]

    assert ports == [f"http://127.0.0.1:{8704 + n}" for n in range(len(ports))]
    for app in document["apps"]:
        assert app["hosts"][app["production_host"]] == app["address"]
        assert app["address"] in table(document)


@pytest.mark.requirement("SCN-12")
def test_people_of_both_populations_are_listed(document: dict[str, Any]) -> None:
    found = {(one["email"], one["role"]): one for one in document["people"]}

    ada = found["ada@acme.example", "end user"]
    assert ada.pop("id").startswith("eu-")
    assert ada == {
        "name": "Ada Reyes",
        "email": "ada@acme.example",
        "password": "demo-Pass-1",
        "role": "end user",
        "status": "active",
        "groups": ["Procurement team"],
        "revoked_environments": [],
    }
    assert found["olivia@acme.example", "owner"]["groups"] == []
    assert found["olivia@acme.example", "end user"]["groups"] == []


@pytest.mark.requirement("SCN-12")
def test_servers_and_apps_are_listed_with_what_a_client_needs(document: dict[str, Any]) -> None:
    server, app = document["servers"][0], document["apps"][0]

    assert server["name"] == "Procurement assistant"
    assert server["mcp_url"] == "http://127.0.0.1:8702/2107"
    assert server["access_method"] == "workato_identity"
    assert [(tool["name"], tool["verified_access"]) for tool in server["tools"]] == [
        ("List_my_requisitions", True),
        ("Get_requisition", True),
        ("Create_requisition", True),
        ("Get_procurement_policy", False),
    ]
    assert app["production_host"] == "acme.coupacloud.com"
    assert app["address"] == "http://127.0.0.1:8704"
    assert app["client_id"] == app["clients"][0]["client_id"]
    assert app["client_secret"] == app["clients"][0]["client_secret"]
    assert "core.contract.read" not in app["clients"][0]["scopes"]
    assert {one["login"]: one["role"] for one in app["people"]}["priya"] == "admin"


@pytest.mark.requirement("SCN-13")
def test_changes_made_since_are_described(world: World) -> None:
    with world.db.unit() as session:
        finance = servers.find_server_by_number(world, 2108)
        assert finance is not None
        servers.switch_to_workato_identity(world, finance)
        group = next(
            one
            for one in end_user_groups.list_groups(world, 1).first(50)
            if one.name == "Finance team"
        )
        servers.assign_groups(world, finance, [group.id])
        people = {one.name: one for one in session.scalars(select(EndUser))}
        server_access.add_end_users(world, finance, [people["Eve Outerbridge"].id])
        gus = people["Gus Petrov"]
        server_access.set_environment(world, gus, finance.environment, is_allowed=False)
        recipe = session.scalars(select(Recipe).filter_by(name="List my invoices")).one()
        connection = recipes.find_connection(world, recipe, "coupa")
        assert connection is not None
        recipes.use_connection(world, recipe, connection, end_users=True)
        finance.tools[1].enabled = False

    document = described(world)
    server = document["servers"][1]

    assert server["access_method"] == "workato_identity"
    assert server["groups"] == ["Finance team"]
    assert server["end_users"] == ["eve@acme.example"]
    lost = {one["name"]: one["revoked_environments"] for one in document["people"]}
    assert (lost["Gus Petrov"], lost["Eve Outerbridge"]) == (["Production"], [])
    lines = table(document).splitlines()
    (eve,) = [each for each in lines if "eve@acme.example" in each]
    assert eve.endswith("Contractors, Finance as…")
    assert next(each for each in lines if "Gus Petrov" in each).endswith("without Production")
    assert [(tool["verified_access"], tool["started"]) for tool in server["tools"]] == [
        (True, True),
        (False, False),
    ]


@pytest.mark.requirement("SCN-14")
def test_a_changed_password_is_not_shown(world: World) -> None:
    with world.db.unit() as session:
        new = world.keys.hash_password("another-Pass-1")
        session.scalars(
            select(EndUser).filter_by(email="ada@acme.example")
        ).one().password_hash = new
        session.scalars(select(Collaborator).filter_by(role="owner")).one().password_hash = new
        session.scalars(select(AppUser).filter_by(login="bob")).one().password_hash = new

    document = described(world)

    unknown = [(one["name"], one["role"]) for one in document["people"] if one["password"] is None]
    assert unknown == [("Olivia Grant", "owner"), ("Ada Reyes", "end user")]
    logins = document["apps"][0]["people"]
    assert [one["login"] for one in logins if one["password"] is None] == ["bob"]
    assert "(changed)" in table(document)


@pytest.mark.requirement("SCN-14")
def test_passwords_are_unknown_once_the_scenario_file_is_gone(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_bytes((folder() / "minimal.yaml").read_bytes())
    world = seeded_world(own)
    assert {one["password"] for one in described(world)["people"]} == {"demo-Pass-1"}

    own.unlink()

    assert {one["password"] for one in described(world)["people"]} == {None}


@pytest.mark.requirement("SCN-15")
@pytest.mark.parametrize("scenario", ["demo", "minimal"])
def test_the_table_shows_what_a_person_needs_and_fits_a_terminal(scenario: str) -> None:
    document = described(seeded_world(scenario))

    text = table(document)

    lines = text.splitlines()
    assert len(lines) <= 75
    assert max(map(len, lines)) <= 110
    assert "…" not in text
    shown = [document["systems"][name] for name in ("aihub", "identity")]
    shown += [one["mcp_url"] for one in document["servers"]]
    shown += [one["email"] for one in document["people"]]
    app = document["apps"][0]
    shown += [one["login"] for one in app["people"]]
    shown += [app["address"], app["client_id"], app["client_secret"], app["people"][0]["password"]]
    assert [one for one in shown if one not in text] == []
    assert [line[:5] for line in lines[-3:]] == ["  1. ", "  2. ", "  3. "]


@pytest.mark.requirement("SCN-15")
@pytest.mark.parametrize("times, width", [(1, 1), (3, 1), (30, 1), (1, 20), (30, 20)])
def test_the_table_of_a_large_world_says_how_much_it_leaves_out(
    document: dict[str, Any], times: int, width: int
) -> None:
    for one in document["people"] * width:
        one["name"] = one["name"][:4] * width
    document["people"] = [
        one | {"email": f"{n}{one['email']}"} for n in range(times) for one in document["people"]
    ]
    document["apps"] = document["apps"] * times

    lines = table(document).splitlines()

    assert len(lines) <= 75
    assert max(map(len, lines)) <= 110
    assert any("more: simulator describe --json" in line for line in lines) == (times > 1)


@pytest.mark.requirement("SCN-15")
def test_a_world_without_people_and_servers_can_be_described() -> None:
    world = empty_world()
    document = described(world)

    assert document["scenario"] is None
    assert document["servers"] == []
    assert "What to do next" in table(document)


@pytest.mark.requirement("SCN-14")
def test_a_scenario_that_is_not_known_any_more_is_no_obstacle(world: World) -> None:
    with world.db.unit() as session:
        session.get_one(Fact, SCENARIO_FACT).value = "withdrawn"

    assert described(world)["scenario"] == "withdrawn"


@pytest.mark.requirement("SBX-9")
def test_no_address_login_or_secret_is_cut_at_any_length(document: dict[str, Any]) -> None:
    """Names are, so that the rest stays in sight."""
    long = "x" * 300
    document["api_clients"][0]["token"] = f"wrkaus-{long}"
    document["servers"][0] |= {
        "name": f"Server {long}",
        "mcp_url": f"http://127.0.0.1:65000/{long}",
    }
    document["people"][0] |= {"name": f"Person {long}", "email": f"{long}@acme.example"}
    document["apps"][0] |= {"client_secret": f"secret{long}", "address": f"http://127.0.0.1/{long}"}

    text = table(document)

    shown = (f"wrkaus-{long}", f"65000/{long}", f"{long}@acme", f"secret{long}", f"0.0.1/{long}")
    assert [one for one in shown if one not in text] == []
    assert f"Server {long}" not in text
    assert f"Person {long}" not in text
