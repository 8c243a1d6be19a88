"""Jira Cloud: issues by JQL, read, created, commented and moved, as far as one may see them."""

from urllib.parse import urlencode

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.jira_world import KEYS_OF_ADA, Jira, demo, jira
from tests.contract.racing import RIVALS, race
from tests.postgres.plugin import SECRET_KEY

__all__ = ["demo", "jira"]  # the fixtures


@pytest.mark.requirement("JIRA-4")
def test_a_search_comes_in_pages_with_the_fields_that_are_named(jira: Jira) -> None:
    query = {"jql": "project = BUY", "maxResults": 1, "fields": ["summary", "assignee"]}

    first = jira.api("POST", "/search/jql", "bob", json=query).get_json()
    last = jira.api(
        "POST", "/search/jql", "bob", json=query | {"nextPageToken": first["nextPageToken"]}
    ).get_json()

    assert (first["isLast"], last["isLast"], "nextPageToken" in last) == (False, True, False)
    (issue,) = last["issues"]
    assert issue["key"] == "BUY-3"
    assert issue["fields"].keys() == {"summary", "assignee"}
    alone = jira.api("GET", "/search/jql?jql=key%3DBUY-3", "bob").get_json()
    assert alone["issues"] == [{"id": issue["id"]}]
    assert jira.api("GET", "/search/jql?jql=key%3DBUY-3&maxResults=x").status_code == 400


@pytest.mark.requirement("JIRA-4")
def test_two_people_see_different_issues_and_an_admin_sees_all(jira: Jira) -> None:
    mine = "assignee = currentUser()"
    assert set(jira.found(mine)) == set(KEYS_OF_ADA)
    assert set(jira.found(mine, "bob")) == {"BUY-3", "OPS-1"}
    assert len(jira.found("project in (BUY, OPS)", "priya")) == 6
    hidden = jira.api("GET", "/issue/BUY-3")
    missing = jira.api("GET", "/issue/BUY-99")
    assert (hidden.status_code, hidden.get_json()) == (404, missing.get_json())
    assert jira.api("GET", "/issue/BUY-3", "bob").get_json()["fields"]["status"]["name"] == "To Do"


@pytest.mark.requirement("JIRA-4")
def test_an_issue_is_created_commented_and_moved(jira: Jira) -> None:
    """In the name of the token's person; by key or id."""
    fields = {
        "project": {"key": "OPS"},
        "issuetype": {"name": "Task"},
        "summary": "New lamp",
        "description": "For the lab",
        "assignee": {"accountId": jira.account("bob")},
    }
    made = jira.api("POST", "/issue", json={"fields": fields})
    assert (made.status_code, made.get_json()["key"]) == (201, "OPS-3")
    number = made.get_json()["id"]

    comment = jira.api("POST", f"/issue/{number}/comment", "bob", json={"body": "On its way"})
    assert (comment.status_code, comment.get_json()["author"]["displayName"]) == (201, "Bob Tanaka")
    ways = jira.api("GET", f"/issue/{number}/transitions").get_json()["transitions"]
    done = next(each["id"] for each in ways if each["to"]["name"] == "Done")
    moved = jira.api("POST", "/issue/OPS-3/transitions", json={"transition": {"id": done}})
    assert (moved.status_code, moved.text) == (204, "")

    issue = jira.api("GET", "/issue/ops-3").get_json()["fields"]
    assert issue["status"]["statusCategory"]["key"] == "done"
    assert [each["body"] for each in issue["comment"]["comments"]] == ["On its way"]
    assert (issue["reporter"]["displayName"], issue["assignee"]["emailAddress"]) == (
        "Ada Reyes",
        "bob@acme.example",
    )


@pytest.mark.requirement("JIRA-4")
def test_each_wrong_field_of_a_new_issue_has_its_sentence(jira: Jira) -> None:
    fields = {"description": 7, "assignee": {"accountId": "nobody"}}

    answer = jira.api("POST", "/issue", json={"fields": fields})

    assert answer.status_code == 400
    assert answer.get_json()["errors"].keys() == {
        *("project", "issuetype", "summary", "description", "assignee"),
    }
    for body in (b"{", b"[]"):
        assert jira.api("POST", "/issue", data=body).status_code == 400
    assert jira.api("POST", "/issue/BUY-1/comment", json={"body": " "}).status_code == 400
    assert jira.api("POST", "/issue/BUY-1/transitions", json={}).status_code == 400


@pytest.mark.requirement("JIRA-4")
def test_projects_are_searched(jira: Jira) -> None:
    every = jira.api("GET", "/project/search?maxResults=1").get_json()
    assert (every["total"], every["isLast"], every["values"][0]["key"]) == (2, False, "BUY")
    some = jira.api("GET", "/project/search?query=office").get_json()
    assert [each["key"] for each in some["values"]] == ["OPS"]


@pytest.mark.requirement("JIRA-4")
def test_a_scope_that_lacks_is_told_with_401(jira: Jira) -> None:
    answer = jira.api("POST", "/issue", scope="read:jira-work", json={})

    assert answer.status_code == 401
    assert answer.get_json() == {"code": 401, "message": "Unauthorized; scope does not match"}


@pytest.mark.requirement("JIRA-4")
@pytest.mark.parametrize(
    "odd", [{"fields": 5}, {"fields": {"a": 1}}, {"jql": 5}, {"maxResults": 0}]
)
def test_an_odd_search_is_refused(jira: Jira, odd: dict[str, object]) -> None:
    """And a page that is always empty would never end."""
    answer = jira.api("POST", "/search/jql", json={"jql": "project = BUY", **odd})

    assert answer.status_code == 400
    assert answer.get_json()["errorMessages"]


@pytest.mark.requirement("JIRA-4")
def test_a_first_page_may_be_named_by_null(jira: Jira) -> None:
    """Many serializers send what is not set; names of fields may have blanks around them."""
    sent = {"jql": "project = BUY", "nextPageToken": None, "fields": None, "maxResults": None}
    query = urlencode({"jql": "key = BUY-1", "fields": "summary, status"})
    shown = jira.api("GET", f"/search/jql?{query}").get_json()["issues"][0]

    assert len(jira.api("POST", "/search/jql", json=sent).get_json()["issues"]) == 2
    assert shown["fields"].keys() == {"summary", "status"}


@pytest.mark.requirement("JIRA-4")
def test_a_project_is_searched_by_what_is_typed(jira: Jira) -> None:
    assert jira.api("GET", "/project/search?query=%25").get_json()["values"] == []


@pytest.mark.requirement("CORE-18")
def test_what_many_write_at_once_is_all_there(database_url: str) -> None:
    """Issues of one project, and comments on one issue, on either database."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        jira = Jira(simulator)
        new = {"project": {"key": "BUY"}, "issuetype": {"name": "Task"}, "summary": "One"}
        made = race(lambda _: jira.api("POST", "/issue", json={"fields": new}))
        comments = race(lambda n: jira.api("POST", "/issue/BUY-1/comment", json={"body": f"c{n}"}))
        issue = jira.api("GET", "/issue/BUY-1").get_json()

    assert {each.status_code for each in (*made, *comments)} == {201}
    assert len({each.get_json()["key"] for each in made}) == RIVALS
    stored = [each["body"] for each in issue["fields"]["comment"]["comments"]]
    assert {f"c{number}" for number in range(RIVALS)} <= set(stored)
    assert len({each.get_json()["id"] for each in comments}) == RIVALS
