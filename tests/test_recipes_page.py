"""The page of what recipes can have is as the engine is."""

import pytest

from tests.tools import recipes_page


@pytest.mark.requirement("REC-121")
def test_the_page_lists_what_the_engine_runs() -> None:
    page = recipes_page.PAGE.read_text(encoding="utf-8")

    assert page == recipes_page.render(), "stale; run: python -m tests.tools.recipes_page"
