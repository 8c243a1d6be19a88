"""What `simulator init-suite` writes: the files of one of the two folders beside this one."""

import re
from pathlib import Path

from simulator.errors import SimulatorError
from simulator.extras import has, require

_TEST = "test_my_agent.py"
#: Where pytest looks for its settings, and what stands in such a file (pytest, Configuration).
_SETTINGS = {
    "pytest.toml": "",
    ".pytest.toml": "",
    "pytest.ini": "",
    ".pytest.ini": "",
    "pyproject.toml": "[tool.pytest",
    "tox.ini": "[pytest]",
    "setup.cfg": "[tool:pytest]",
}
_GHERKIN = ("conftest.py", "my_agent.feature", _TEST, "README.md")
_PLAIN = (_TEST, "README.md")


class SuiteError(SimulatorError):
    """A suite to start from cannot be written."""


def write(folder: Path) -> list[Path]:
    """Write a small suite; returns its files. It has scenarios where pytest-bdd is installed.

    Args:
        folder: where to; made if it is not there.

    Raises:
        MissingExtra: pytest is not installed, or the SDK whose client the suite uses.
        SuiteError: one of the files is there already, or the folder cannot be written.
    """
    for module in ("pytest", "mcp"):
        require("init-suite", module)
    kind, names = ("gherkin", _GHERKIN) if has("pytest_bdd") else ("plain", _PLAIN)
    here = Path(__file__).parent / kind
    targets = {name: folder / name for name in names}
    # pytest takes two test files of one name for one, where neither is in a package.
    targets[_TEST] = folder / _unique(folder.resolve())
    if there := [file.name for file in targets.values() if file.exists()]:
        raise SuiteError(
            f"{folder} has {', '.join(there)} already: name another folder, nothing is overwritten."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in targets.items():
            file.write_text((here / name).read_text(encoding="utf-8"), encoding="utf-8")
        settings = folder / "pytest.ini"
        if _settings_of(folder.resolve()) is None:
            settings.write_text("[pytest]\nsimulator_strict_faults = true\n", encoding="utf-8")
            targets[settings.name] = settings
    except OSError as error:
        raise SuiteError(f"Cannot write to {folder}: {error.strerror}.") from None
    return list(targets.values())


def _settings_of(folder: Path) -> Path | None:
    """The file in which pytest finds the settings of a project that a folder belongs to."""
    for parent in (folder, *folder.parents):
        for name, section in _SETTINGS.items():
            file = parent / name
            if file.is_file() and section in file.read_text(encoding="utf-8", errors="replace"):
                return file
    return None


def _unique(folder: Path) -> str:
    """A name for the test file that no other in the project has."""
    settings = _settings_of(folder)
    project = settings.parent if settings else folder.parent
    names = {file.name for file in project.glob("**/test_*agent*.py") if file.parent != folder}
    slug = re.sub(r"\W+", "_", folder.name).strip("_").lower()
    choices = (_TEST, f"test_{slug}_agent.py", *(f"test_my_agent_{n}.py" for n in range(2, 99)))
    return next(name for name in choices if name not in names)
