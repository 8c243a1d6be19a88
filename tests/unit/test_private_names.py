"""No private name of a library is used, but what the table in CONTRIBUTING has."""

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import modules, shown
from tests.tools.suite import parse

pytestmark = pytest.mark.requirement("RAIL-16")

#: Private by their look alone: of named tuples, of Flask's `url_for`, of type stubs, and of ours.
_PUBLIC = {"_anchor", "_exit", "_replace", "_typeshed", "_kit", "_skeleton"}


def _private(tree: ast.Module) -> Iterator[str]:
    """Names that begin with an underscore, and are not of the module itself."""
    own = {name for node in ast.walk(tree) for name in _defined(node)} | _PUBLIC
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [part for each in node.names for part in each.name.split(".")]
        elif isinstance(node, ast.ImportFrom):
            names = [*(node.module or "").split("."), *(each.name for each in node.names)]
        elif isinstance(node, ast.Attribute) and not _is_self(node.value):
            names = [node.attr]
        elif isinstance(node, ast.keyword):
            names = [node.arg or ""]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("getattr", "setattr"):
            names = [str(getattr(node.args[1], "value", ""))]
        yield from (
            name
            for name in names
            if name.startswith("_") and not name.startswith("__") and name not in own
        )


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.arg):
        yield node.arg if isinstance(node, ast.arg) else node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr


def _is_self(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


def test_no_other_private_name_is_used() -> None:
    """Neither imported nor asked of an object nor handed over, but what the table has."""
    found = {
        f"{shown(path)}: {name}" for path in modules("simulator") for name in _private(parse(path))
    }

    assert found == {"simulator/serving/channels.py: _dispatcher"}


@pytest.mark.parametrize(
    "code",
    ["import mcp._types", "from a import _b", "made._state", "f(_option=1)", "getattr(x, '_y')"],
)
def test_a_private_name_is_found(code: str) -> None:
    assert list(_private(ast.parse(code)))
    assert not list(_private(ast.parse("self._x; cls._y; point._replace(x=1); a.__dict__")))
    assert not list(_private(ast.parse("class A:\n  _a = 1\n  def f(self, o): return o._a")))
