"""How suites of the plugin are run by its tests: alone, and with pytest-xdist."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

#: Runs the suite that `pytester` has made, with options of pytest.
RunHere = Callable[..., pytest.RunResult]
#: Options of pytest; that two workers change nothing is proven at length.
ALONE_AND_WITH_TWO_WORKERS = [
    pytest.param([], id="alone"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.long),
]


class Modules:
    """What suites that run in this process import: pytester forgets it all, ours and others' too.

    A module that is made twice has every class twice.

    Attributes:
        suite: the folder of the suite, whose own modules are forgotten.
    """

    suite: Path

    def __init__(self) -> None:
        self._loaded: dict[str, ModuleType | None] = {}

    def pytest_unconfigure(self) -> None:
        """See what there is at the end of a run."""
        self._loaded |= sys.modules

    def bring_back(self) -> None:
        """Have again what does not belong to the suite."""
        for name, module in self._loaded.items():
            its_own = str(getattr(module, "__file__", None)).startswith(str(self.suite))
            if module is not None and not its_own:
                sys.modules.setdefault(name, module)


@pytest.fixture
def modules() -> Iterator[Modules]:
    """Those that are had again when pytester is done with this test."""
    loaded = Modules()
    yield loaded
    loaded.bring_back()


@pytest.fixture
def pytester(
    modules: Modules, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    """pytest's own; it ends before `modules`.

    Its suites leave no bytecode: of a file that is written twice within a second, with as many
    characters, Python would take the first one's.
    """
    modules.suite = pytester.path
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return pytester


@pytest.fixture
def run_here(modules: Modules, pytester: pytest.Pytester) -> RunHere:
    """Run a suite in this process: a second or two sooner than in one of its own.

    Only a suite with a browser, or one that looks at its process, needs one of its own.
    """

    def run(*options: str) -> pytest.RunResult:
        without = ("-p", "no:randomly", "-p", "no:playwright")
        result = pytester.runpytest_inprocess(*without, *options, plugins=[modules])
        modules.bring_back()
        return result

    return run
