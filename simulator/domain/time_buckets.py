"""A stretch of simulated time, cut into equal parts as a chart shows them; all of it our choice."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulator.clock import has_expired

#: So many parts are about as many as a chart can show.
MOST = 31
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_WIDTHS = (
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 7, 30)),
)
_YEAR = 365 * _DAY


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time.

    Attributes:
        since: what comes after this moment is in it, aware.
        until: what comes up to this moment is in it, aware.
    """

    since: datetime
    until: datetime


def cut(span: Span) -> tuple[timedelta, list[Span]]:
    """Cut a span at full minutes, hours or days of UTC; its first and last part may be shorter.

    Args:
        span: not empty.

    Returns:
        The width of a whole part, and the parts in their order: `MOST` whole ones, at most.
    """
    length = span.until - span.since
    width = next((each for each in _WIDTHS if length <= MOST * each), None)
    if width is None:
        width = -(-length // (MOST * _YEAR)) * _YEAR
    parts, since = [], span.since
    edge = _EPOCH + (span.since - _EPOCH) // width * width
    while since != span.until:
        edge += width
        # What happens at the full hour is the next hour's.
        until = edge - timedelta.resolution if has_expired(edge, span.until) else span.until
        if not has_expired(until, since):
            parts.append(Span(since=since, until=until))
            since = until
    return width, parts


def name_part(part: Span, width: timedelta) -> str:
    """Return how a chart names a part: `14:05`, `23 Nov 14:00`, `23 Nov` or `23 Nov 2026`, of UTC.

    Args:
        part: the part as `cut` made it.
        width: the width of a whole part.
    """
    begin = part.since if part.since.microsecond != 999_999 else part.since + timedelta.resolution
    day = f"{begin.day} {begin:%b}"
    if width < _HOUR:
        return f"{begin:%H:%M}"
    if width < _DAY:
        return f"{day} {begin:%H:%M}"
    return day if width == _DAY else f"{day} {begin.year}"
