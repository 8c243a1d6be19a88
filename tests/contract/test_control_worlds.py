"""Reset, snapshots, people and time over HTTP, as a suite in any language does it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.browser import Browser
from tests.contract.control_world import Control, control, steered

__all__ = ["control", "steered"]  # the fixtures

IDENTITY = "https://id.workato.com"
NEW_YEAR = "2030-01-01T00:00:00Z"


def person(control: Control, name: str) -> dict[str, object]:
    """An end user by first name."""
    found = [one for one in control.call("GET", "people")["people"] if one["name"].startswith(name)]
    assert len(found) == 1
    listed: dict[str, object] = found[0]
    return listed


def signs_in(control: Control, email: str) -> bool:
    """Whether somebody with this e-mail and the demo's password gets into Workato Identity."""
    browser = Browser(control.simulator)
    browser.get(f"{IDENTITY}/login")
    browser.press("Sign in", email=email, password="demo-Pass-1")
    return browser.url == f"{IDENTITY}/"


def moment(text: str) -> datetime:
    """ISO 8601 as JSON has it."""
    return datetime.fromisoformat(text)


@pytest.mark.requirement("CTL-6")
def test_a_reset_makes_the_world_anew(control: Control) -> None:
    before = control.call("POST", "reset")
    control.call("PATCH", f"people/{person(control, 'Ada')['id']}", {"name": "Somebody Else"})
    control.call("PUT", "clock", {"now": NEW_YEAR, "frozen": True})

    after = control.call("POST", "reset", {})

    assert before["world"] != after["world"] == control.simulator.id
    assert after["scenario"] == "demo"
    assert person(control, "Ada")["name"] == "Ada Reyes"
    assert control.call("GET", "clock")["frozen"] is False


@pytest.mark.requirement("CTL-6")
def test_a_reset_may_choose_another_scenario(control: Control) -> None:
    listed = {one["name"]: one["summary"] for one in control.call("GET", "scenarios")["scenarios"]}
    chosen = control.call("POST", "reset", {"scenario": "minimal"})
    unknown = control.refused("POST", "reset", {"scenario": "nowhere"})

    assert {"demo", "minimal"} <= listed.keys()
    assert all(listed.values())
    assert chosen["scenario"] == control.call("GET", "description")["scenario"] == "minimal"
    assert "There is no scenario 'nowhere'" in unknown["detail"]


@pytest.mark.requirement("CTL-6")
def test_the_description_is_that_of_the_command_line(control: Control) -> None:
    assert control.call("GET", "description") == control.simulator.describe()


@pytest.mark.requirement("CTL-6", "TIME-2")
def test_a_world_is_kept_under_a_name_and_put_back(control: Control) -> None:
    control.call("PUT", "clock", {"now": NEW_YEAR, "frozen": True})
    control.call("PATCH", f"people/{person(control, 'Ada')['id']}", {"groups": []})
    made = control.send("PUT", "snapshots/new-year")
    again = control.send("PUT", "snapshots/new-year")
    other = control.send("POST", "snapshots", json={"name": "other"})
    control.call("POST", "reset")

    world = control.call("POST", "snapshots/new-year/restore")

    assert (made.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert made.headers["Location"] == "/_simulator/snapshots/new-year"
    assert made.json == {"name": "new-year", "scenario": "demo", "at": NEW_YEAR}
    names = [snapshot["name"] for snapshot in control.call("GET", "snapshots")["snapshots"]]
    assert names == ["new-year", "other"]
    assert world["world"] == control.simulator.id
    assert person(control, "Ada")["groups"] == []
    assert control.call("GET", "clock") == {"now": NEW_YEAR, "frozen": True}


@pytest.mark.requirement("CTL-6")
def test_a_snapshot_that_is_dropped_is_gone(control: Control) -> None:
    control.call("PUT", "snapshots/a")
    control.call("DELETE", "snapshots/a")

    assert control.call("GET", "snapshots") == {"snapshots": []}
    for method, path in (("DELETE", "snapshots/a"), ("POST", "snapshots/a/restore")):
        assert control.refused(method, path)["status"] == 404
    assert control.refused("PUT", "snapshots/.a")["status"] == 422
    assert "starts with a letter" in control.refused("POST", "snapshots", {"name": ""})["detail"]


@pytest.mark.requirement("CTL-7")
def test_people_are_listed_with_what_tokens_call_them(control: Control) -> None:
    ada = person(control, "Ada")

    assert ada == {
        "id": ada["id"],
        "name": "Ada Reyes",
        "email": "ada@acme.example",
        "status": "active",
        "groups": ["Procurement team"],
    }
    assert control.call("GET", f"people/{ada['id']}") == ada
    assert control.refused("GET", "people/nobody")["detail"] == "There is no end user 'nobody'."


@pytest.mark.requirement("CTL-7")
def test_whoever_is_disabled_does_not_get_in_until_enabled_again(control: Control) -> None:
    path = f"people/{person(control, 'Ada')['id']}"
    assert signs_in(control, "ada@acme.example")

    assert control.call("PATCH", path, {"status": "disabled"})["status"] == "disabled"
    assert not signs_in(control, "ada@acme.example")
    control.call("PATCH", path, {"status": "active", "email": "ada@new.example"})

    assert not signs_in(control, "ada@acme.example")
    assert signs_in(control, "Ada@New.example")


@pytest.mark.requirement("CTL-7")
def test_groups_are_exactly_those_that_are_named(control: Control) -> None:
    path = f"people/{person(control, 'Ada')['id']}"

    changed = control.call("PATCH", path, {"groups": ["Finance team", "Contractors"]})
    same = control.call("PATCH", path, {"name": "Ada R."})

    assert sorted(changed["groups"]) == ["Contractors", "Finance team"]
    assert same == changed | {"name": "Ada R."}
    described = control.call("GET", "description")["people"]
    (found,) = [one for one in described if one["name"] == "Ada R."]
    assert found["groups"] == ["Contractors", "Finance team"]


@pytest.mark.requirement("CTL-7")
@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"groups": ["Nobody's"]}, "There is no end-user group 'Nobody's'. There are: 'Contr"),
        ({"email": "BOB@acme.example"}, "Another end user has the e-mail address BOB@acme"),
        ({"email": "no address"}, "'no address' is not an e-mail address."),
        ({"name": " "}, "A name has 1 to 100 characters, in one line."),
        ({"status": "invited"}, "'status' must be 'active' or 'disabled'."),
        ({"groups": "Finance team"}, "'groups' must be a list."),
    ],
)
def test_a_change_that_cannot_be_leaves_everything(
    control: Control, change: dict[str, object], sentence: str
) -> None:
    """What else was said in the same request, too."""
    ada = person(control, "Ada")
    changes = {"name": "Another", **change}

    problem = control.refused("PATCH", f"people/{ada['id']}", changes)

    assert problem["status"] == 422
    assert sentence in problem["detail"]
    assert problem["errors"][0]["pointer"] == f"/{next(iter(change))}"
    assert control.call("GET", f"people/{ada['id']}") == ada


@pytest.mark.requirement("CTL-10")
def test_time_travels_freezes_ticks_and_runs_again(control: Control) -> None:
    before = moment(control.call("GET", "clock")["now"])
    travelled = moment(control.call("POST", "clock/travel", {"by": 3600})["now"])
    frozen = control.call("POST", "clock/freeze")
    ticked = control.call("POST", "clock/tick", {"by": 0.5})

    assert timedelta(hours=1) <= travelled - before < timedelta(hours=1, minutes=5)
    assert frozen["frozen"]
    assert moment(ticked["now"]) - moment(frozen["now"]) == timedelta(seconds=0.5)
    assert control.call("GET", "clock") == ticked
    assert control.call("POST", "clock/resume")["frozen"] is False
    assert control.simulator.world.clock.now() >= moment(ticked["now"])
    control.call("DELETE", "clock")
    assert moment(control.call("GET", "clock")["now"]) < travelled


@pytest.mark.requirement("CTL-10")
def test_time_is_set_to_a_moment(control: Control) -> None:
    frozen = control.call("POST", "clock/freeze", {"at": "2030-01-01T01:00:00+01:00"})
    running = control.call("PUT", "clock", {"now": NEW_YEAR})

    assert frozen == {"now": NEW_YEAR, "frozen": True}
    assert running["frozen"] is False
    assert moment(running["now"]) >= datetime(2030, 1, 1, tzinfo=UTC)
    assert control.call("POST", "clock/freeze", {"at": None})["frozen"] is True


@pytest.mark.requirement("CTL-10")
@pytest.mark.parametrize(
    "path, body, status",
    [
        ("clock/tick", {"by": 1}, 409),
        ("clock/travel", {"by": 1e15}, 422),
        ("clock/travel", {"by": 1e12}, 422),
        ("clock/travel", {"by": True}, 422),
        ("clock/travel", {"by": "1"}, 422),
        ("clock/travel", {}, 422),
        ("clock/freeze", {"at": "2030-01-01T00:00:00"}, 422),
        ("clock/freeze", {"at": "1969-01-01T00:00:00Z"}, 422),
        ("clock/freeze", {"at": "noon"}, 422),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    control: Control, path: str, body: dict[str, object], status: int
) -> None:
    problem = control.refused("POST", path, body)

    assert problem["status"] == status
    assert not control.call("GET", "clock")["frozen"]
