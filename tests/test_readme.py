"""The README's snippets are run: its test passes, and its table is what `make sandbox` prints."""

import re
from collections.abc import Callable

import pytest

from simulator.description.summary import table
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import FIRST_APP, OFFSETS
from simulator.settings import DEFAULT_DATABASE, Settings
from tests.requirements import ROOT

pytestmark = pytest.mark.requirement("RAIL-8")

README = (ROOT / "README.md").read_text(encoding="utf-8")


def fence(language: str) -> str:
    """The first fenced block in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_table_shown_is_the_table_printed() -> None:
    """Default ports, demo scenario."""
    with Simulator(Settings(database="memory")) as simulator:
        base = Settings().port_base
        ports = {name: base + offset for name, offset in OFFSETS.items()}
        ports["app:acme.coupacloud.com"] = base + FIRST_APP
        origins = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        simulator.settle(origins, control=f"http://127.0.0.1:{base}")
        printed = table(simulator.describe() | {"database": DEFAULT_DATABASE})

    assert fence("console") == f"$ make sandbox\n{printed}\n"


def test_the_test_shown_passes() -> None:
    """Run as it stands."""
    names: dict[str, Callable[[], None]] = {}
    exec(compile(fence("python"), "README.md", "exec"), names)  # noqa: S102

    names["test_ada_gets_her_own_requisitions_and_nobody_elses"]()
