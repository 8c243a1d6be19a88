"""The Test tab of a recipe: it runs by hand, as a person, with an event of one's own."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from simulator.db.tables import Connection, Job, Recipe
from tests.contract.aihub_world import COUPA_ORIGIN, ORIGIN, Hub, field_error, hub, text_of
from tests.unit.engine.recipes import action, log, numbered, parameter, pill, recipe, return_result

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("REC-135")

CALLED = recipe(
    return_result(greeting="=" + f"'Hello ' + {parameter('name')[2:-1]}"),
    parameters=[{"name": "name", "label": "Name"}],
    result=[{"name": "greeting"}],
)
EVENT = recipe(log("Order " + pill("shop", "order", "id") + " of " + pill("shop", "order", "by")))
EVENT |= {
    "provider": "shop",
    "name": "new_order",
    "as": "order",
    "input": {},
    "extended_output_schema": [{"name": "id", "type": "integer"}],
}


def write(hub: Hub, code: Any, **values: Any) -> None:
    """Have recipe 1 this code, stopped."""
    with hub.world.db.unit() as session:
        row = session.get_one(Recipe, 1)
        row.code, row.config, row.running = numbered(code), [], False
        for name, value in values.items():
            setattr(row, name, value)


def post(hub: Hub, event: str, person: str = "") -> Any:
    at = "/recipes/1/test"
    return hub.browser("builder").post(at, at, event=event, person=person, environment="1")


def test_a_recipe_runs_with_parameters_and_its_job_is_shown(hub: Hub) -> None:
    write(hub, CALLED)
    browser = hub.browser("builder")
    page = browser.get("/recipes/1/test")
    assert '"name": "Name"' in page.text.replace("&#34;", '"')
    assert ">Test</a>" in browser.get("/recipes/1").text

    answer = post(hub, '{"name": "Ada"}')

    assert answer.status_code == 303
    job = text_of(browser.get(answer.headers["Location"]))
    assert "Succeeded Test Token" in job
    assert "Hello Ada" in job
    with hub.world.db.unit() as session:
        row = session.scalars(select(Job)).one()
        assert (row.server_number, row.end_user_id, row.tool) == (None, None, "Test")


@pytest.mark.parametrize(
    "event, person, field, sentence",
    [
        ("{", "", "event", "This is not JSON (line 1)."),
        ("[1]", "", "event", "The event must be a JSON object"),
        ('{"nam": 1}', "", "event", "'nam' was unexpected"),
        ('{"name": "x"}', "nobody@acme.example", "person", "No active end user has this"),
        ('{"name": "' + "x" * 100_000 + '"}', "", "event", "at most 100,000 characters"),
    ],
    ids=["no JSON", "a list", "other parameters", "nobody", "too long"],
)
def test_what_is_wrong_stands_at_its_field(
    hub: Hub, event: str, person: str, field: str, sentence: str
) -> None:
    write(hub, CALLED)

    answer = post(hub, event, person)

    assert answer.status_code == 422
    assert sentence in field_error(answer, field)
    assert event[:20] in answer.text.replace("&#34;", '"')


def test_an_event_that_nothing_fires_is_written_by_hand(hub: Hub) -> None:
    """What the trigger declares and pills read is there to begin with, or what its stub says."""
    write(hub, EVENT)
    browser = hub.browser("builder")
    page = text_of(browser.get("/recipes/1/test")).replace("&#34;", '"')
    assert 'Trigger event { "id": 1, "by": "by" }' in page
    assert "Nothing here fires its trigger" in page

    shown = text_of(browser.get(post(hub, '{"id": 7, "by": "Ada"}').headers["Location"]))
    assert "Order 7 of Ada" in shown

    write(hub, EVENT, stubs=[{"step": "order", "output": {"id": 9}}])
    assert '"id": 9' in text_of(browser.get("/recipes/1/test")).replace("&#34;", '"')


def test_a_failure_is_a_job_too(hub: Hub) -> None:
    write(hub, recipe(action("py_eval", "invoke_custom_py_code", code="x")))

    answer = post(hub, "{}")

    assert answer.status_code == 303
    page = text_of(hub.browser("builder").get(answer.headers["Location"]))
    assert "Failed Test Token" in page
    assert "Step 2 has no stub" in page


@pytest.mark.requirement("EDIT-24")
def test_what_a_person_lacks_is_connected_on_the_page_of_the_job(hub: Hub) -> None:
    browser, at = hub.browser("builder"), "/recipes/2/test"
    assert '<option value="ada@acme.example">Ada</option>' in browser.get(at).text
    ran = browser.post(at, at, event="{}", person="ada@acme.example", environment="1")
    job = ran.headers["Location"]
    assert "Connect Coupa for Ada" in text_of(browser.get(job))
    assert "Repeat job" not in text_of(browser.get(job)), "it never began"

    gone = browser.post(f"{job}/connect", job, connection_id="2")
    asked = urlsplit(gone.headers["Location"])
    assert asked.geturl().startswith(f"{COUPA_ORIGIN}/oauth2/authorizations/new?")
    state = parse_qs(asked.query)["state"][0]
    back = hub.browser().get(f"/oauth/callback?code=c&state={state}")
    assert back.headers["Location"] == f"{ORIGIN}{job}"

    page = browser.get(job)
    assert "What they lacked is connected now: test the recipe again." in text_of(page)
    assert f'{at}?person=ada@acme.example"' in page.text.replace("%40", "@")
    with hub.world.db.unit() as session:
        (own,) = session.scalars(select(Connection).where(Connection.parent_id == 2))
        assert (own.end_user_id, own.environment_id, own.connected) == ("eu-ada", 1, True)
    assert browser.post(f"{job}/connect", job, connection_id="2").headers["Location"].endswith(job)
