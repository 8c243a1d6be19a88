"""Several processes on one database agree on time, faults, keys and world, on either database.

Two simulators stand for two processes: they share the database and nothing else.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import Client, TestResponse

from simulator.clock import NotFrozen
from simulator.control import ControlApi
from simulator.db.tables import ServingProcess
from simulator.faults import Fault
from simulator.faults.ledger import Ledger
from simulator.net.addresses import CONTROL_PATH, IDENTITY
from simulator.oauth.signing import Signer
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.racing import race
from tests.contract.two_simulators import first, second, settings

__all__ = ["first", "second", "settings"]  # the fixtures


def _get(simulator: Simulator, path: str = "/healthz") -> TestResponse:
    return Client(simulator).get(path, base_url="https://id.workato.com")


def _control(simulator: Simulator, path: str, method: str = "GET", **options: Any) -> TestResponse:
    return Client(ControlApi(simulator)).open(
        f"{CONTROL_PATH}{path}", base_url="http://127.0.0.1:8700", method=method, **options
    )


@pytest.mark.requirement("PROC-1")
def test_time_that_one_moves_has_moved_for_the_other_at_the_next_request(
    first: Simulator, second: Simulator
) -> None:
    first.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    _get(second)
    assert second.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)

    second.clock.tick(hours=1)
    first.clock.tick(hours=1)  # of what the other one left, not of what it remembers
    assert _control(second, "clock").get_json() == {"now": "2030-01-01T02:00:00Z", "frozen": True}

    first.clock.resume()
    _get(second)
    assert not second.world.clock.frozen
    with pytest.raises(NotFrozen):
        second.clock.tick(hours=1)

    before = first.world.clock.now()
    second.world.clock.reset()
    _get(first)
    assert first.world.clock.now() < before - timedelta(days=365)


@pytest.mark.requirement("PROC-1")
def test_moves_at_the_same_moment_all_count(first: Simulator, second: Simulator) -> None:
    first.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))

    race(lambda number: (first, second)[number % 2].world.clock.travel(timedelta(hours=1)))

    for simulator in (first, second):
        _get(simulator)
        assert simulator.world.clock.now() == datetime(2030, 1, 1, 8, tzinfo=UTC)


@pytest.mark.requirement("PROC-1")
def test_time_goes_on_after_a_restart_as_it_went_before(settings: Settings) -> None:
    with Simulator(settings) as simulator:
        simulator.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    with Simulator(settings) as simulator:
        assert simulator.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
        snapshot = simulator.keep_snapshot("frozen")
        simulator.world.clock.reset()
        simulator.restore(snapshot.contents)
        assert not simulator.world.clock.frozen, "the time stays"
        simulator.restore_snapshot("frozen")
    with Simulator(settings) as simulator:
        assert simulator.world.clock.frozen
        simulator.reset()
    with Simulator(settings) as simulator:
        assert not simulator.world.clock.frozen


@pytest.mark.requirement("PROC-1")
def test_a_clock_that_is_moved_within_a_unit_of_work_waits_for_nobody(
    first: Simulator, second: Simulator
) -> None:
    with first.world.db.unit() as session:
        session.execute(update(ServingProcess).values(pid=1))  # holds what a writer holds
        first.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))

    _get(second)
    assert second.world.clock.frozen


@pytest.mark.requirement("PROC-2")
def test_a_fault_that_one_plants_strikes_in_the_other_and_is_counted_for_both(
    first: Simulator, second: Simulator
) -> None:
    plan: list[dict[str, Any]] = [{"status": 503, "body": b"\xff\x00"}, {"status": 429, "times": 2}]
    fault = first.faults.add("GET /healthz", plan=plan)

    answers = [_get(each) for each in (second, first, second, first)]

    assert [each.status_code for each in answers] == [503, 429, 429, 200]
    assert answers[0].data == b"\xff\x00"
    assert (fault.hits, fault.step_hits) == (3, [1, 2])
    assert _control(second, f"faults/{fault.number}").get_json()["step_hits"] == [1, 2]


@pytest.mark.requirement("PROC-2")
def test_what_one_clears_is_cleared_for_the_other_and_numbers_go_on(
    first: Simulator, second: Simulator
) -> None:
    first.faults.add("GET /healthz", status=503)
    assert _control(second, "faults/1", "DELETE").status_code == 204
    assert _get(first).status_code == 200

    made = _control(second, "faults", "POST", json={"status": 500, "delay": 0.0})
    assert made.get_json()["number"] == 2
    assert _get(first).status_code == 500
    first.faults.clear()
    assert _get(second).status_code == 200
    assert first.faults.add(status=418).number == 1


@pytest.mark.requirement("PROC-2")
def test_a_fault_strikes_as_often_as_it_is_to_in_all_processes_together(
    first: Simulator, second: Simulator, race_rounds: int
) -> None:
    for _ in range(race_rounds):
        first.faults.clear()
        first.faults.add("GET /healthz", status=503, times=3)

        statuses = race(lambda number: _get((first, second)[number % 2]).status_code)

        assert sorted(statuses) == [200] * 5 + [503] * 3


@pytest.mark.requirement("PROC-2")
def test_chance_goes_on_where_the_other_process_left_it(
    first: Simulator, second: Simulator
) -> None:
    alone = Fault(status=503, probability=0.5, seed=7)
    expected = [503 if Ledger().strike(alone, alone) else 200 for _ in range(20)]
    first.faults.add("GET /healthz", status=503, probability=0.5, seed=7)

    both = [_get((first, second)[number % 3 == 0]).status_code for number in range(20)]

    assert both == expected
    assert set(both) == {200, 503}


@pytest.mark.requirement("PROC-2")
def test_what_a_delay_holds_goes_on_when_the_other_process_clears_it(
    first: Simulator, second: Simulator
) -> None:
    first.faults.add("GET /healthz", delay=300)
    answers: list[TestResponse] = []
    held = Thread(target=lambda: answers.append(_get(second)))
    held.start()
    while not first.faults._ledger.refresh() and not any(each.hits for each in first.faults):
        held.join(0.01)

    first.faults.clear()
    held.join(10)

    assert [each.status_code for each in answers] == [200]


@pytest.mark.requirement("PROC-2")
def test_faults_stay_when_a_process_ends(first: Simulator, settings: Settings) -> None:
    with Simulator(settings) as other:
        other.faults.incident("mcp-down")
        planted = len(list(other.faults))

    _get(first)
    assert len(list(first.faults)) == planted
    with Simulator(settings) as other:
        assert [each.number for each in other.faults] == [each.number for each in first.faults]


@pytest.mark.requirement("PROC-3")
def test_a_reset_by_one_is_a_new_world_for_the_other(first: Simulator, second: Simulator) -> None:
    second.faults.add("GET /healthz", status=503)
    _get(second)
    generation = second.generation

    first.reset()

    assert _get(second).status_code == 200
    assert second.generation > generation
    assert second.id == first.id
    assert [each.path for each in second.journal] == ["/healthz"], "those of the world before went"


@pytest.mark.requirement("PROC-3")
def test_keys_that_one_rotates_or_drops_are_those_of_the_other(
    first: Simulator, second: Simulator
) -> None:
    def kids(simulator: Simulator) -> list[str]:
        return [each["kid"] for each in _get(simulator, "/oauth/jwks").get_json()["keys"]]

    before = kids(second)
    with first.world.db.unit():
        new = str(Signer(first.world, IDENTITY).rotate().kid)
    assert kids(second) == [new, *before]

    with second.world.db.unit():
        newest = str(Signer(second.world, IDENTITY).replace().kid)
    assert kids(first) == [newest]
    token = _signed(first)
    with second.world.db.unit():
        assert Signer(second.world, IDENTITY).verify(token, "jwt") == {"sub": "ada"}


def _signed(simulator: Simulator) -> str:
    with simulator.world.db.unit():
        return Signer(simulator.world, IDENTITY).sign({"sub": "ada"})


@pytest.mark.requirement("PROC-3")
def test_apps_of_another_world_answer_in_both(first: Simulator, second: Simulator) -> None:
    """A process that is asked for an app which another one's reset brought finds it."""
    before = {each["production_host"] for each in second.describe()["apps"]}
    first.reset("minimal")

    after = {each["production_host"] for each in second.describe()["apps"]}

    assert after == {each["production_host"] for each in first.describe()["apps"]}
    assert after != before


@pytest.mark.requirement("PROC-4")
def test_the_control_api_names_the_processes_that_it_does_not_reach(
    first: Simulator, second: Simulator
) -> None:
    assert "Simulator-Unreached" not in _control(first, "journal").headers
    first.set_addresses({"identity": "http://127.0.0.1:8702"}, "http://127.0.0.1:8700")
    second.set_addresses({"identity": "http://127.0.0.1:8802"}, "http://127.0.0.1:8800")

    for path in ("journal", "violations", "nothing"):
        named = _control(first, path).headers["Simulator-Unreached"]
        assert named == '"http://127.0.0.1:8800"'
    listed = _control(second, "processes").get_json()["processes"]
    assert [(each["control"], each["is_this"]) for each in listed] == [
        ("http://127.0.0.1:8800", True),
        ("http://127.0.0.1:8700", False),
    ]
    assert {each["pid"] for each in listed} == {os.getpid()}

    second.reset()
    _get(first)
    assert len(_control(first, "processes").get_json()["processes"]) == 2, "it says so anew"
    second.close()
    assert "Simulator-Unreached" not in _control(first, "journal").headers


@pytest.mark.requirement("PROC-4")
def test_a_process_that_died_is_named_no_more(first: Simulator) -> None:
    first.set_addresses({"identity": "http://127.0.0.1:8702"}, "http://127.0.0.1:8700")
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    with first.world.db.unit() as session:
        mine = session.scalars(select(ServingProcess)).one()
        for number, machine in enumerate((mine.machine, "elsewhere")):
            session.add(
                ServingProcess(
                    id=str(number), pid=dead, machine=machine, control=f"http://{number}"
                )
            )

    assert [str(each) for each in first.processes.list_others()] == ["http://1"]
    with first.world.db.unit() as session:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        session.execute(update(ServingProcess).values(seen_at=long_ago))
    assert first.processes.list_others() == []


@pytest.mark.requirement("PROC-4")
def test_a_database_in_memory_is_one_process_alone() -> None:
    with Simulator(Settings(database="memory")) as simulator:
        answer = _control(simulator, "processes")

        assert [each["is_this"] for each in json.loads(answer.data)["processes"]] == [True]
        assert "Simulator-Unreached" not in answer.headers


@pytest.mark.requirement("PROC-4")
def test_who_reads_a_file_writes_not_that_the_process_is_there(
    first: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it does, every so often: a process on another machine cannot be looked for."""
    first.processes.enter("http://127.0.0.1:8700")
    monkeypatch.setattr("simulator.sandbox.processes.stopwatch", lambda: 1e12)
    world, later = first.world, datetime(2000, 1, 1, tzinfo=UTC)
    with world.db.unit() as session:
        session.execute(update(ServingProcess).values(seen_at=later))

    Client(first).get("/oauth/jwks", base_url="https://id.workato.com")

    with world.db.reading() as session:
        (seen,) = session.scalars(select(ServingProcess.seen_at))
    assert (seen.year > 2000) == world.db.is_postgres
