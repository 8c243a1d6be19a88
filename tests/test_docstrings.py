"""Docstrings of what other rooms call: every parameter, and what a function raises itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import modules, shown
from tests.tools.suite import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef

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
#: Decorators that leave a function one that is called by its name. Others register it: as a view,
#: a command, a listener; its caller is a library.
_TRANSPARENT = {
    *("abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "lru_cache"),
    *("property", "staticmethod"),
}
#: A docstring that leaves the rest to that of another function or class.
_REFERENCE = re.compile(r"\b[Aa]s `[\w.]+`")


def _public(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body, f"{node.name}.")
        elif isinstance(node, Function) and not node.name.startswith(("_", "pytest_")):
            names = (ast.unparse(each).split("(")[0] for each in node.decorator_list)
            if all(name.rpartition(".")[2] in _TRANSPARENT for name in names):
                yield f"{owner}{node.name}", node


def _lacks(function: Function) -> list[str]:
    """What a docstring does not say; an override has none, and is documented by its base."""
    text = ast.get_docstring(function)
    if text is None or _REFERENCE.search(text):
        return []
    taken = text.partition("Args:\n")[2].partition("\n\n")[0]
    own = function.args
    parameters = [each.arg for each in (*own.posonlyargs, *own.args, *own.kwonlyargs)]
    lacking = [
        name
        for name in parameters
        if name not in ("self", "cls") and not name.startswith("_")
        if not re.search(rf"^ *{name}(, \w+)*:", taken, re.MULTILINE)
    ]
    raised = set(_raised(function))
    if raised and "Raises:\n" not in text:
        lacking += [f"raises {name}" for name in sorted(raised)]
    return lacking


def _raised(node: ast.AST) -> Iterator[str]:
    """The errors that a function makes and raises itself."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            name = ast.unparse(child.exc.func).rpartition(".")[2]
            if name[0].isupper():
                yield name
        yield from _raised(child)


def _silent(path: Path) -> list[str]:
    return [
        f"{shown(path)}:{function.lineno} {name}: {', '.join(lacking)}"
        for name, function in _public(parse(path).body)
        if (lacking := _lacks(function))
    ]


@pytest.mark.requirement("RAIL-19")
def test_public_functions_say_what_they_take_and_raise() -> None:
    silent = [
        line
        for path in modules(*ROOMS)
        if not shown(path).startswith(TOLD_BY_THE_FIRST_LINE)
        for line in _silent(path)
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

    assert _lacks(function) == lacking
