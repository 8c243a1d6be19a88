"""Recipes that begin by themselves: polled, run on demand and reset, by program."""

import json
from typing import Any

import pytest

from simulator.db.tables import Recipe
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.unit.engine.recipes import log, numbered

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("API-70")


class Triggered:
    """A running recipe whose trigger is an app's or a schedule's, as a program has it."""

    def __init__(self, program: Program, provider: str, event: Any = None) -> None:
        self.program = program
        trigger = {"keyword": "trigger", "provider": provider, "name": "any", "as": "t"}
        code = numbered({**trigger, "input": {}, "block": [log("seen")]})
        made = program.call("POST", "recipes", name=provider, code=json.dumps(code))
        self.number = made["id"]
        program.call("PUT", f"recipes/{self.number}/start")
        if event is not None:
            self.find(event)

    def find(self, event: Any) -> None:
        """Have the stub of the trigger give an event."""
        with self.program.simulator.world.db.unit() as session:
            session.get_one(Recipe, self.number).stubs = [{"step": 1, "output": event}]

    def ask(self, verb: str) -> Any:
        """The answer of an endpoint of the recipe."""
        return self.program.call("POST", f"recipes/{self.number}/{verb}")

    @property
    def jobs(self) -> list[tuple[str, Any]]:
        """What began each job, the newest first, and with what."""
        path = f"recipes/{self.number}/jobs"
        found = [(each["title"], each["id"]) for each in self.program.call("GET", path)["items"]]
        events = (self.program.call("GET", f"{path}/{each}")["lines"][0] for _, each in found)
        return [(title, line["output"]) for (title, _), line in zip(found, events, strict=True)]


@pytest.fixture
def program(mcp: Mcp) -> Program:
    """A program of the demo's workspace."""
    return Program(mcp.simulator)


def test_a_poll_picks_up_what_is_new_once_and_again_after_a_reset(program: Program) -> None:
    recipe = Triggered(program, "salesforce", {"Id": "1"})

    for _ in range(2):
        assert recipe.ask("poll_now") == {"success": True}
    assert recipe.jobs == [("Poll", {"Id": "1"})]

    assert recipe.ask("reset_trigger") == {"success": True}
    recipe.ask("poll_now")
    recipe.find({"Id": "2"})
    recipe.ask("poll_now")
    assert [event["Id"] for _, event in recipe.jobs] == ["2", "1", "1"]
    assert program.call("GET", f"recipes/{recipe.number}")["lifetime_task_count"] == 3


def test_a_scheduled_recipe_runs_on_demand(program: Program) -> None:
    recipe = Triggered(program, "clock", {"scheduled_time": "2026-11-28T08:00:00Z"})

    assert recipe.ask("force_run") == {"success": True}
    assert recipe.jobs == [("Force run", {"scheduled_time": "2026-11-28T08:00:00Z"})]
    assert recipe.ask("reset_trigger") == {"success": True}
    assert recipe.ask("poll_now") == {"success": False, "errors": {"trigger": ["does not poll."]}}

    program.call("PUT", f"recipes/{recipe.number}/stop")
    refused = recipe.ask("force_run")
    assert refused["errors"] == {"running": ["The recipe is stopped. Start it."]}


def test_a_recipe_without_events_has_no_job_and_a_called_one_none_of_it(program: Program) -> None:
    silent = Triggered(program, "salesforce")
    assert silent.ask("poll_now") == {"success": True}
    assert silent.jobs == []

    listed = program.call("GET", "recipes?per_page=100")["items"]
    called = next(
        each["id"] for each in listed if each["trigger_application"] == "workato_recipe_function"
    )
    for verb in ("poll_now", "force_run", "reset_trigger"):
        refused = program.call("POST", f"recipes/{called}/{verb}")
        assert (refused["success"], list(refused["errors"])) == (False, ["trigger"])
    assert program.call("GET", f"recipes/{called}/jobs")["items"] == []
