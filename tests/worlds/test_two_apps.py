"""Every step of the library in a world with two apps that differ in everything."""

from dataclasses import replace

import pytest
from pytest_bdd import given, parsers, scenarios
from sqlalchemy import select

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, Recipe
from simulator.domain.recipes import make_tool_name
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from simulator.testing.workspace import Workspace
from tests.tools.requirements import ROOT

pytestmark = [
    pytest.mark.long,  # the other world is proven each time
    pytest.mark.simulator_scenario(str(ROOT / "tests/worlds/two_apps.yaml")),
    pytest.mark.requirement("SUITE-6"),
]
CONTRACTS = replace(COUPA, provider="contracts", name="Contracts")

scenarios("../tests/worlds/two_apps.feature")
scenarios("../tests/worlds/two_apps_web.feature")
scenarios("../tests/worlds/two_apps_by_hand.feature")
scenarios("../tests/worlds/two_apps_workspace.feature")
scenarios("../tests/worlds/two_apps_customers.feature")


@given(
    parsers.parse('"{tool}" acts in Contracts at {host} first'),
)
def tool_needs_two_apps(
    tool: str, host: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scenario can say so: it knows one kind of app."""
    monkeypatch.setitem(CONNECTORS, CONTRACTS.provider, CONTRACTS)
    with workspace.simulator.world.db.unit() as session:
        parents = session.scalars(select(Connection).where(Connection.end_user_id.is_(None)))
        parent = next(row for row in parents if row.input["host"] == f"https://{host}")
        columns = {c.key: getattr(parent, c.key) for c in Connection.__table__.columns}
        row = {"id": 99, "name": "Contracts (end users)", "provider": CONTRACTS.provider}
        session.add(Connection(**(columns | row)))
        recipe = next(r for r in session.scalars(select(Recipe)) if make_tool_name(r.name) == tool)
        search, returns = recipe.code["block"]
        first = search | {"provider": CONTRACTS.provider}
        blocks = [first, search | {"number": 2}, returns | {"number": 3}]
        recipe.code = recipe.code | {"block": blocks}
        entry = recipe.config[0] | {"provider": CONTRACTS.provider, "account_id": 99}
        recipe.config = [*recipe.config, entry]
