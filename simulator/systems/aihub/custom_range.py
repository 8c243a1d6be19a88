"""The two fields of a custom range: date and time, in UTC, as browsers send them."""

from datetime import UTC, datetime, timedelta

from simulator.clock import EARLIEST, LATEST
from simulator.domain.time_buckets import Span
from simulator.errors import FieldError


def read_range(since: str, until: str) -> Span:
    """Return the span between two moments as `datetime-local` fields send them.

    Args:
        since: `2026-11-27T09:30`, in UTC.
        until: the same; what happens at either moment is in the span.

    Raises:
        FieldError: on `from` or `to`: it is empty or no moment, or they are the wrong way round.
    """
    first, last = _read("from", since), _read("to", until)
    if last <= first:
        raise FieldError("to", "Choose an end that is after the beginning.")
    return Span(since=first - timedelta.resolution, until=last)


def _read(name: str, text: str) -> datetime:
    which = "beginning" if name == "from" else "end"
    if not text.strip():
        raise FieldError(name, f"Choose the {which} of the range.")
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        raise FieldError(name, "Enter a date and a time, such as 2026-11-27T09:30.") from None
    if not EARLIEST <= moment <= LATEST:
        raise FieldError(name, f"Choose a date between {EARLIEST.year} and {LATEST.year - 1}.")
    return moment
