"""How moments and days are written."""

from datetime import UTC, date, datetime


def write_moment(moment: datetime) -> str:
    """Return a moment as the API has it: `2026-08-24T09:00:00.000+0000`, always in UTC."""
    there = moment.astimezone(UTC)
    return f"{there:%Y-%m-%dT%H:%M:%S}.{there.microsecond // 1000:03d}+0000"


def read_moment(text: str) -> datetime | None:
    """Return the moment that a text of ISO 8601 names; a day alone is its first one, in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def read_day(text: str) -> str | None:
    """Return the day that a text of ISO 8601 names, as the API has it: `2026-08-24`."""
    try:
        return date.fromisoformat(text[:10]).isoformat() if text[10:11] in ("", "T") else None
    except ValueError:
        return None
