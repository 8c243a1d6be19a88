"""A full disk, a disk that may only be read, and clocks that go back: for real.

The disk is a small tmpfs, which root alone may mount.
"""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from werkzeug.test import Client, TestResponse

from simulator import clock
from simulator.errors import StartupError
from simulator.sandbox.database_check import check_database
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.production_client import whole_way
from tests.tools.breakage.write_paths import check_whole_way

_KEY = "a secret key of tests"


def tell_full_disk(folder: Path) -> Iterator[str]:
    """Yield what happens on a disk of 4 MiB that fills while clients register.

    Args:
        folder: where it is mounted.
    """
    with _disk(folder, "size=4m"):
        settings = _settings(folder)
        with Simulator(settings) as demo:
            registered, answer = 0, _register(demo)
            while answer.status_code == 201:
                registered += 1
                answer = _register(demo)
            yield f"disk full, after {registered} clients: {_refusal(answer)}"
            health = Client(demo).get("/healthz", base_url="https://id.workato.com")
            yield f"disk full, what only reads: {health.status_code}"
            _remount(folder, "size=16m")
            yield f"disk full, with room again: {_register(demo).status_code}"
        yield f"disk full, afterwards: {_state(settings)}"


def tell_read_only(folder: Path) -> Iterator[str]:
    """Yield what happens when a disk becomes one that may only be read.

    Args:
        folder: where it is mounted.
    """
    with _disk(folder, "size=16m"):
        settings = _settings(folder)
        Simulator(settings).close()
        _remount(folder, "ro")
        try:
            Simulator(settings).close()
        except StartupError as error:
            yield f"read-only, a start: {_plain(str(error), folder)}"
        _remount(folder, "rw")
        with Simulator(settings) as demo:
            # A disk in use cannot be made so: SQLite is told instead.
            for connection in _connections(demo):
                connection.execute("PRAGMA query_only = ON")
            yield f"read-only, a running sandbox: {_refusal(_register(demo))}"
            for connection in _connections(demo):
                connection.execute("PRAGMA query_only = OFF")
            yield f"read-only, writable again: {_register(demo).status_code}"
        yield f"read-only, afterwards: {_state(settings)}"


def tell_clocks(folder: Path) -> Iterator[str]:
    """Yield what happens when the simulated clock, and that of the machine, go back a day.

    Args:
        folder: an empty one.
    """
    folder.mkdir(exist_ok=True)
    settings = _settings(folder)
    with Simulator(settings) as demo, demo.intercept():
        whole_way()
        demo.clock.travel(days=-1)
        yield f"simulated clock a day back: {_state(settings)}"
        demo.world.clock.reset()
        yesterday = datetime.now(UTC) - timedelta(days=1)
        with mock.patch.object(clock, "_real", return_value=yesterday):
            yield f"system clock a day back: {_state(settings)}"
    yield f"system clock right again: {_state(settings)}"


def _connections(demo: Simulator) -> list[sqlite3.Connection]:
    """Every connection that is open and not in use."""
    engine = demo.world.db.engine
    held = [engine.raw_connection() for _ in range(5)]
    found = [each.driver_connection for each in held]
    for each in held:
        each.close()
    return [each for each in found if isinstance(each, sqlite3.Connection)]


def _settings(folder: Path) -> Settings:
    return Settings(database=f"sqlite:///{folder}/sandbox.db", secret_key=_KEY)


def _register(demo: Simulator) -> TestResponse:
    return Client(demo).post(
        "/oauth/register",
        base_url="https://id.workato.com",
        json={"redirect_uris": ["http://127.0.0.1/"], "client_name": "C" * 90},
    )


def _refusal(answer: TestResponse) -> str:
    return f"{answer.status_code} {(answer.json or {}).get('error_description')}"


def _state(settings: Settings) -> str:
    """What `doctor` finds wrong; else whether the whole way can be gone."""
    wrong = [each.sentence for each in check_database(settings) if not each.is_well]
    if wrong:
        return "; ".join(wrong)
    check_whole_way(settings)
    return "doctor finds nothing, the whole way is gone"


def _plain(sentence: str, folder: Path) -> str:
    return sentence.replace(str(folder), "…")


@contextmanager
def _disk(folder: Path, options: str) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)
