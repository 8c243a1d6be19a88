"""The list of planted bugs; `make mutants` plants them."""

import ast

import pytest

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
