"""The shipped scenarios: what they plant, and that they plant the same each time."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from simulator import installed_apps, scenarios
from simulator.connectors import CONNECTORS, app_of
from simulator.crypto import Purpose
from simulator.db.app_tables import sorted_tables
from simulator.db.tables import (
    AppInstance,
    AppUser,
    Collaborator,
    Connection,
    EndUser,
    EndUserGroup,
    Fact,
    McpServer,
    Recipe,
)
from simulator.domain import end_user_groups, people, recipes, servers
from simulator.domain.engine.steps import API_PLATFORM, RECIPE_FUNCTION
from simulator.errors import ScenarioError
from simulator.net.addresses import app_system
from simulator.oauth.store import TokenStore
from simulator.scenarios.files import folder
from simulator.scenarios.seed import seed
from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition
from simulator.world import World
from tests.memory_worlds import empty_world
from tests.unit.scenario_world import rows, seeded_world

SHIPPED = [name for name, _title in scenarios.names()]
FURNISHED = [name for name in SHIPPED if name != "empty"]

#: Salted, random, or the moment of seeding.
_FRESH = frozenset(
    {
        "access_hash",
        "access_token_sealed",
        "auth_time",
        "authorized_at",
        "client_secret_sealed",
        "created_at",
        "expires_at",
        "issued_at",
        "password_hash",
        "refresh_hash",
        "refresh_token_sealed",
        "secret_sealed",
        "token_expires_at",
        "updated_at",
    }
)


@pytest.mark.requirement("SCN-1")
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_loads_and_seeds(name: str) -> None:
    world = seeded_world(name)

    with world.db.unit() as session:
        fact = session.get(Fact, scenarios.SCENARIO_FACT)
        assert fact is not None
        assert fact.value == name
        assert bool(session.scalar(select(func.count(McpServer.number)))) == (name in FURNISHED)


@pytest.mark.requirement("SCN-1")
@pytest.mark.parametrize("name", SHIPPED)
def test_every_seeded_row_has_what_it_refers_to(name: str) -> None:
    world = seeded_world(name)

    with world.db.unit() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.requirement("SCN-2")
@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_scenario_gives_the_same_ids_and_records(name: str) -> None:
    once, again = rows(seeded_world(name), _FRESH), rows(seeded_world(name), _FRESH)

    assert (once.pop("versions") != again.pop("versions")) == (name in FURNISHED)
    assert once == again


@pytest.mark.requirement("SCN-2")
def test_coupa_records_have_the_same_dates_each_time() -> None:
    tables = ("coupa_requisitions", "coupa_purchase_orders", "coupa_invoices")
    once, again = rows(seeded_world("demo")), rows(seeded_world("demo"))

    assert [once[table] for table in tables] == [again[table] for table in tables]


@pytest.mark.requirement("SCN-2")
def test_another_bulk_seed_gives_other_records(tmp_path: Path) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(text.replace("seed: 7", "seed: 8"), encoding="utf-8")
    table = "coupa_requisitions"

    assert rows(seeded_world("demo"))[table] != rows(seeded_world(other))[table]


@pytest.mark.requirement("SCN-2")
def test_bulk_records_speak_of_the_companies_that_are_listed_and_of_made_up_ones_else(
    tmp_path: Path,
) -> None:
    demo = yaml.safe_load((folder() / "demo.yaml").read_text(encoding="utf-8"))
    bulk = demo["apps"][0]["data"]["bulk"]
    listed = set(bulk.pop("companies"))
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(demo, sort_keys=False), encoding="utf-8")

    named, made_up = _suppliers(seeded_world("demo")), _suppliers(seeded_world(other))

    assert named == listed
    assert made_up
    assert not made_up & listed
    assert made_up == _suppliers(seeded_world(other))


def _suppliers(world: World) -> set[object]:
    """Of the orders that were made up."""
    orders = rows(world)["coupa_purchase_orders"]
    return {order["supplier"] for order in orders if int(str(order["id"])) > 100_000}


@pytest.mark.requirement("SCN-3")
def test_ids_have_the_shape_of_the_real_ones() -> None:
    world = seeded_world("demo")

    with world.db.unit() as session:
        shapes = {
            r"mcps-[A-Za-z0-9]{8}-[A-Za-z0-9]{3}-CD": session.scalars(select(McpServer.handle)),
            r"eu-[0-9a-f]{12}": session.scalars(select(EndUser.id)),
            r"eug-[0-9a-f]{12}": session.scalars(select(EndUserGroup.id)),
        }
        for shape, ids in shapes.items():
            for identifier in ids:
                assert re.fullmatch(shape, identifier)


@pytest.mark.requirement("SCN-4")
def test_the_demo_has_owner_admin_and_builder_and_at_least_eight_end_users() -> None:
    world = seeded_world("demo")

    with world.db.unit() as session:
        roles = session.scalars(select(Collaborator.role)).all()
        assert sorted(roles) == ["admin", "collaborator", "owner"]
        admins = set(
            session.scalars(select(Collaborator.email).where(Collaborator.role != roles[2]))
        )
        end_users = set(session.scalars(select(EndUser.email)))
        assert len(end_users - admins) >= 8
        groups = end_user_groups.list_groups(world, 1).first(50)
        assert [group.name for group in groups] == [
            "Contractors",
            "Finance team",
            "Procurement team",
        ]
        members = {member.email for group in groups for member in group.members}
        assert admins <= end_users
        assert not admins & members


@pytest.mark.requirement("SCN-4")
def test_every_demo_person_can_sign_in_with_the_scenarios_password() -> None:
    world = seeded_world("demo")

    with world.db.unit() as session:
        for (where, who), password in scenarios.passwords("demo").items():
            if where == "collaborators":
                assert people.sign_in_collaborator(world, who, password)[0].email == who
            elif where == "end_users":
                assert people.sign_in_end_user(world, who, password)[0].email == who
            else:
                user = session.scalars(select(AppUser).filter_by(host=where, login=who)).one()
                assert world.keys.password_matches(password, user.password_hash)


@pytest.mark.requirement("SCN-4")
def test_every_demo_person_has_a_coupa_account_with_records_of_her_own() -> None:
    world = seeded_world("demo")

    with world.db.unit() as session:
        of_coupa = select(AppUser).where(AppUser.host.endswith(".coupacloud.com"))
        accounts = {user.email: user.id for user in session.scalars(of_coupa)}
        for email in session.scalars(select(EndUser.email)):
            for table in (CoupaRequisition, CoupaPurchaseOrder, CoupaInvoice):
                own = select(func.count()).where(table.requester_id == accounts[email])
                assert session.scalar(own)


@pytest.mark.requirement("SCN-4")
def test_the_procurement_assistant_is_ready_and_the_finance_assistant_is_not() -> None:
    world = seeded_world("demo")

    with world.db.unit():
        ready, unfinished = (
            servers.find_server_by_number(world, number) for number in (2107, 2108)
        )
        assert ready is not None
        assert unfinished is not None
        assert ready.uses_workato_identity
        assert [group.name for group in ready.groups] == ["Procurement team"]
        assert {t.name: recipes.needs_verified_access(t) for t in ready.tools} == {
            "List_my_requisitions": True,
            "Get_requisition": True,
            "Create_requisition": True,
            "Get_procurement_policy": False,
        }
        assert not unfinished.uses_workato_identity
        assert unfinished.groups == []
        assert {t.name: recipes.needs_verified_access(t) for t in unfinished.tools} == {
            "List_my_invoices": False,
            "List_my_purchase_orders": False,
        }
        triggers = {t.name: t.recipe.trigger_application for t in unfinished.tools}
        assert triggers == {
            "List_my_invoices": API_PLATFORM,
            "List_my_purchase_orders": RECIPE_FUNCTION,
        }


@pytest.mark.requirement("SCN-5")
@pytest.mark.parametrize("name", FURNISHED)
def test_authorized_connections_hold_tokens_that_the_app_accepts(name: str) -> None:
    world = seeded_world(name)

    with world.db.unit() as session:
        authorized = select(Connection).where(Connection.authorized_at.is_not(None))
        connections = session.scalars(authorized).all()
        assert connections
        for connection in connections:
            dialect = installed_apps.part(app_of(connection.provider), "dialect").DIALECT
            host = connection.input["host"].removeprefix("https://")
            own = select(AppInstance.host).filter_by(provider=app_of(connection.provider))
            host = host or session.scalars(own).one()
            store = TokenStore(world=world, provider=app_system(host))
            token = store.find_access(
                world.keys.unseal(
                    Purpose.CONNECTION_ACCESS_TOKEN, connection.access_token_sealed or ""
                )
            )
            assert connection.connected
            assert token is not None
            lifetime = dialect.access_lifetime
            assert (connection.token_expires_at is None) == (lifetime is None)
            assert lifetime in (None, token.expires_at - token.issued_at)
            sealed = connection.refresh_token_sealed
            assert (sealed is not None) == bool(dialect.offline_scope)
            if sealed is not None:
                refresh = world.keys.unseal(Purpose.CONNECTION_REFRESH_TOKEN, sealed)
                found = store.find_refresh(refresh)
                assert found is not None
                assert found.id == token.id
            account = session.get(AppUser, int(token.subject))
            assert account is not None
            assert (account.host, account.role) == (host, "admin")


@pytest.mark.requirement("SCN-6")
def test_steps_become_the_block_tree_of_a_recipe() -> None:
    world = seeded_world("demo")

    with world.db.unit() as session:
        recipe = session.scalars(select(Recipe).filter_by(name="List my invoices")).one()
        connection = recipes.find_connection(world, recipe, "coupa")
        assert connection is not None
        assert connection.name == "Coupa (shared)"
        trigger, search, answer = recipes.iter_steps(recipe)
        assert (trigger.number, trigger.is_trigger, trigger.name) == (0, True, "receive_request")
        assert recipe.code["keyword"] == "trigger"
        assert recipe.code["block"][search.number - 1] == {
            "uuid": search.uuid,
            "number": 1,
            "keyword": "action",
            "provider": "coupa",
            "name": "search_invoices",
            "as": "invoices",
            "input": {"status": "#{_('data.workato_api_platform.trigger.request.status')}"},
        }
        assert (answer.number, answer.provider, answer.name) == (
            2,
            "workato_api_platform",
            "return_response",
        )
        assert answer.inputs == {
            "response": {"invoices": "#{_('data.coupa.invoices.invoices')}"},
            "http_status_code": "200",
        }


@pytest.mark.requirement("SCN-6")
@pytest.mark.parametrize("name", SHIPPED)
def test_every_recipe_has_an_input_schema_and_connections_of_its_apps(name: str) -> None:
    world = seeded_world(name)

    with world.db.unit() as session:
        for recipe in session.scalars(select(Recipe)):
            assert recipes.build_input_schema(recipe)["type"] == "object"
            for step in recipes.iter_steps(recipe):
                assert step.title
                if step.provider in CONNECTORS:
                    assert recipes.find_connection(world, recipe, step.provider) is not None


@pytest.mark.requirement("SCN-7")
def test_a_scenario_file_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_bytes((folder() / "minimal.yaml").read_bytes())

    assert scenarios.load(str(own)).source == str(own)
    assert scenarios.load("minimal").source == "minimal"


@pytest.mark.requirement("SCN-7")
def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ScenarioError, match=r"no scenario 'dmeo'\. Shipped: demo, empty, mini"):
        scenarios.load("dmeo")


@pytest.mark.requirement("SCN-7")
def test_a_missing_file_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"no scenario file ./nowhere\.yaml\."):
        scenarios.load("./nowhere.yaml")


@pytest.mark.requirement("SCN-8")
def test_only_what_a_scenario_needs_is_imported() -> None:
    """Listing imports no pydantic; a scenario that names its companies imports no Faker."""
    script = """
import sys
from tests.unit.scenario_world import empty_world
from simulator import scenarios
from simulator.scenarios.seed import seed
scenarios.names(), scenarios.passwords("demo")
assert "pydantic" not in sys.modules
world = empty_world()
with world.db.unit():
    seed(world, scenarios.load("demo"))
assert "faker" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


@pytest.mark.requirement("SCN-1")
def test_nothing_is_kept_when_seeding_fails() -> None:
    world = empty_world()
    scenario = scenarios.load("minimal")

    def seed_and_fail() -> None:
        with world.db.unit():
            seed(world, scenario)
            raise RuntimeError("later in the same unit of work")

    with pytest.raises(RuntimeError):
        seed_and_fail()

    assert not any(rows(world)[table.name] for table in sorted_tables())


@pytest.mark.requirement("REC-119")
def test_recipes_get_their_stubs(tmp_path: Path) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    stubs = (
        "\nstubs:\n"
        "  - {recipe: List my invoices, step: 2, output: {invoices: []}}\n"
        "  - recipe: List my invoices\n    step: code\n"
        "    table: [{when: {a.b: 1}, output: x}, {output: y}]\n"
    )
    named = tmp_path / "named.yaml"
    named.write_text(text + stubs, encoding="utf-8")
    world = seeded_world(named)

    with world.db.unit() as session:
        recipe = session.scalars(select(Recipe).filter_by(name="List my invoices")).one()
        rows = [{"when": {"a.b": 1}, "output": "x"}, {"when": {}, "output": "y"}]
        assert recipe.stubs == [
            {"step": 2, "output": {"invoices": []}},
            {"step": "code", "table": rows},
        ]


@pytest.mark.requirement("REC-119")
def test_a_stub_of_a_recipe_that_is_not_there_is_refused(tmp_path: Path) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(text + "\nstubs: [{recipe: Nothing, step: 2}]\n", encoding="utf-8")

    with pytest.raises(ScenarioError, match="there is no recipe 'Nothing'"):
        seeded_world(other)
