"""Pages of a list."""

import pytest

from simulator.validation.paging import Page

pytestmark = pytest.mark.requirement("API-7")


@pytest.mark.parametrize(
    "number, total, expected, last",
    [(1, 0, 1, 1), (0, 7, 1, 3), (-5, 7, 1, 3), (3, 7, 3, 3), (4, 7, 3, 3), (9, 6, 2, 2)],
)
def test_people_get_the_nearest_page(number: int, total: int, expected: int, last: int) -> None:
    page = Page.nearest(number, size=3, total=total)

    assert (page.number, page.last) == (expected, last)


def test_a_page_begins_behind_those_before_it() -> None:
    assert [Page(number=number, size=3).offset for number in (1, 2, 3)] == [0, 3, 6]
