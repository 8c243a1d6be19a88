"""What docstrings leave out: parameters, and errors that a function raises itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tools.suite import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Decorators that leave a function one that is called by its name. Others register it: as a view,
#: a command, a listener; its caller is a library.
_TRANSPARENT = {
    *("abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "lru_cache"),
    *("property", "staticmethod"),
}
#: Parameters that are the same everywhere. `simulator.domain` says of `world` what holds of it.
_KNOWN = ("self", "cls", "world")
#: A docstring that leaves the rest to that of another function or class.
_REFERENCE = re.compile(r"\b[Aa]s `[\w.]+`")


def list_silent(path: Path) -> list[str]:
    """A line for each public function of a module whose docstring leaves something out."""
    return [
        f"{function.lineno} {name}: {', '.join(lacking)}"
        for name, function in _public(parse(path).body)
        if (lacking := list_lacking(function))
    ]


def _public(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body, f"{node.name}.")
        elif isinstance(node, Function) and not node.name.startswith(("_", "pytest_")):
            names = (ast.unparse(each).split("(")[0] for each in node.decorator_list)
            if all(name.rpartition(".")[2] in _TRANSPARENT for name in names):
                yield f"{owner}{node.name}", node


def list_lacking(function: Function) -> list[str]:
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
        if name not in _KNOWN and not name.startswith("_")
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
