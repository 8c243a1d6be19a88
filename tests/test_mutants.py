"""The list of planted bugs; `make mutants` plants them."""

import ast
import re
from pathlib import Path

import pytest

from tests.tools.mutants import page
from tests.tools.mutants.catalogue import KINDS, Mutant, mutants
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("RAIL-11")


@pytest.mark.parametrize("mutant", mutants(), ids=lambda each: each.id)
def test_a_mutant_can_be_planted_and_its_suite_exists(mutant: Mutant) -> None:
    text = mutant.planted()

    if mutant.file.endswith(".py"):
        ast.parse(text)
    paths = [word for word in mutant.suite.split() if word.startswith(("tests", "steps"))]
    assert paths
    assert [path for path in paths if not (ROOT / path.partition("::")[0]).exists()] == []


def test_every_kind_has_a_mutant_and_every_mutant_a_name_of_its_own() -> None:
    ids = [each.id for each in mutants()]

    assert {each.kind for each in mutants()} == set(KINDS)
    assert len(ids) == len(set(ids))


def test_the_page_tells_who_noticed_each_mutant() -> None:
    """It was written by a whole run, and the tests that it names are still there."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and "`" in line
    ]

    assert [row[:2] for row in rows] == [[each.kind, each.bug] for each in mutants()]
    for _, _, noticed_by in rows:
        path, _, test = noticed_by.strip("`").partition("::")
        assert (ROOT / path).is_file(), noticed_by
        name = test.partition("::")[0]  # of a function, or of a class
        # Scenarios have neither: pytest-bdd names their tests.
        assert path.startswith("steps/") or name in _words(ROOT / path)


def _words(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
