"""The page of what suites import is fresh, and says something of each."""

import inspect

import pytest

from simulator import testing
from tests.tools import reference_page

pytestmark = pytest.mark.requirement("HARN-9")
KINDS = {name: each for name, each in reference_page.THINGS.items() if inspect.isclass(each)}


def test_the_page_is_fresh() -> None:
    page = reference_page.PAGE.read_text(encoding="utf-8")

    assert page == reference_page.render(), "stale; run: python -m tests.tools.reference_page"


def test_everything_says_what_it_is() -> None:
    documented = {
        f"{name}.{how}": what
        for name, kind in KINDS.items()
        for how, what in reference_page.members(name, kind)
    }

    assert [name for name, what in documented.items() if not what] == []
    assert [name for name in testing.__all__ if not inspect.getdoc(getattr(testing, name))] == []


def test_what_is_left_out_is_there() -> None:
    """A name that was changed would come back to the page, or hide another."""
    for name in reference_page.INNER:
        kind, _, member = name.partition(".")
        known = {*vars(KINDS[kind]), *inspect.get_annotations(KINDS[kind])}
        assert member in known, name
