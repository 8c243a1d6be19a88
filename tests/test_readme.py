"""The README's snippets are run: its test passes, and its table is what `make sandbox` prints."""

import re
from collections.abc import Callable

import pytest

from hatch_build import for_an_index
from simulator import handbook
from simulator.description.summary import table
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import FIRST_APP, OFFSETS
from simulator.settings import DEFAULT_DATABASE, Settings
from tests.tools.requirements import ROOT

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
        apps = simulator.world.addresses.listeners[len(OFFSETS) :]
        ports |= {name: base + FIRST_APP + number for number, name in enumerate(apps)}
        origins = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        simulator.set_addresses(origins, control=f"http://127.0.0.1:{base}")
        printed = table(simulator.describe() | {"database": DEFAULT_DATABASE})

    assert fence("console") == f"$ make sandbox\n{printed}\n"


def test_the_test_shown_passes() -> None:
    """Run as it stands."""
    names: dict[str, Callable[[], None]] = {}
    exec(compile(fence("python"), "README.md", "exec"), names)  # noqa: S102

    names["test_ada_gets_her_own_requisitions_and_nobody_elses"]()


@pytest.mark.requirement("RAIL-13")
def test_an_index_of_packages_shows_no_dead_link() -> None:
    """There is no repository beside it, and no page of `docs`."""
    shown = for_an_index(README)

    assert re.findall(r"\]\((?!https?://)[^)]*\)", README)  # else nothing is proven
    assert not re.findall(r"\]\((?!https?://)[^)]*\)", shown)
    topics = {name for name, _title in handbook.topics()}
    assert set(re.findall(r"`simulator docs ([\w-]+)`", shown)) <= topics
    made = for_an_index("[a](docs/faults.md#plans) [b](LICENSE) [c](https://a.example) ![d](e.png)")
    assert made == "a (`simulator docs faults`) b [c](https://a.example) d"
