"""Two `simulator serve` on one SQLite file: what one is told holds in the other, over sockets."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.testing.process import SandboxProcess

pytestmark = pytest.mark.requirement("PROC-1", "PROC-2", "PROC-3", "PROC-4")


class _Beside(SandboxProcess):
    """Another process on the database of the first one."""

    @property
    def database(self) -> str:
        """The file in the first one's folder."""
        return f"sqlite:///{self.folder.parent / 'first' / 'sandbox.db'}"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[SandboxProcess, SandboxProcess]]:
    """Both run."""
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    both = SandboxProcess(folders[0]), _Beside(folders[1])
    try:
        for each in both:
            each.start()
        yield both
    finally:
        for each in both:
            each.kill()


def _control(process: SandboxProcess, path: str, method: str = "GET", **body: Any) -> Any:
    answer = requests.request(
        method, f"{process.description['control']}{path}", json=body or None, timeout=30
    )
    assert answer.ok, answer.text
    return answer


def _health(process: SandboxProcess) -> requests.Response:
    return requests.get(f"{process.description['systems']['identity']}/healthz", timeout=30)


@pytest.mark.long
@pytest.mark.timeout(120)
def test_they_agree_and_each_says_what_it_does_not_speak_for(
    pair: tuple[SandboxProcess, SandboxProcess],
) -> None:
    first, second = pair
    _control(first, "clock/freeze", "POST", at="2030-01-01T00:00:00Z")
    assert _control(second, "clock").json() == {"now": "2030-01-01T00:00:00Z", "frozen": True}

    _control(second, "faults", "POST", request="GET /healthz", status=503, times=1)
    assert [_health(each).status_code for each in (first, second, first)] == [503, 200, 200]

    named = _control(first, "journal").headers["Simulator-Unreached"]
    assert named == json.dumps(second.description["control"].removesuffix("/_simulator/"))
    listed = _control(second, "processes").json()["processes"]
    assert [each["is_this"] for each in listed] == [True, False]
    assert os.getpid() not in {each["pid"] for each in listed}

    world = _control(first, "reset", "POST").json()["world"]
    assert _health(second).json()["world"] == world
    assert _control(second, "faults").json() == {"faults": []}

    second.kill()
    assert "Simulator-Unreached" not in _control(first, "journal").headers, "killed, and so gone"
    assert first.stop() == 0
