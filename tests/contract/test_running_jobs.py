"""Jobs that take long: seen while they run, and cancelled by program and by page."""

import re
import threading
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from simulator.alarms import Alarm, Alarms
from simulator.db.tables import Recipe, RunningJob
from simulator.domain import running_jobs
from simulator.domain.app_calls import AppCalls
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.contract.identity_world import PASSWORD
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("API-71")
HUB = "https://app.workato.com"


class Slow:
    """An app that takes longer than a second: what happens meanwhile is asked for.

    Attributes:
        meanwhile: what others do while it is called.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.meanwhile: Callable[[], object] = lambda: None
        self._due: list[Callable[[], None]] = []
        call = AppCalls.call

        def take_long(calls: AppCalls, *args: Any) -> Any:
            calls._world.db.commit()
            self.store()
            Context().run(self.meanwhile)
            return call(calls, *args)

        def wait(_: Alarms, action: Callable[[], None]) -> Alarm:
            self._due.append(action)
            return Alarm(due=0, action=action)

        monkeypatch.setattr(AppCalls, "call", take_long)
        monkeypatch.setattr(Alarms, "set", wait)

    def store(self) -> None:
        """Have the second pass of every job that is watched."""
        for store in self._due:
            thread = threading.Thread(target=store)
            thread.start()
            thread.join(30)
        self._due.clear()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Every app."""
    return Slow(monkeypatch)


def find_recipe(program: Program) -> int:
    """The number of the recipe of the tool that is called."""
    listed = program.call("GET", "recipes?per_page=100")["items"]
    return next(int(each["id"]) for each in listed if each["name"] == "List my requisitions")


def call(mcp: Mcp) -> Any:
    """What Ada's call of the tool comes to."""
    return mcp.call("List_my_requisitions")


def test_a_job_is_seen_while_it_runs_and_ends_after_its_step(mcp: Mcp, slow: Slow) -> None:
    program = Program(mcp.simulator)
    number = find_recipe(program)
    mcp.connect("ada")
    seen: list[Any] = []

    def cancel() -> None:
        path = f"recipes/{number}"
        (job,) = program.call("GET", f"{path}/jobs?status=pending")["items"]
        seen.append(job)
        told = program.call("POST", f"{path}/cancel_jobs", job_ids=[job["id"], "j-none"])
        seen.extend(told["results"])

    slow.meanwhile = cancel
    result = call(mcp)

    job, cancelled, unknown = seen
    assert (job["status"], job["title"], job["completed_at"]) == (
        "pending", "List_my_requisitions", None,
    )  # fmt: skip
    assert cancelled == {"job_id": job["id"], "status": "cancelled"}
    assert (unknown["job_id"], unknown["status"]) == ("j-none", "failed")
    assert result["isError"]
    assert "The job was cancelled." in str(result["content"])
    ended = program.call("GET", f"recipes/{number}/jobs/{job['id']}")
    assert (ended["status"], ended["error"]) == ("failed", "The job was cancelled.")
    assert ended["lines"][-1]["output"] is not None, "the step that it was at is done"
    assert mcp.jobs()[-1].status == "cancelled"
    assert program.call("GET", f"recipes/{number}/jobs?status=pending")["items"] == []
    (late,) = program.call("POST", f"recipes/{number}/cancel_jobs", job_ids=[job["id"]])["results"]
    assert (late["status"], late["error"]) == ("failed", "The job is not under way.")
    with mcp.world.db.unit() as session:
        assert session.scalars(select(RunningJob)).all() == []

    slow.meanwhile = lambda: None
    assert not call(mcp).get("isError"), "the next one is another"


@pytest.mark.long  # features/jobs.feature
@pytest.mark.requirement("REC-145")
def test_a_page_shows_what_runs_and_cancels_it_after_a_question(mcp: Mcp, slow: Slow) -> None:
    number = find_recipe(Program(mcp.simulator))
    mcp.connect("ada")
    marc = Browser(mcp.simulator).get(f"{HUB}/users/sign_in")
    marc.press("Sign in", email="marc@office.example", password=PASSWORD)

    def cancel() -> None:
        marc.get(f"{HUB}/recipes/{number}/jobs")
        assert "Running jobs" in marc.text
        (link,) = re.findall(r'href="([^"]+/cancel)"', marc.page.text)
        marc.get(f"{HUB}{link}")
        assert "its caller gets an error" in marc.text
        marc.press("Cancel job")
        assert "stops after its current step" in marc.text
        assert "Stops after its current step" in marc.text

    slow.meanwhile = cancel
    assert call(mcp)["isError"]
    job = mcp.jobs()[-1]
    marc.get(f"{HUB}/recipes/{number}/jobs/{job.id}/cancel")
    assert f"Job {job.id}" in marc.text, "it has ended: there is nothing to ask"


@pytest.mark.long
def test_another_process_sees_and_cancels_it(tmp_path: Path, slow: Slow) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'shared.db'}", secret_key="s" * 32)
    with Simulator(settings) as one, Simulator(settings) as two:
        with one.world.db.unit() as session:
            number = session.scalars(select(Recipe.id).limit(1)).one()
        now = one.world.clock.now()
        begun = running_jobs.StartedJob(
            job_id="j-1", recipe_id=number, end_user_id=None, tool="t", started_at=now,
            deadline=now + timedelta(minutes=1),
        )  # fmt: skip
        watch = running_jobs.Watch(one.world, begun)
        slow.store()
        with two.world.db.unit() as session:
            recipe = session.get_one(Recipe, number)
            assert running_jobs.cancel(two.world, recipe, ["j-1"]) == {"j-1"}
        with one.world.db.unit(), pytest.raises(running_jobs.JobCancelled):
            watch.check()
        with one.world.db.unit():
            watch.end()
        with two.world.db.unit() as session:
            assert running_jobs.list_running(two.world, session.get_one(Recipe, number)) == []
