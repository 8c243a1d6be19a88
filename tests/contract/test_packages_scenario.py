"""A scenario imports packages when its world is made."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from simulator.db.tables import Connection, McpServer, Recipe
from simulator.errors import ScenarioError
from simulator.sandbox.simulator import Simulator
from simulator.scenarios.files import folder
from simulator.settings import Settings
from tests.packages import recipe, reference, to_folder

pytestmark = pytest.mark.requirement("PKG-9")

FIXTURES = Path("fixtures/packages")


def write(path: Path, packages: list[Any], **further: Any) -> str:
    """Write the demo scenario with packages; return its path."""
    scenario = yaml.safe_load((folder() / "demo.yaml").read_text(encoding="utf-8"))
    scenario["packages"] = packages
    for section, items in further.items():
        scenario[section] += items
    file = path / "mine.yaml"
    file.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    return str(file)


@pytest.fixture
def helpdesk(tmp_path: Path) -> str:
    """A scenario with the helpdesk, its connection and its group."""
    shutil.copytree(FIXTURES / "helpdesk", tmp_path / "helpdesk")
    own = yaml.safe_load((folder() / "demo.yaml").read_text(encoding="utf-8"))["connections"]
    jira = next(each for each in own if each["provider"] == "jira")
    return write(
        tmp_path,
        [{"path": "helpdesk", "groups": ["Procurement team"], "environment": "Production"}],
        connections=[jira | {"name": "Jira of the helpdesk"}],
    )


def test_a_package_is_there_with_its_connection_and_its_groups(helpdesk: str) -> None:
    with Simulator(Settings(database="memory", scenario=helpdesk)) as simulator:
        for _ in range(2):
            with simulator.world.db.reading() as session:
                query = select(McpServer).where(McpServer.name == "Helpdesk")
                server = session.scalars(query).one()
                assert [group.name for group in server.groups] == ["Procurement team"]
                assert [tool.live for tool in server.tools] == [True] * 3
                account = server.tools[0].recipe.config[1]["account_id"]
                connection = session.get_one(Connection, account)
                assert (connection.name, connection.connected) == ("Jira of the helpdesk", True)
                named = select(Connection).where(Connection.name == connection.name)
                assert len(session.scalars(named).all()) == 1
            simulator.reset()


def test_a_connection_of_another_project_is_the_scenarios_too(tmp_path: Path) -> None:
    """What another project has, and nobody brought along, has its name and its app as well."""
    own = yaml.safe_load((folder() / "demo.yaml").read_text(encoding="utf-8"))["connections"]
    jira = next(each for each in own if each["provider"] == "jira")
    entry = {"provider": "jira", "account_id": reference("Shared/j.connection.json", "J", "Shared")}
    to_folder(tmp_path / "small", {"a.recipe.json": recipe("Small", [entry])})
    scenario = write(tmp_path, ["small"], connections=[jira | {"name": "J"}])

    with (
        Simulator(Settings(database="memory", scenario=scenario)) as simulator,
        simulator.world.db.reading() as session,
    ):
        stored = session.scalars(select(Recipe).where(Recipe.name == "Small")).one()
        connection = session.get_one(Connection, stored.config[0]["account_id"])
        assert (connection.name, connection.connected) == ("J", True)
        assert len(session.scalars(select(Connection).where(Connection.name == "J")).all()) == 1


def test_a_reset_sees_that_a_package_has_changed(helpdesk: str, tmp_path: Path) -> None:
    with Simulator(Settings(database="memory", scenario=helpdesk)) as simulator:
        file = tmp_path / "helpdesk" / "skills" / "get_an_issue.recipe.json"
        changed = file.read_text().replace('"Read one issue"', '"Read one issue, whole"')
        file.write_text(changed)
        simulator.reset()

        with simulator.world.db.reading() as session:
            found = session.scalars(select(Recipe).where(Recipe.name == "Get an issue")).one()
            assert found.description == "Read one issue, whole"


def test_a_path_alone_is_enough(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "greetings", tmp_path / "greetings")
    scenario = write(tmp_path, ["./greetings"])

    with (
        Simulator(Settings(database="memory", scenario=scenario)) as simulator,
        simulator.world.db.reading() as session,
    ):
        server = session.scalars(select(McpServer).where(McpServer.name == "Greetings")).one()
        assert [tool.name for tool in server.tools] == ["Greet"]


def test_recipes_of_a_package_can_be_stopped_and_its_project_named(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "greetings", tmp_path / "greetings")
    packages = [{"path": "greetings", "running": False, "project": "Mine"}]
    scenario = write(tmp_path, packages)

    with (
        Simulator(Settings(database="memory", scenario=scenario)) as simulator,
        simulator.world.db.reading() as session,
    ):
        found = session.scalars(select(Recipe).where(Recipe.name == "Greet")).one()
        assert (found.running, found.project.name) == (False, "Mine")


@pytest.mark.parametrize(
    "package, sentence",
    [
        ("nowhere", "packages.0: nowhere: There is no folder and no zip at "),
        ("broken", "packages.0: broken: a.recipe.json: refers to gone.connection.json"),
        ({"path": "broken", "groups": ["Nobody"]}, "packages.0.groups.0: "),
        ({"path": "broken", "environment": "Moon"}, "packages.0.environment: "),
        ({"file": "broken"}, "packages.0.path: expected this key, found nothing"),
    ],
)
def test_what_is_wrong_is_told_with_the_scenarios_file(
    tmp_path: Path, package: Any, sentence: str
) -> None:
    entry = {"provider": "jira", "account_id": reference("gone.connection.json", "Gone")}
    to_folder(tmp_path / "broken", {"a.recipe.json": recipe("A", [entry])})
    scenario = write(tmp_path, [package])

    with pytest.raises(ScenarioError) as caught:
        Simulator(Settings(database="memory", scenario=scenario))
    assert "mine.yaml:" in str(caught.value)
    assert sentence in str(caught.value)
