"""Rules of the code: layers, one clock, short files, a docstring in every module."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.installed_apps import packages
from tests.tools.docstrings import list_lacking, list_silent
from tests.tools.requirements import ROOT
from tests.tools.suite import parse

CODE = ("simulator", "steps", "tests")
LONGEST = 400
MIGRATIONS = ROOT / "simulator/db/migrations/versions"
CLOCK = ROOT / "simulator/clock.py"
# What reads or bends real time. `fromtimestamp` reads no clock, and ruff (DTZ) guards its zone.
REAL_TIME = {
    "time": {"time", "time_ns", "sleep", "localtime", "gmtime", "monotonic", "perf_counter"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
}


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file below the folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    """The path as one would type it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.requirement("RAIL-2")
def test_no_import_breaks_the_layers() -> None:
    """As `make check` does: the contracts stand in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=50
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.requirement("RAIL-2")
def test_a_connector_knows_nothing_of_its_app() -> None:
    """A connector is written from the app's documentation, not from its simulation."""
    apps = modules("simulator/systems/apps")
    stems = ("connector", "known_fields", "further_actions")
    connectors = [path for path in apps if path.stem in stems]
    imported = {name for path in connectors for name in _imports(parse(path))}

    assert connectors
    assert {name for name in imported if name.startswith("simulator")} == {
        "simulator.connectors.auth_types",
        "simulator.connectors.base",
        "simulator.connectors.body_errors",
        "simulator.connectors.content",
        "simulator.connectors.form_fields",
        "simulator.connectors.shorthand",
        "simulator.errors",
        "simulator.systems.apps.google.further_actions",
        "simulator.systems.apps.google.known_fields",
        "simulator.systems.apps.jira.further_actions",
        "simulator.systems.apps.salesforce.known_fields",
        "simulator.systems.apps.salesforce.objects.fields",
        "simulator.systems.apps.salesforce.objects.standard",
    }


@pytest.mark.requirement("RAIL-2")
def test_the_kit_names_no_app() -> None:
    """Code that only one app needs is in that app's folder."""
    named = [
        f"{shown(path)}: {app}"
        for path in modules("simulator/systems/apps/_kit")
        for app in packages()
        if app in path.read_text(encoding="utf-8").lower()
    ]

    assert not named


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


@pytest.mark.requirement("RAIL-3")
def test_time_comes_from_the_clock_alone() -> None:
    strays = [
        f"{shown(path)}:{line}: {what}"
        for path in modules("simulator")
        if path != CLOCK
        for line, what in _real_time(parse(path))
    ]

    assert not strays


def _real_time(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where a module takes the time from Python instead of the clock."""
    aliases = {"time": "time", "datetime": "datetime", "date": "date"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for module in node.names:
                if module.name in {"time", "datetime"} and module.asname:
                    aliases[module.asname] = module.name
        elif isinstance(node, ast.ImportFrom) and node.module in {"time", "datetime"}:
            for imported in node.names:
                if imported.asname and imported.name in REAL_TIME:
                    aliases[imported.asname] = imported.name
                if node.module == "time" and imported.name in REAL_TIME["time"]:
                    yield node.lineno, f"from time import {imported.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            # `datetime.now` and `datetime.datetime.now` alike
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            source = aliases.get(name, "")
            if node.attr in REAL_TIME.get(source, ()):
                yield node.lineno, f"{source}.{node.attr}"


@pytest.mark.parametrize(
    "stray",
    [
        "import time\ntime.time()",
        "import time as t\nt.sleep(1)",
        "from time import sleep\nsleep(1)",
        "from datetime import datetime\ndatetime.now(UTC)",
        "from datetime import datetime as dt\ndt.utcnow()",
        "import datetime\ndatetime.datetime.now()",
        "import datetime as d\nd.date.today()",
        "from datetime import datetime\nfield = datetime.now",
    ],
)
def test_a_stray_clock_is_noticed(stray: str) -> None:
    assert list(_real_time(ast.parse(stray)))


@pytest.mark.parametrize(
    "fine", ["world.clock.now()", "clock.time()", "datetime.fromtimestamp(n, UTC)", "now()"]
)
def test_the_simulated_clock_is_no_stray(fine: str) -> None:
    assert not list(_real_time(ast.parse(fine)))


@pytest.mark.requirement("RAIL-7")
def test_no_file_is_too_long_to_read() -> None:
    long = {
        shown(path): lines
        for path in modules(*CODE)
        if path.parent != MIGRATIONS  # made by Alembic, and never edited afterwards
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }

    assert not long


@pytest.mark.requirement("RAIL-7")
def test_every_module_has_a_docstring() -> None:
    unsigned = [shown(path) for path in modules(*CODE) if not _has_summary(path)]

    assert not unsigned, "the first line of the docstring says what the module is"


def _has_summary(path: Path) -> bool:
    summary, _, rest = (ast.get_docstring(parse(path)) or "").partition("\n")
    return bool(summary) and (not rest or rest.startswith("\n"))


@pytest.mark.requirement("RAIL-7")
def test_no_module_has_a_name_that_says_nothing() -> None:
    meaningless = [
        shown(path)
        for path in modules(*CODE)
        if {path.stem, path.parent.name} & {"utils", "util", "helpers", "misc", "common"}
    ]

    assert not meaningless


#: Words that names of this project once had, and that are no terms of the field.
PRIVATE = {
    *("asked", "deed", "errand", "fate", "kept", "mould", "plot", "sabotage", "saboteur"),
    *("said", "story", "told", "trip", "wanted", "wish"),
}
#: Module → names that keep such a word.
STILL_PRIVATE = {
    # A migration is never edited once it was released.
    "simulator/db/migrations/versions/0006_insertion_order_and_lookup_names.py": {"kept"},
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@pytest.mark.requirement("RAIL-14")
def test_names_are_the_fields_not_ours() -> None:
    """No class, function, parameter, attribute or variable is named by a private word."""
    private = {
        shown(path): names for path in modules("simulator") if (names := _private(parse(path)))
    }

    assert private == STILL_PRIVATE


@pytest.mark.requirement("RAIL-14")
@pytest.mark.parametrize(
    "code",
    [
        "def _said(): ...",
        "class FaultSaid: ...",
        "async def tell(wanted): ...",
        "f(**given, story=1)",
        "self._kept = {}",
        "import plot",
        "from a import told as text",
        "from a import b as errands",
        "lambda wish: 1",
    ],
)
def test_a_private_word_is_found(code: str) -> None:
    assert _private(ast.parse(code))


@pytest.mark.requirement("RAIL-14")
@pytest.mark.parametrize("code", ["plotted = 1", "x = 'as it was told'", "# kept\nhistory()"])
def test_only_whole_words_of_names_are_private(code: str) -> None:
    assert not _private(ast.parse(code))


def _private(tree: ast.Module) -> set[str]:
    """The names in a module that a private word is part of, in the singular or plural."""
    return {
        name
        for node in ast.walk(tree)
        for name in _names(node)
        if PRIVATE & {part for word in _WORD.findall(name) for part in _singulars(word.lower())}
    }


def _singulars(word: str) -> tuple[str, ...]:
    return word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a node of the syntax tree has itself."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if not node.name.startswith("test_"):  # which is a sentence
            yield node.name
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.alias):
        yield from (node.name, node.asname or "")


#: Rooms whose public functions say in sections what they take and raise.
ROOMS = (
    *("simulator/control", "simulator/domain", "simulator/oauth"),
    "simulator/testing",
)
#: Parts of them in which the first line tells all: what is called by a table, in the one way that
#: the table's type describes; what calculates one value out of others; what a step or a page of a
#: scenario does, whose parameters are the words of its sentence and the labels of the page; how a
#: report is drawn; and the suites that users copy.
TOLD_BY_THE_FIRST_LINE = (
    *("simulator/domain/engine/platform/", "simulator/domain/formulas/"),
    *("simulator/testing/pages/", "simulator/testing/steps/"),
    *("simulator/testing/report/", "simulator/testing/suite/"),
)


@pytest.mark.requirement("RAIL-19")
def test_public_functions_say_what_they_take_and_raise() -> None:
    silent = [
        f"{shown(path)}:{line}"
        for path in modules(*ROOMS)
        if not shown(path).startswith(TOLD_BY_THE_FIRST_LINE)
        for line in list_silent(path)
    ]

    assert silent == []


@pytest.mark.requirement("RAIL-19")
@pytest.mark.parametrize(
    "text, lacking",
    [
        ("Find it.", ["name", "raises NotFound"]),
        ("Find it.\n\nArgs:\n    name: of it.\n", ["raises NotFound"]),
        ("Find it.\n\nRaises:\n    NotFound: there is none.\n", ["name"]),
        ("Find it.\n\nArgs:\n    name: of it.\n\nRaises:\n    NotFound: there is none.\n", []),
        ("As `find_any`, by name.", []),
    ],
)
def test_a_silent_docstring_is_noticed(text: str, lacking: list[str]) -> None:
    function = ast.parse(f"def find(name):\n    {text!r}\n    raise NotFound('no')").body[0]
    assert isinstance(function, ast.FunctionDef)

    assert list_lacking(function) == lacking
