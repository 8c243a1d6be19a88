"""The page that tells which test noticed which mutant."""

from collections.abc import Iterable

from tests.tools.mutants.run import Outcome
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/mutants.md"
_HEAD = """# Planted bugs

<!-- Made by `make mutants`; do not edit. -->

`make mutants` plants each of these bugs in a copy of the checkout, one at a time, runs the tests
that are named for it until the first one fails, and writes who noticed. It fails where a bug
survives, and where the code that it changes is not there any more. The bugs stand in
`fixtures/mutants`.

| kind | bug | noticed by |
|---|---|---|
"""


def write(outcomes: Iterable[Outcome]) -> None:
    """Write the page; every outcome is of a mutant that was caught."""
    rows = [
        f"| {each.mutant.kind} | {each.mutant.bug} | `{_short(each.caught_by)}` |\n"
        for each in outcomes
    ]
    PAGE.write_text(_HEAD + "".join(rows), encoding="utf-8")


def _short(node: str | None) -> str:
    """A node id without the parameters of the test, which may hold anything."""
    return (node or "").partition("[")[0]
