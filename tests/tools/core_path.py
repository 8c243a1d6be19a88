"""The page about the core of the code, made from its list; `python -m tests.tools.core_path`."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from tests.tools.requirements import ROOT

LIST = ROOT / "fixtures/core_path.yaml"
PAGE = ROOT / "docs/core-path.md"
_HEAD = """# The core path

<!-- Made by `python -m tests.tools.core_path` from `fixtures/core_path.yaml`; do not edit. -->

This project exists for two procedures of Workato's documentation and for one tool call. To learn
how it works, read the functions below, in {files} files. A test plays each scenario and checks
that the functions are called in this order.
"""
_REST = """
## What you can skip at first

None of these is on the core path. Read each when you need it:

| where | what for |
|---|---|
| `simulator/faults`, `simulator/oracle.py` | faults; a check that users get their own rows |
| `simulator/control`, `simulator/visits` | control of the sandbox over HTTP, for any language |
| `simulator/testing` | pytest plugin, actors, page objects, steps, report |
| `simulator/systems/developer_api` | Workato's REST API |
| `simulator/systems/mcp/conformance` | what the official MCP conformance suite needs |
| `simulator/scenarios`, `simulator/description` | initial data as YAML; what `describe` prints |
| `simulator/sandbox/interception.py` | production host names, answered in this process |
"""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Step(BaseModel):
    """One function on the way: where it stands, and what it does there."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    at: Annotated[str, StringConstraints(pattern=r"^simulator/[\w/]+\.py::[\w.]+$")]
    does: Text

    @property
    def file(self) -> str:
        """Path from the top of the checkout."""
        return self.at.partition("::")[0]

    @property
    def function(self) -> str:
        """Its qualified name in that file."""
        return self.at.partition("::")[2]


class Way(BaseModel):
    """One way through the code, and the scenario that goes it."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    way: Text
    feature: Text
    scenario: Text
    steps: list[Step]


@cache
def load() -> tuple[Way, ...]:
    """Return the ways, in the order of the file.

    Raises:
        pydantic.ValidationError: an entry is malformed.
    """
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return tuple(TypeAdapter(list[Way]).validate_python(entries))


def render() -> str:
    """Return the whole page.

    Raises:
        LookupError: a function is not where the list says.
    """
    steps = [step for way in load() for step in way.steps]
    parts = [_HEAD.format(files=len({step.file for step in steps}))]
    for way in load():
        parts += [f"\n## {way.way}\n", f"`features/{way.feature}`: {way.scenario}.\n"]
        for number, step in enumerate(way.steps, 1):
            line = line_of(step)
            link = f"[`{step.file}:{line}`](../{step.file}#L{line})"
            parts.append(f"{number}. {link} `{step.function}`: {step.does}.")
    return "\n".join(parts) + "\n" + _REST


def line_of(step: Step) -> int:
    """Return the line at which a function begins.

    Raises:
        LookupError: it is not there.
    """
    tree = ast.parse((ROOT / step.file).read_text(encoding="utf-8"))
    for name, line in _functions(tree, ""):
        if name == step.function:
            return line
    raise LookupError(f"There is no {step.function} in {step.file}: renew {LIST.name}.")


def _functions(parent: ast.AST, before: str) -> Iterator[tuple[str, int]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.FunctionDef):
            yield f"{before}{node.name}", node.lineno
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{before}{node.name}.")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
