"""What a pytest run pays: the plugin's import, a first simulator, a world for each test."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.tools.benchmarks.measuring import Figure

_SUITES = Path(__file__).with_name("suites")
_SCENARIOS = 300
_PLUGIN = ("-p", "simulator.testing.plugin")
_BDD = ("-p", "pytest_bdd.plugin")
#: Plugins that packages bring which ours depends on; pytest loads them by itself.
_BROUGHT = (*_BDD, "-p", "anyio.pytest_plugin", "-p", "faker.contrib.pytest.plugin")
#: Tells how long each test took, its fixtures included.
_CONFTEST = """
import json
from collections import defaultdict

spent = defaultdict(float)

def pytest_runtest_logreport(report):
    spent[report.nodeid] += report.duration

def pytest_sessionfinish():
    with open("spent.json", "w") as file:
        json.dump(spent, file)
"""
_IMPORT = """
import pytest, time
began = time.perf_counter()
import simulator.testing.plugin
print((time.perf_counter() - began) * 1000)
"""
#: A first simulator where everything that it imports is there, and where nothing is.
FIRST = """
import sys, time
from simulator.serving.server import running
from simulator.settings import Settings
import requests
began = time.perf_counter()
with running(Settings(database="memory", port_base=0)) as simulator:
    simulator.reset_and_describe()
    taken = time.perf_counter() - began
    for system in ("identity", "aihub"):
        requests.get(simulator.world.addresses.origins[system] + "/healthz")
print(taken * 1000, *(name for name in sys.modules if name != "__main__"))
"""
IMPORTED = """
import importlib, sys, time
began = time.perf_counter()
for name in {names!r}:
    try:
        importlib.import_module(name)
    except ImportError:
        pass  # made at run time
print((time.perf_counter() - began) * 1000)
"""


def figures() -> Iterator[Figure]:
    """Each in processes of its own; only the plugins that are named are loaded."""
    imported = [float(_python(_IMPORT)) for _ in range(5)]
    yield Figure(name="pytest: import of the plugin, unused", unit="ms", values=imported)
    yield from _unused()
    yield from _first()
    yield from _sign_ins()
    yield from _isolation()
    with tempfile.TemporaryDirectory() as folder:
        feature = (_SUITES / "api.feature").read_text(encoding="utf-8")
        rows = "".join(f"      | {number} |\n" for number in range(_SCENARIOS))
        (Path(folder) / "api.feature").write_text(feature + rows, encoding="utf-8")
        runs = [_suite(folder, "api_scenarios", *_BDD) for _ in range(3)]
    yield Figure(name=f"pytest: {_SCENARIOS} API scenarios, whole run", unit="ms", values=runs)


def _unused() -> Iterator[Figure]:
    """By turns, so that both meet the same machine."""
    alone, brought = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(5):
            alone.append(_suite(folder, "no_simulator"))
            brought.append(_suite(folder, "no_simulator", *_BROUGHT))
    yield Figure(name="pytest: a test that asks for nothing, whole run", unit="ms", values=alone)
    name = "  the same with three plugins that come along"
    yield Figure(name=name, unit="ms", values=brought)


def _first() -> Iterator[Figure]:
    _, *names = _python(FIRST).split()
    imports = [float(_python(IMPORTED.format(names=names))) for _ in range(5)]
    ready = [
        float(_python(IMPORTED.format(names=names) + FIRST).splitlines()[-1].split()[0])
        for _ in range(5)
    ]
    yield Figure(name="pytest: imports of a first simulator", unit="ms", values=imports)
    yield Figure(name="pytest: a first simulator, after its imports", unit="ms", values=ready)


def _sign_ins() -> Iterator[Figure]:
    """By turns, so that both meet the same machine."""
    here, there = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(15):
            here.append(_suite(folder, "sign_in_here"))
            there.append(_suite(folder, "sign_in_there", plugin=()))
    yield Figure(name="pytest: one sign-in, whole run", unit="ms", values=here)
    yield Figure(name="  the same with oidc-provider-mock, by turns", unit="ms", values=there)
    parts = [100 * one / other for one, other in zip(here, there, strict=True)]
    yield Figure(name="  the one in per cent of the other, turn by turn", unit="%", values=parts)


def _isolation() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
        _suite(folder, "worlds")
        spent: Mapping[str, float] = json.loads((Path(folder) / "spent.json").read_text())
    isolated, shared = (
        [seconds * 1000 for test, seconds in spent.items() if f"::test_{kind}[" in test]
        for kind in ("isolated", "shared")
    )
    usual = statistics.median(shared)
    extra = [each - usual for each in isolated]
    yield Figure(name="pytest: a world of its own, for each test", unit="ms", values=extra)


def _suite(folder: str, name: str, *options: str, plugin: tuple[str, ...] = _PLUGIN) -> float:
    """Milliseconds of a whole run, in a folder where nothing of this repository is loaded.

    What Python and pytest compile stays compiled, as it does for people by default.
    """
    suite = Path(folder) / f"test_{name}.py"
    suite.write_text((_SUITES / f"{name}.py").read_text(encoding="utf-8"), encoding="utf-8")
    (Path(folder) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-q", *plugin, *options, suite.name)
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    ran = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return (time.perf_counter() - began) * 1000


def _python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout
