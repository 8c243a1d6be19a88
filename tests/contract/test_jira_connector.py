"""Jira's connector: what each action asks the API for."""

from typing import Any

import pytest

from simulator.systems.apps.jira.connector import CONNECTOR
from tests.contract.jira_world import Jira, demo, jira
from tests.contract.known_outputs import find_missing

__all__ = ["demo", "jira"]  # the fixtures


def run(jira: Jira, name: str, **inputs: Any) -> Any:
    """The output of an action, run as Ada."""
    action = CONNECTOR.actions[name]
    request = action.request(inputs)
    path = request.path.removeprefix("/rest/api/2")
    query = "&".join(f"{key}={value}" for key, value in request.params.items())
    answer = jira.api(request.method, f"{path}?{query}", json=request.json)
    assert answer.status_code < 300, answer.text
    given = action.output(answer.get_json() if answer.text else None)
    if name in CONNECTOR.outputs:
        assert list(find_missing(CONNECTOR, name, inputs, given)) == [], name
    return given


@pytest.mark.requirement("EDIT-11")
@pytest.mark.requirement("JIRA-21")
def test_each_action_does_at_the_api_what_its_name_says(jira: Jira) -> None:
    bob = jira.account("bob")
    new = {"project": "OPS", "issue_type": "Bug", "summary": "Lamp", "priority": "High"}
    plan: dict[str, Any] = {"labels": ["lamp"], "due_date": "2026-09-30"}
    key = run(jira, "create_issue", **new, **plan, assignee=bob)["key"]
    run(jira, "update_issue", issue=key, summary="Lamps", description=None)
    run(jira, "create_comment", issue=key, body="Two of them")
    run(jira, "update_issue_status", issue=key, transition="21")

    fields = run(jira, "get_issue", issue=key)["fields"]
    assert (fields["summary"], fields["priority"]["name"]) == ("Lamps", "High")
    assert (fields["status"]["name"], fields["assignee"]["accountId"]) == ("In Progress", bob)
    assert (fields["labels"], fields["duedate"]) == (["lamp"], "2026-09-30")
    changed = run(jira, "get_changelog", issue=key)["values"]
    assert [each["items"][0]["field"] for each in changed] == ["summary", "status"]
    ada = run(jira, "find_user", query="reyes")["users"][0]["accountId"]
    run(jira, "assign_issue", issue=key, assignee=ada)
    comments = run(jira, "get_issue_comments", issue=key, maxResults=1)["comments"]
    assert [each["body"] for each in comments] == ["Two of them"]
    run(jira, "create_comment", issue=key, body="Four")
    changed = run(jira, "update_comment", issue=key, comment_id=comments[0]["id"], body="Three")
    assert changed["body"] == "Three"
    found = run(jira, "search_issues_by_JQL", jql=f"key={key} and assignee=currentUser()")
    assert len(found["issues"]) == 1


@pytest.mark.requirement("EDIT-21")
def test_project_and_type_of_a_new_issue_may_be_one_input(jira: Jira) -> None:
    for given in ({"project_issuetype": "OPS--Bug"}, {"project_issuetype": "OPS : Bug"}):
        key = run(jira, "create_issue", **given, summary="Lamp", description=None)["key"]
        fields = run(jira, "get_issue", issue=key)["fields"]
        assert (fields["project"]["key"], fields["issuetype"]["name"]) == ("OPS", "Bug")


@pytest.mark.requirement("JIRA-21")
def test_every_action_is_one_of_those() -> None:
    """A new one needs its line above."""
    assert set(CONNECTOR.actions) == {
        *("search_issues_by_JQL", "get_issue", "create_issue", "update_issue", "assign_issue"),
        *("get_issue_comments", "find_user", "create_comment", "update_issue_status"),
        *("search_issues", "get_changelog", "update_comment"),
    }


@pytest.mark.requirement("PKG-68")
def test_issues_are_searched_by_what_their_fields_have(jira: Jira) -> None:
    new = {"project": "OPS", "issue_type": "Bug", "summary": "Lamp of the hall"}
    key = run(jira, "create_issue", **new, description='It says "Off"')["key"]

    by_words = run(jira, "search_issues", Description="says", project="OPS", assignee=None)
    limited = run(jira, "search_issues", project="OPS", maxResults=1)
    none = run(jira, "search_issues", summary="Lamp", project="BUY")

    assert [each["key"] for each in by_words["issues"]] == [key]
    assert by_words["issues"][0]["fields"]["summary"] == "Lamp of the hall"
    assert len(limited["issues"]) == 1
    assert none["issues"] == []
