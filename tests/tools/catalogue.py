"""The page of all steps, made from the step library; `python -m tests.tools.catalogue`."""

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from tests.tools import suite
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/steps.md"

_HEAD = """# Steps to reuse

`pytest_plugins = ["simulator.testing.steps"]` in a top-level `conftest.py`, or the option
`-p simulator.testing.steps`, loads them.
`simulator init-suite DIR` writes a suite to start from, and
`scenarios(simulator.testing.features("access"))` runs a shipped feature in yours.

Words in braces are arguments, what stands in brackets may be left out. Steps marked *simulator*
do not work [against a real tenant](real-tenant.md). Those of `ai_hub`, `authentication`,
`dashboard`, `end_users`, `recipe_building` and `recipe_editor` need Playwright and the tag `@ui`;
all others do without, in a browser where the scenario has one: [a complete suite](page-suites.md).

<!-- Made by `python -m tests.tools.catalogue`. -->
"""
#: Words that may be left out, and have a name so that the step knows.
_OPTIONAL_WORDS = re.compile(r"\(\?P<\w+>([\w :]+)\)\?")
#: What has to stand, or not to stand, before or behind.
_LOOKAROUND = re.compile(r"\(\?<?[!=][^()]*\)")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def render() -> str:
    """The whole page."""
    definitions = sorted(suite.step_definitions(), key=lambda each: each.module)
    parts = [
        _section(module, list(found))
        for module, found in groupby(definitions, key=lambda each: each.module)
    ]
    return _HEAD + "".join(parts)


def _section(module: str, definitions: Sequence[suite.StepDefinition]) -> str:
    path = ROOT / suite.LIBRARY / f"{module}.py"
    lines = [f"\n## `{module}`\n", f"{ast.get_docstring(suite.parse(path))}\n"]
    lines += ["| step | what it does | for example |", "|---|---|---|"]
    by_function = groupby(definitions, key=lambda each: each.function.lineno)
    return "\n".join([*lines, *(_row(list(found)) for _, found in by_function)]) + "\n"


def _row(definitions: Sequence[suite.StepDefinition]) -> str:
    one = definitions[0]
    keywords = "/".join(dict.fromkeys(each.type.capitalize() for each in definitions))
    patterns = dict.fromkeys(f"`{readable(each.parser.name)}`" for each in definitions)
    mark = " *simulator*" if one.needs_simulator else ""
    cells = (
        f"{keywords} {' or '.join(patterns)}",
        " ".join(one.sentence.split()) + mark,
        example(definitions),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def readable(pattern: str) -> str:
    """A pattern for people, whichever parser reads it: {argument}, [may be left out], one/other."""
    shown = _OPTIONAL_WORDS.sub(r"[\1]", _LOOKAROUND.sub("", pattern))
    shown = _GROUP.sub(r"{\1}", shown)
    shown = re.sub(r"\(\?:([^()]+)\)\?", r"[\1]", shown)
    shown = re.sub(r"\((?:\?:)?([^()]+\|[^()]+)\)", lambda m: m[1].replace("|", "/"), shown)
    return re.sub(r"\\(.)", r"\1", re.sub(r"(\w)\?", r"[\1]", shown))


def example(definitions: Iterable[suite.StepDefinition]) -> str:
    """The first step of a shipped feature that one of them runs."""
    for scenario in suite.scenarios():
        for step in scenario.steps:
            if any(each.matches(step) for each in definitions):
                return step.text
    raise LookupError("no feature uses this step")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
