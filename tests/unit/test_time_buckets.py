"""Parts of a span: at full minutes, hours and days, and never too many."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator.domain.time_buckets import MOST, Span, cut, name_part

pytestmark = pytest.mark.requirement("DASH-3")
NOW = datetime(2026, 11, 27, 14, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "length, width, parts, names",
    [
        (timedelta(minutes=30), timedelta(minutes=1), 31, ("13:35", "13:36", "14:05")),
        (timedelta(hours=1), timedelta(minutes=2), 31, ("13:05", "13:06", "14:04")),
        (
            timedelta(days=1),
            timedelta(hours=1),
            25,
            ("26 Nov 14:05", "26 Nov 15:00", "27 Nov 14:00"),
        ),
        (
            timedelta(days=7),
            timedelta(hours=6),
            29,
            ("20 Nov 14:05", "20 Nov 18:00", "27 Nov 12:00"),
        ),
        (timedelta(days=30), timedelta(days=1), 31, ("28 Oct", "29 Oct", "27 Nov")),
        (
            timedelta(days=365),
            timedelta(days=30),
            13,
            ("27 Nov 2025", "8 Dec 2025", "3 Nov 2026"),
        ),
        (
            timedelta(days=20_000),
            timedelta(days=730),
            28,
            ("24 Feb 1972", "31 Dec 1973", "18 Dec 2025"),
        ),
    ],
)
def test_a_span_is_cut_where_people_expect_it(
    length: timedelta, width: timedelta, parts: int, names: tuple[str, str, str]
) -> None:
    found, those = cut(Span(since=NOW - length, until=NOW))

    assert (found, len(those)) == (width, parts)
    assert len(those) <= MOST + 1
    assert (those[0].since, those[-1].until) == (NOW - length, NOW)
    assert [one.until for one in those[:-1]] == [one.since for one in those[1:]]
    first, second, *_between, last = (name_part(one, width) for one in those)
    assert (first, second, last) == names


def test_what_happens_at_the_full_hour_is_the_next_hours() -> None:
    full = datetime(2026, 11, 27, 14, tzinfo=UTC)
    _width, those = cut(Span(since=full - timedelta(days=1), until=full + timedelta(minutes=5)))

    (holder,) = (one for one in those if one.since < full <= one.until)

    assert name_part(holder, timedelta(hours=1)) == "27 Nov 14:00"
