"""The page of what suites import, made from docstrings; `python -m tests.tools.reference_page`."""

import inspect
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import simulator
from simulator import testing
from simulator.faults.fault import attribute_descriptions
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/reference.md"
#: What the harness itself calls, and no suite has to.
INNER = {
    "Actor.stage",
    "Faults.around",
    "Journal.record",
    "Journal.secrets",
    "McpClient.connected",
    "Simulator.close",
    "Simulator.reset_and_describe",
    "Simulator.load_addresses",
    "Simulator.set_addresses",
    "TimeTravel.show",
    "Workspace.close",
    "Workspace.given_simulator",
    "Workspace.stage",
}
_HEAD = """# What suites import

`from simulator.testing import …`, and `from simulator import Settings, Simulator`. The types of the
[fixtures](testing.md#fixtures), and what gives the same without pytest. Everything is typed.

<!-- Made by `python -m tests.tools.reference_page`; do not edit. -->
"""
#: Name → what it is.
THINGS = {name: getattr(testing, name) for name in testing.__all__} | {
    "Simulator": simulator.Simulator
}


def render() -> str:
    """The whole page."""
    functions = {name: each for name, each in THINGS.items() if not inspect.isclass(each)}
    rows = [_row(_call(name, each), _summary_of(each)) for name, each in sorted(functions.items())]
    classes = sorted(name for name in THINGS if name not in functions)
    return "\n".join(
        [_HEAD, *_table(rows), *(_section(name, THINGS[name]) for name in classes), ""]
    )


def members(name: str, kind: type) -> Iterator[tuple[str, str]]:
    """How each public member of a class is written, and what its docstring says."""
    for attribute, text in attribute_descriptions(kind).items():
        if f"{name}.{attribute}" not in INNER:
            yield f"`{attribute}`", text[0].upper() + text[1:]
    ours = [each for each in kind.__mro__ if each.__module__.startswith("simulator.")]
    for member, what in ((name, what) for each in ours for name, what in vars(each).items()):
        if member.startswith("_") or f"{name}.{member}" in INNER:
            continue
        if isinstance(what, property | cached_property):
            yield f"`{member}`", _summary_of(what)
        elif inspect.isfunction(what):
            yield _call(member, what), _summary_of(what)


def _section(name: str, kind: type) -> str:
    if kind is testing.Fault:  # its attributes have a table there
        return (
            f"\n## `{name}`\n\n{_summary_of(kind)} [Its attributes](faults.md#faults-of-your-own)."
        )
    rows = [_row(*each) for each in members(name, kind)]
    return "\n".join([f"\n## `{name}`\n\n{_summary_of(kind)}\n", *(_table(rows) if rows else [])])


def _table(rows: list[str]) -> list[str]:
    return ["| member | what it is |", "|---|---|", *rows]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _call(name: str, function: Any) -> str:
    """As it is called: names and defaults, no types."""
    given = []
    for each in inspect.signature(function).parameters.values():
        if each.name == "self":
            continue
        plain = each.replace(annotation=inspect.Parameter.empty)
        given.append(str(plain))
        if each.kind is each.KEYWORD_ONLY and "*" not in "".join(given[:-1]):
            given.insert(-1, "*")
    return f"`{name}({', '.join(given)})`"


def _summary_of(what: Any) -> str:
    """The first paragraph of a docstring."""
    return " ".join((inspect.getdoc(what) or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
