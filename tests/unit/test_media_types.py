"""What an Accept header takes (RFC 9110 §12.5.1)."""

import pytest

from simulator.validation.media_types import HTML, JSON, accepts, choose_preferred, get_quality

pytestmark = pytest.mark.requirement("CORE-16")


@pytest.mark.parametrize(
    "accept, expected",
    [
        (None, 1),
        ("", 1),
        ("application/json", 1),
        ("Application/JSON", 1),
        ("application/json;charset=UTF-8", 1),
        ('application/json; charset="utf-8"; q=0.5', 0.5),
        ("application/json;version=2", 1),
        ("application/json;version=2;q=0, application/json", 1),
        ("text/html, application/json ; q=0.3", 0.3),
        ("application/json;Q=0.25", 0.25),
        ("application/*", 1),
        ("application/*;q=0.2, */*;q=0.9", 0.2),
        ("*/*", 1),
        ("*", 1),
        ("text/html, image/gif, *; q=.2, */*; q=.2", 0.2),
        ("application/json;q=0", 0),
        ("application/json;q=0.000, */*", 0),
        ("*/*, application/*;q=0", 0),
        ("text/html", 0),
        ("application/problem+json", 0),
        ("application/jsonp", 0),
        ("text/*", 0),
        ('text/plain;title="a,application/json"', 0),
        ("text/html;q=x, application/json;q=0.5", 0.5),
        ("nonsense", 1),
        ("application/json;q=7, text/html", 0),
    ],
)
def test_the_most_specific_range_tells(accept: str | None, expected: float) -> None:
    assert get_quality(accept, JSON) == expected
    assert accepts(accept, JSON) == (expected > 0)


@pytest.mark.parametrize(
    "accept, expected",
    [
        ("", HTML),
        ("*/*", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/json;charset=utf-8", JSON),
        ("application/json, text/html;q=0.9", JSON),
        ("text/html;q=0, */*;q=0.1", JSON),
        ("image/png", None),
    ],
)
def test_the_one_that_is_liked_best_is_chosen(accept: str, expected: str | None) -> None:
    assert choose_preferred(accept, [HTML, JSON]) == expected
