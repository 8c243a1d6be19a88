"""Events of a person's primary calendar: found, listed, synchronized, and changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from simulator.db.base import normalized
from simulator.db.tables import AppUser
from simulator.systems.apps.google.gmail.words import index_text, like_pattern
from simulator.systems.apps.google.tables import CalendarEvent
from simulator.world import World

CONFIRMED, CANCELLED = "confirmed", "cancelled"


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which events a list is of.

    Attributes:
        begin: they end after it; None for no limit.
        end: they begin before it; None for no limit.
        words: the words that summary, description or place has.
        since: they changed after this change, and cancelled ones are in it; None for all.
        has_cancelled: whether cancelled ones are in it.
        by_start: whether they are in the order of their beginning; else in that of their making.
    """

    begin: datetime | None = None
    end: datetime | None = None
    words: str = ""
    since: int | None = None
    has_cancelled: bool = False
    by_start: bool = False


def find(
    world: World, user: AppUser, event_id: str, *, to_change: bool = False
) -> CalendarEvent | None:
    """Return an event of a person's calendar by its id, a cancelled one, too."""
    found = select(CalendarEvent).where(
        CalendarEvent.user_id == user.id, CalendarEvent.event_id == event_id
    )
    return world.db.session.scalar(found.with_for_update() if to_change else found)


def list_events(
    world: World, user: AppUser, window: Window, offset: int, most: int
) -> tuple[Sequence[CalendarEvent], bool]:
    """Return a part of the events of a calendar, and whether there are more.

    Args:
        user: the user whose calendar it is.
        window: which events.
        offset: how many come before.
        most: how many, at most.
    """
    found = select(CalendarEvent).where(*_conditions(user, window))
    if window.by_start:
        found = found.order_by(CalendarEvent.begins_at, CalendarEvent.id)
    rows = world.db.session.scalars(
        found.order_by(CalendarEvent.id).offset(offset).limit(most + 1)
    ).all()
    return rows[:most], len(rows) > most


def _conditions(user: AppUser, window: Window) -> Iterator[ColumnElement[bool]]:
    yield CalendarEvent.user_id == user.id
    if window.begin is not None:
        yield CalendarEvent.ends_at.op(">", is_comparison=True)(window.begin)
    if window.end is not None:
        yield CalendarEvent.begins_at.op("<", is_comparison=True)(window.end)
    if (pattern := like_pattern(window.words)) is not None:
        yield CalendarEvent.summary_words.like(pattern)
    if window.since is not None:
        yield CalendarEvent.change > window.since
    elif not window.has_cancelled:
        yield CalendarEvent.status != CANCELLED


def last_change(world: World, user: AppUser) -> int:
    """Return the number of the last change of a calendar."""
    found = select(func.max(CalendarEvent.change)).where(CalendarEvent.user_id == user.id)
    return int(world.db.session.scalar(found) or 0)


def create(
    world: World, user: AppUser, members: dict[str, Any], begin: datetime, end: datetime
) -> CalendarEvent:
    """Make an event, in the calendars of those accounts, too, that attend it.

    Args:
        user: the user who organizes it.
        members: the members as the API has them.
        begin: of the event.
        end: of the event.
    """
    event_id = world.randomness.hex("calendar event", 13)
    made = [
        _add(world, each, user, event_id, members, begin, end)
        for each in sorted([user, *_attending(world, user, members)], key=lambda one: one.id)
    ]
    return next(row for row in made if row.user_id == user.id)


def change(
    world: World,
    row: CalendarEvent,
    members: dict[str, Any],
    begin: datetime,
    end: datetime,
    *,
    status: str = CONFIRMED,
) -> None:
    """Change an event, where its organizer does in the calendars of all that attend it, too.

    Whoever is not an attendee any more keeps it as cancelled.
    """
    copies = {each.user_id: each for each in _copies(world, row)}
    attending = {each.id: each for each in _attending(world, row.user, members)}
    if normalized(row.organizer) != normalized(row.user.email):
        attending = {}
    if status == CANCELLED:
        attending = {each: attending[each] for each in attending if each in copies}
    for user_id in sorted({*copies, *attending}):
        copy = copies.get(user_id)
        if copy is None:
            _add_copy(world, row, attending[user_id], members, begin, end)
            continue
        copy.members, copy.begins_at, copy.ends_at = members, begin, end
        is_theirs = copy is row or user_id in attending
        copy.status, copy.sequence = status if is_theirs else CANCELLED, copy.sequence + 1
        copy.updated_at = world.clock.now()
        copy.change = _next_change(world, user_id)
        copy.summary_words = _words(members)
    world.db.session.flush()


def _add_copy(
    world: World,
    row: CalendarEvent,
    owner: AppUser,
    members: dict[str, Any],
    begin: datetime,
    end: datetime,
) -> None:
    copy = _add(world, owner, row.user, row.event_id, members, begin, end)
    copy.ical_uid, copy.sequence = row.ical_uid, row.sequence


def _copies(world: World, row: CalendarEvent) -> Sequence[CalendarEvent]:
    if normalized(row.organizer) != normalized(row.user.email):
        return [row]
    found = select(CalendarEvent).where(
        CalendarEvent.ical_uid == row.ical_uid, CalendarEvent.organizer == row.organizer
    )
    return world.db.session.scalars(found.order_by(CalendarEvent.id).with_for_update()).all()


def _add(
    world: World,
    owner: AppUser,
    organizer: AppUser,
    event_id: str,
    members: dict[str, Any],
    begin: datetime,
    end: datetime,
) -> CalendarEvent:
    now = world.clock.now()
    row = CalendarEvent(
        user_id=owner.id,
        event_id=event_id,
        ical_uid=f"{event_id}@google.com",
        organizer=organizer.email,
        status=CONFIRMED,
        begins_at=begin,
        ends_at=end,
        change=_next_change(world, owner.id),
        sequence=0,
        created_at=now,
        updated_at=now,
        members=members,
        summary_words=_words(members),
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def _words(members: dict[str, Any]) -> str:
    names = ("summary", "description", "location")
    return index_text(" ".join(str(members.get(name, "")) for name in names))


def _next_change(world: World, user_id: int) -> int:
    """The number of a calendar's next change; whoever changes it at once waits."""
    world.db.session.execute(select(AppUser.id).where(AppUser.id == user_id).with_for_update())
    found = select(func.max(CalendarEvent.change)).where(CalendarEvent.user_id == user_id)
    return int(world.db.session.scalar(found) or 0) + 1


def _attending(world: World, user: AppUser, members: dict[str, Any]) -> Sequence[AppUser]:
    emails = [normalized(str(each.get("email", ""))) for each in members.get("attendees", [])]
    found = select(AppUser).where(
        AppUser.host == user.host, AppUser.normalized_email.in_(emails), AppUser.id != user.id
    )
    return world.db.session.scalars(found.order_by(AppUser.id)).all()
