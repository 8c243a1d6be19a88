"""Calendar's API: events of one's own calendar, those of meetings in the calendars of all."""

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from simulator.connectors.base import AppRequest
from simulator.systems.apps.google.connector import CALENDAR
from tests.contract.google_world import APIS, AUTH, Google, demo, google
from tests.contract.known_outputs import find_missing

__all__ = ["demo", "google"]  # the fixtures
pytestmark = pytest.mark.requirement("GOOGLE-21")
ALL, EVENTS, READ = (f"{AUTH}calendar{end}" for end in ("", ".events", ".events.readonly"))
PRIMARY = "/calendars/primary/events"
MEETING = {
    "summary": "Stock taking",
    "start": {"dateTime": "2026-09-01T09:00:00+02:00"},
    "end": {"dateTime": "2026-09-01T10:00:00+02:00"},
}


def calendar(
    google: Google, method: str, path: str, who: str = "ada", scope: str = ALL, **options: Any
) -> TestResponse:
    """Call Calendar's API."""
    return google.call(method, f"{APIS}/calendar/v3{path}", who, scope, **options)


def listed(google: Google, who: str = "ada", **parameters: str) -> dict[str, Any]:
    """A page of events."""
    answer = calendar(google, "GET", f"{PRIMARY}?{urlencode(parameters)}", who, READ)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def titles(google: Google, who: str = "ada", **parameters: str) -> list[str]:
    """The summaries of the events of a list."""
    return [each["summary"] for each in listed(google, who, **parameters)["items"]]


def test_everybody_has_a_calendar_of_their_own(google: Google) -> None:
    (own,) = calendar(google, "GET", "/users/me/calendarList").get_json()["items"]
    assert (own["id"], own["primary"], own["accessRole"]) == ("ada@acme.example", True, "owner")
    assert calendar(google, "GET", "/calendars/primary").get_json()["id"] == own["id"]
    assert titles(google) == ["Supplier day", "Train to Leipzig"]
    assert titles(google, "bob") == ["Forklift inspection"]

    theirs = listed(google, "bob")["items"][0]["id"]
    for path in (f"{PRIMARY}/{theirs}", "/calendars/bob@acme.example/events"):
        answer = calendar(google, "GET", path)
        assert (answer.status_code, answer.get_json()["error"]["message"]) == (404, "Not Found")
    few = calendar(google, "POST", PRIMARY, "ada", READ, json=MEETING)
    assert few.get_json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


@pytest.mark.parametrize(
    "parameters, found",
    [
        ({"singleEvents": "true", "orderBy": "startTime"}, ["Train to Leipzig", "Supplier day"]),
        ({"timeMin": "2026-09-08T00:00:00Z"}, ["Supplier day"]),
        ({"timeMax": "2026-09-08T00:00:00+02:00"}, ["Train to Leipzig"]),
        ({"q": "leipzig"}, ["Train to Leipzig"]),
        ({"q": "large room"}, ["Supplier day"]),
        ({"maxResults": "1"}, ["Supplier day"]),
    ],
)
def test_events_are_listed(google: Google, parameters: dict[str, str], found: list[str]) -> None:
    assert titles(google, **parameters) == found


@pytest.mark.parametrize(
    "query, status",
    [
        ("orderBy=startTime", 400),
        ("timeMin=2026-09-01T00:00:00", 400),
        ("timeMin=soon", 400),
        ("timeMin=0001-01-01T00:00:00%2B14:00", 400),
        ("pageToken=x", 400),
        ("syncToken=C999=", 410),
        ("syncToken=x", 410),
    ],
)
def test_a_list_that_cannot_be_is_refused(google: Google, query: str, status: int) -> None:
    assert calendar(google, "GET", f"{PRIMARY}?{query}").status_code == status


def test_a_list_goes_on_from_its_token(google: Google) -> None:
    first = listed(google, maxResults="1")
    assert "nextSyncToken" not in first
    rest = listed(google, maxResults="1", pageToken=first["nextPageToken"])
    made = calendar(google, "POST", PRIMARY, json=MEETING).get_json()
    gone = first["items"][0]["id"]
    assert calendar(google, "DELETE", f"{PRIMARY}/{gone}").status_code == 204
    assert calendar(google, "DELETE", f"{PRIMARY}/{gone}").status_code == 410

    changed = listed(google, syncToken=rest["nextSyncToken"])

    assert {(each["id"], each["status"]) for each in changed["items"]} == {
        (made["id"], "confirmed"),
        (gone, "cancelled"),
    }
    assert listed(google, syncToken=changed["nextSyncToken"])["items"] == []
    assert len(titles(google)) == 2
    assert len(titles(google, showDeleted="true")) == 3


def test_a_meeting_is_in_the_calendars_of_all_who_attend(google: Google) -> None:
    body = {**MEETING, "attendees": [{"email": "bob@acme.example"}, {"email": "x@y.example"}]}
    made = calendar(google, "POST", f"{PRIMARY}?sendUpdates=all", json=body).get_json()
    assert made["organizer"] == {"email": "ada@acme.example", "self": True}
    assert [each["responseStatus"] for each in made["attendees"]] == ["needsAction"] * 2
    path = f"{PRIMARY}/{made['id']}"

    moved = {"summary": "Stock taking, late", "start": {"date": "2026-09-02"},
             "end": {"date": "2026-09-03"}}  # fmt: skip
    assert calendar(google, "PATCH", path, json=moved).get_json()["sequence"] == 1

    theirs = calendar(google, "GET", path, "bob").get_json()
    assert (theirs["summary"], theirs["organizer"]) == (
        *("Stock taking, late", {"email": "ada@acme.example"}),
    )
    asked = {"timeMin": "2026-09-01T00:00:00Z", "timeMax": "2026-09-05T00:00:00Z"}
    ids = [{"id": each} for each in ("bob@acme.example", "nobody@acme.example", "primary")]
    busy = calendar(google, "POST", "/freeBusy", json={**asked, "items": ids}).get_json()
    starts = {
        name: [each["start"] for each in one["busy"]] for name, one in busy["calendars"].items()
    }
    assert starts == {
        "bob@acme.example": ["2026-09-02T00:00:00Z", "2026-09-03T08:00:00Z"],
        "nobody@acme.example": [],
        "primary": ["2026-09-02T00:00:00Z"],
    }
    replaced = calendar(google, "PUT", path, json=MEETING).get_json()
    assert "attendees" not in replaced
    calendar(google, "DELETE", path)
    assert calendar(google, "GET", path, "bob").get_json()["status"] == "cancelled"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**MEETING, "start": {}},
        {**MEETING, "start": "now"},
        {**MEETING, "start": {"date": "2026-13-01"}},
        {**MEETING, "start": {"dateTime": "2026-09-01T09:00:00"}},
        {**MEETING, "end": {"dateTime": "2026-09-01T01:00:00Z"}},
        {**MEETING, "attendees": ["bob"]},
        {**MEETING, "summary": 7},
    ],
)
def test_an_event_that_cannot_be_is_refused(google: Google, body: Any) -> None:
    assert calendar(google, "POST", PRIMARY, "ada", EVENTS, json=body).status_code == 400


def run(google: Google, name: str, **inputs: Any) -> Any:
    """The output of an action of the connector's, run as Ada."""

    def send(sent: AppRequest) -> Any:
        path = f"{sent.path.removeprefix('/calendar/v3')}?{urlencode(sent.params)}"
        answer: Any = calendar(google, sent.method, path, json=sent.json)
        assert answer.status_code in (200, 204), answer.text
        answer.content = answer.data
        return answer

    answer = CALENDAR.converse(send, CALENDAR.actions[name].request(inputs))
    return answer.get_json() if answer.text else None


@pytest.mark.requirement("GOOGLE-26")
def test_each_action_of_the_connector_does_what_its_name_says(google: Google) -> None:
    times = {"start": "2026-09-01T09:00:00Z", "end": "2026-09-01T10:00:00Z"}
    made = run(google, "create_event", summary="New", **times)["id"]
    moved = run(google, "update_event", event_id=made, location="Hall", summary=None)
    assert moved["location"] == "Hall"
    assert [each["id"] for each in run(google, "search_events", q="hall")["items"]] == [made]
    run(google, "delete_event", event_id=made)
    assert run(google, "search_events", q="hall")["items"] == []
    assert set(CALENDAR.actions) == {
        *("search_events", "create_event", "update_event", "delete_event"),
        *("add_attendee_to_an_event", "list_calendars_public"),
    }


@pytest.mark.requirement("GOOGLE-26")
def test_attendees_are_added_to_those_who_are_there(google: Google) -> None:
    times = {"start": "2026-09-01T09:00:00Z", "end": "2026-09-01T10:00:00Z"}
    first = [{"email": "bob@acme.example"}]
    made = run(google, "create_event", summary="New", attendees=first, **times)["id"]

    new = [{"email": "Bob@acme.example"}, {"email": "marc@acme.example"}]
    for _ in range(2):
        changed = run(google, "add_attendee_to_an_event", event_id=made, attendees=new)

    attend = [each["email"] for each in changed["attendees"]]
    assert attend == ["bob@acme.example", "marc@acme.example"]
    assert titles(google, "marc", q="New") == ["New"]


@pytest.mark.requirement("EDIT-11")
def test_what_actions_are_known_to_give_is_what_they_give(google: Google) -> None:
    whole = {
        "summary": "Fair",
        "description": "Lamps",
        "location": "Hall",
        "start": "2026-09-01T09:00:00Z",
        "end": "2026-09-01T10:00:00Z",
        "attendees": [{"email": "bob@acme.example"}],
    }
    made = run(google, "create_event", **whole)
    for name, inputs in (
        ("create_event", whole),
        ("update_event", {"event_id": made["id"], "summary": "Fairs"}),
        ("search_events", {"q": "fair"}),
        ("list_calendars_public", {"minAccessRole": "owner"}),
        ("add_attendee_to_an_event", {"event_id": made["id"], "attendees": ["marc@acme.example"]}),
    ):
        given = run(google, name, **inputs)
        assert list(find_missing(CALENDAR, name, inputs, given)) == [], name
