"""A form that is sent twice is done once; an address of something deleted says so and leads on."""

import re
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from simulator.db.tables import LookupTable, McpServer, McpTool, PostedPage, Role, Tag
from tests.contract.aihub_world import Hub, HubBrowser, hub, text_of
from tests.contract.custom_roles import give_everywhere

__all__ = ["hub"]  # the fixture
TABLES = "/tools/lookup_tables"
NEW = f"{TABLES}/new"


def fill_in(browser: HubBrowser, page: str, **fields: Any) -> dict[str, Any]:
    """What the browser sends when the last form of a page is filled in so."""
    form = browser.get(page).text.rpartition("<form")[2]
    return dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', form)) | fields


def send(browser: HubBrowser, path: str, form: dict[str, Any]) -> TestResponse:
    """Send it, as a browser does."""
    return browser.http.post(path, data=form, headers={"Accept": "text/html"})


def count(hub: Hub, table: type[Any]) -> int:
    """How many rows there are."""
    with hub.world.db.unit() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.requirement("PAGE-9")
def test_a_form_sent_twice_is_done_once_and_leads_to_the_same_page(hub: Hub) -> None:
    browser = hub.browser("builder")
    form = fill_in(browser, NEW, name="Rates", columns="Code")
    cookies = dict(browser.http._cookies or {})  # both are sent before anything is answered

    first = send(browser, NEW, form)
    browser.http._cookies = cookies
    second = send(browser, NEW, form)

    assert second.headers["Location"] == first.headers["Location"] == f"{TABLES}/1"
    assert "Created the lookup table 'Rates'." in text_of(browser.get(f"{TABLES}/1"))
    assert count(hub, LookupTable) == 1

    question = f"{TABLES}/1/delete"
    sure = fill_in(browser, question)
    for _ in range(2):
        assert send(browser, question, sure).headers["Location"] == TABLES
        assert "Deleted the lookup table 'Rates'." in text_of(browser.get(TABLES))


@pytest.mark.requirement("PAGE-9")
def test_a_form_that_is_being_done_is_waited_for(hub: Hub) -> None:
    """As the creation of a proxy server, which asks the external server on the way."""
    browser = hub.browser("builder")
    form = fill_in(browser, NEW, name="Rates", columns="Code")
    first = send(browser, NEW, form)
    _set_status(hub, 0)
    answers: list[TestResponse] = []
    second = Thread(target=lambda: answers.append(send(browser, NEW, form)))

    second.start()
    second.join(0.2)
    assert not answers
    _set_status(hub, 303)
    second.join(10)

    assert [each.headers["Location"] for each in answers] == [first.headers["Location"]]
    assert count(hub, LookupTable) == 1


def _set_status(hub: Hub, status: int) -> None:
    with hub.world.db.unit() as session:
        session.scalars(select(PostedPage)).one().status = status


@pytest.mark.requirement("PAGE-9")
def test_what_is_meant_anew_is_done(hub: Hub) -> None:
    browser, other = hub.browser("builder"), hub.browser("admin")
    form = fill_in(browser, NEW, name="", columns="Code")

    assert send(browser, NEW, form).status_code == 303  # to the page that says what is wrong
    assert count(hub, LookupTable) == 0
    for number, changed in enumerate(
        (
            {"name": "Rates"},  # corrected on the very same page
            {"name": "Other rates"},
            fill_in(browser, NEW, name="Rates"),  # opened again
        ),
        1,
    ):
        assert send(browser, NEW, form | changed).headers["Location"] == f"{TABLES}/{number}"
    own = fill_in(other, NEW, name="Rates", columns="Code") | {"once": form["once"]}
    assert send(other, NEW, own).headers["Location"] == f"{TABLES}/4"
    hub.world.clock.travel(timedelta(minutes=6))
    assert send(browser, NEW, form | {"name": "Rates"}).headers["Location"] == f"{TABLES}/5"


@pytest.mark.requirement("PAGE-9")
def test_whoever_signs_out_twice_is_told_of_no_loss(hub: Hub) -> None:
    browser = hub.browser("builder")
    form = fill_in(browser, NEW)
    cookies = dict(browser.http._cookies or {})

    for _ in range(2):
        browser.http._cookies = dict(cookies)
        left = send(browser, "/users/sign_out", form)
        assert "nothing was saved" not in browser.get(left.headers["Location"]).text


@pytest.mark.requirement("PAGE-9")
def test_what_could_not_be_stored_is_not_said_to_be_saved(hub: Hub) -> None:
    browser = hub.browser("builder")
    form = fill_in(browser, "/tools/connector_sdk/new", title="Mine", code="{}")
    at = send(browser, "/tools/connector_sdk/new", form).headers["Location"] + "/settings"
    form = fill_in(browser, at, title="Mine", description="a\0b")

    for _ in range(2):
        page = send(browser, at, form)

        assert page.status_code == 400
        assert "A text has a NUL character" in text_of(page)
        assert "Saved." not in page.text


@pytest.mark.requirement("PAGE-10")
def test_an_address_of_something_deleted_says_who_deleted_it_and_leads_on(hub: Hub) -> None:
    browser, other = hub.browser("builder"), hub.browser("owner")
    browser.post("/tags/new", "/tags/new", title="Old")
    with hub.world.db.unit() as session:
        at = f"/tags/{session.scalars(select(Tag.handle)).one()}"
    stale = fill_in(other, f"{at}/delete")
    browser.post(f"{at}/delete", f"{at}/delete")

    for page in (browser.get(at), browser.get(f"{at}/delete")):
        assert page.status_code == 404
        assert re.search(r"You deleted the tag 'Old' on .* UTC\. Go to Tags", text_of(page))
        assert 'href="/tags"' in page.text
    answer = other.http.post(f"{at}/delete", data=stale)
    assert (answer.status_code, "Builder deleted the tag 'Old'" in text_of(answer)) == (404, True)
    assert "deleted the tag" not in hub.browser("stranger").get(at).text


@pytest.mark.requirement("PAGE-10")
def test_whoever_sees_some_projects_alone_is_told_of_no_other_deletion(hub: Hub) -> None:
    owner, builder = hub.browser("owner"), hub.browser("builder")
    new = "/workspace_admin/roles/new"
    some = {"access": "some", "projects": ["1"], "privileges": ["Recipes: read"]}
    assert owner.post(new, new, name="Reader", **some).status_code == 303
    at = "/recipes/3/delete"
    with hub.world.db.unit() as session:
        session.execute(delete(McpTool))
        role = session.scalars(select(Role)).one()
    assert owner.post(at, at).status_code == 303
    assert "Owner deleted the recipe 'Recipe 3'" in text_of(builder.get("/recipes/3"))

    give_everywhere(hub.world, 3, role)

    page = builder.get("/recipes/3")
    assert (page.status_code, "Recipe 3" in page.text) == (404, False)


@pytest.mark.requirement("PAGE-10")
def test_a_part_of_something_leads_to_that_and_a_wrong_address_to_the_list(hub: Hub) -> None:
    browser = hub.browser("owner")
    for path, link in (
        ("/recipes/3/versions/99/restore", 'href="/recipes/3">Go to the recipe'),
        ("/recipes/99/versions", 'href="/projects">Go to Projects'),
        ("/ai_hub/mcp/mcps-none/overview", 'href="/ai_hub/mcp">Go to MCP servers'),
        ("/workspace_admin/groups/none/members", ">Go to End-user groups"),
    ):
        page = browser.get(path)
        assert (page.status_code, link in page.text) == (404, True), page.text
    assert "Go to AI Hub" in browser.get("/nowhere").text


@pytest.mark.requirement("PAGE-10")
def test_a_refused_form_leads_back_to_its_page_as_it_is_now(hub: Hub) -> None:
    browser = hub.browser("owner")
    at = "/ai_hub/mcp/new/scratch"

    refused = browser.http.post(
        at, data={"csrf_token": "old"}, headers={"Referer": f"http://localhost{at}?posted=x&a=1"}
    )

    assert refused.status_code == 400
    assert f'href="{at}?a=1">Go back to the form' in refused.text
    assert count(hub, McpServer) == 2
