"""Calendar's calendars and events (Calendar API v3)."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Response, jsonify, request

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, record_own, user
from simulator.systems.apps.google.api.reading import (
    object_of,
    read_body,
    read_choice,
    read_flag,
    read_number,
    text_of,
)
from simulator.systems.apps.google.api.refusals import Refused
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.calendar import events
from simulator.systems.apps.google.calendar.events import CANCELLED, Window
from simulator.systems.apps.google.tables import CalendarEvent
from simulator.validation.parsing import parse_whole_number

views = api_views("calendar", "/calendar/v3")
_WRITE = ("calendar", "calendar.events")
_READ = (*_WRITE, "calendar.readonly", "calendar.events.readonly")
_CALENDARS = ("calendar", "calendar.readonly")
_TEXTS = ("summary", "description", "location", "colorId", "visibility", "transparency")
_MOST_ATTENDEES = 200


@views.get("/users/me/calendarList")
@needs("calendar.calendarList.list", *_CALENDARS)
def calendars() -> Response:
    """The person's calendars: there is the primary one."""
    return jsonify({"kind": "calendar#calendarList", "items": [_calendar(user())]})


@views.get("/users/me/calendarList/<calendar_id>")
@views.get("/calendars/<calendar_id>")
@needs("calendar.calendarList.get", *_CALENDARS)
def calendar(calendar_id: str) -> Response:
    """One calendar."""
    _check_calendar(calendar_id)
    return jsonify(_calendar(user()))


def _calendar(owner: AppUser) -> dict[str, Any]:
    return {
        "kind": "calendar#calendarListEntry",
        "id": owner.email,
        "summary": owner.email,
        "timeZone": "UTC",
        "accessRole": "owner",
        "primary": True,
        "selected": True,
    }


def _check_calendar(calendar_id: str) -> None:
    if calendar_id != "primary" and calendar_id.lower() != user().email.lower():
        raise Refused(404, "Not Found")


@views.get("/calendars/<calendar_id>/events")
@needs("calendar.events.list", *_READ)
def list_events(calendar_id: str) -> Response:
    """A page of events; the last one has a token that later lists go on from."""
    _check_calendar(calendar_id)
    window = _read_window()
    most, token = read_number("maxResults", 250, 2500), request.args.get("pageToken", "")
    offset = parse_whole_number(token) if token else 0
    if offset is None or offset >= 2**31:
        raise Refused(400, "Invalid page token value.", "invalid")
    rows, has_more = events.list_events(here().world, user(), window, offset, most)
    record_own(len(rows))
    page: dict[str, Any] = {
        "kind": "calendar#events",
        "summary": user().email,
        "timeZone": "UTC",
        "accessRole": "owner",
        "items": [_event(row) for row in rows],
    }
    if has_more:
        page["nextPageToken"] = str(offset + most)
    else:
        page["nextSyncToken"] = f"C{events.last_change(here().world, user())}="
    return jsonify(page)


def _read_window() -> Window:
    order = read_choice("orderBy", ("", "startTime", "updated"))
    if order == "startTime" and not read_flag("singleEvents"):
        raise Refused(
            400,
            "The requested ordering is not available for the particular query.",
            "badRequest",
        )
    begin, end = (_read_moment(request.args.get(name), name) for name in ("timeMin", "timeMax"))
    return Window(
        begin=begin,
        end=end,
        words=request.args.get("q", "")[:200],
        since=_read_sync_token(),
        has_cancelled=read_flag("showDeleted"),
        by_start=order == "startTime",
    )


def _read_sync_token() -> int | None:
    token = request.args.get("syncToken")
    if token is None:
        return None
    change = parse_whole_number(token.removeprefix("C").removesuffix("="))
    if change is None or change > events.last_change(here().world, user()):
        raise Refused(
            410, "Sync token is no longer valid, a full sync is required.", "fullSyncRequired"
        )
    return change


@views.post("/calendars/<calendar_id>/events")
@needs("calendar.events.insert", *_WRITE)
def insert(calendar_id: str) -> Response:
    """Make an event."""
    _check_calendar(calendar_id)
    members, begin, end = _read_event(read_body(), {})
    row = events.create(here().world, user(), members, begin, end)
    record_own()
    return jsonify(_event(row))


@views.get("/calendars/<calendar_id>/events/<event_id>")
@needs("calendar.events.get", *_READ)
def get(calendar_id: str, event_id: str) -> Response:
    """One event."""
    _check_calendar(calendar_id)
    record_own()
    return jsonify(_event(_find(event_id)))


@views.put("/calendars/<calendar_id>/events/<event_id>")
@views.patch("/calendars/<calendar_id>/events/<event_id>")
@needs("calendar.events.update", *_WRITE)
def update(calendar_id: str, event_id: str) -> Response:
    """Change an event: all of it, or with PATCH what is given."""
    _check_calendar(calendar_id)
    row = _find(event_id, to_change=True)
    before = row.members if request.method == "PATCH" else {}
    members, begin, end = _read_event(read_body(), before)
    events.change(here().world, row, members, begin, end)
    record_own()
    return jsonify(_event(row))


@views.delete("/calendars/<calendar_id>/events/<event_id>")
@needs("calendar.events.delete", *_WRITE)
def delete(calendar_id: str, event_id: str) -> tuple[str, int]:
    """Cancel an event; lists leave it out, and synchronizing tells of it."""
    _check_calendar(calendar_id)
    row = _find(event_id, to_change=True)
    if row.status == CANCELLED:
        raise Refused(410, "Resource has been deleted", "deleted")
    events.change(here().world, row, row.members, row.begins_at, row.ends_at, status=CANCELLED)
    return "", 204


@views.post("/freeBusy")
@needs("calendar.freebusy.query", *_CALENDARS)
def free_busy() -> Response:
    """When people of the organization are busy."""
    members = read_body()
    begin, end = (_read_moment(text_of(members, name), name) for name in ("timeMin", "timeMax"))
    if begin is None or end is None:
        raise Refused(400, "Missing timeMin or timeMax parameter.", "required")
    items = members.get("items")
    named = [text_of(one, "id") for one in items or [] if isinstance(one, dict)][:50]
    found = {email: _busy(email, Window(begin=begin, end=end, by_start=True)) for email in named}
    return jsonify({"kind": "calendar#freeBusy", "calendars": found})


def _busy(calendar_id: str, window: Window) -> dict[str, Any]:
    owner = user()
    if calendar_id not in ("primary", owner.email):
        other = people.by_email(here().world, here().host, calendar_id)
        if other is None:
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        owner = other
    rows, _ = events.list_events(here().world, owner, window, 0, 1000)
    busy = [{"start": _moment(row.begins_at), "end": _moment(row.ends_at)} for row in rows]
    return {"busy": busy}


def _find(event_id: str, *, to_change: bool = False) -> CalendarEvent:
    row = events.find(here().world, user(), event_id, to_change=to_change)
    if row is None:
        raise Refused(404, "Not Found")
    return row


def _read_event(
    sent: dict[str, Any], before: dict[str, Any]
) -> tuple[dict[str, Any], datetime, datetime]:
    members = dict(before)
    for name in _TEXTS:
        if name in sent:
            members[name] = text_of(sent, name)
    for name in ("start", "end"):
        if name in sent:
            members[name] = object_of(sent, name)
    if "attendees" in sent:
        members["attendees"] = _read_attendees(sent["attendees"])
    begin, end = (_read_time(members.get(name), name) for name in ("start", "end"))
    if (end - begin).total_seconds() < 0:
        raise Refused(400, "The specified time range is empty.", "timeRangeEmpty")
    return members, begin, end


def _read_attendees(sent: Any) -> list[dict[str, Any]]:
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise Refused(400, "Invalid attendees.", "invalid")
    return [
        {
            "email": text_of(one, "email"),
            "responseStatus": text_of(one, "responseStatus", "needsAction"),
        }
        for one in sent[:_MOST_ATTENDEES]
    ]


def _read_time(sent: Any, name: str) -> datetime:
    if isinstance(sent, dict) and isinstance(sent.get("date"), str):
        try:
            day = date.fromisoformat(sent["date"])
        except ValueError:
            raise Refused(400, f"Invalid value for: {name}.date", "invalid") from None
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    moment = sent.get("dateTime") if isinstance(sent, dict) else None
    found = _read_moment(moment, f"{name}.dateTime", has_zone="timeZone" in (sent or {}))
    if found is None:
        raise Refused(400, f"Missing {name} time.", "required")
    return found


def _read_moment(text: Any, name: str, *, has_zone: bool = False) -> datetime | None:
    """A moment as RFC 3339 has it; without an offset where a time zone stands beside it."""
    if text is None or text == "":
        return None
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00").replace(" ", "+"))
        in_utc = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Refused(400, f"Invalid value for: {name}", "badRequest") from None
    if found.tzinfo is None and not has_zone:
        raise Refused(400, f"Invalid value for: {name}: an offset is needed", "badRequest")
    return in_utc


def _event(row: CalendarEvent) -> dict[str, Any]:
    is_own = row.organizer.lower() == row.user.email.lower()
    organizer = {"email": row.organizer, **({"self": True} if is_own else {})}
    return {
        "kind": "calendar#event",
        "etag": f'"{row.change}"',
        "id": row.event_id,
        "status": row.status,
        "htmlLink": f"https://www.google.com/calendar/event?eid={row.event_id}",
        "created": _moment(row.created_at),
        "updated": _moment(row.updated_at),
        "creator": organizer,
        "organizer": organizer,
        "iCalUID": row.ical_uid,
        "sequence": row.sequence,
        "eventType": "default",
        **{name: value for name, value in row.members.items() if value not in ("", [])},
    }


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"
