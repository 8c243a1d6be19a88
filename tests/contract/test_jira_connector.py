"""Jira's connector: what each action asks the API for."""

from typing import Any

import pytest

from simulator.connectors.content import read_content
from simulator.errors import FieldError
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
    body = {"json": request.json} if request.body is None else {"data": request.body}
    answer = jira.api(request.method, f"{path}?{query}", headers=dict(request.headers), **body)
    assert answer.status_code < 300, answer.text
    sent = answer.get_json() if answer.is_json else None
    given = action.output(read_content(answer.data) if action.takes_content else sent)
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
        *("search_issues", "get_changelog", "update_comment", "search_assignable_users"),
        *("get_object_schema", "upload_attachment", "get_attachment"),
    }


@pytest.mark.requirement("JIRA-26")
def test_files_are_attached_to_issues_and_downloaded(jira: Jira) -> None:
    files = {"offer.txt": "Grüße", 'a"b.pdf': "%PDF\x00\xe9"}
    for name, text in files.items():
        new = {"issue": "BUY-1", "file_name": name, "file_content": text}
        made = run(jira, "upload_attachment", **new)
        assert made["list_size"] == 1
    there = run(jira, "get_issue", issue="BUY-1")["fields"]["attachment"]

    assert [each["filename"] for each in there] == ["offer.txt", "a_b.pdf"]
    assert (there[0]["size"], there[0]["author"]["displayName"]) == (7, "Ada Reyes")
    got = [run(jira, "get_attachment", attachment_uri=each["content"]) for each in there]
    assert [each["content"] for each in got] == [*files.values()]
    assert got[0]["size"] == 7
    site = "https://acme.atlassian.net/rest/api/3/attachment/content/"
    again = run(jira, "get_attachment", attachment_uri=f"{site}{there[0]['id']}?x=1")
    assert again["content"] == "Grüße"
    for uri in ("", "https://evil.example/x", f"{site}../../issue/BUY-1"):
        with pytest.raises(FieldError, match="needs the address"):
            CONNECTOR.actions["get_attachment"].request({"attachment_uri": uri})


@pytest.mark.requirement("JIRA-26")
def test_an_attachment_is_as_visible_as_its_issue(jira: Jira) -> None:
    own = {"project": "OPS", "issue_type": "Task", "summary": "Lamp"}
    key = run(jira, "create_issue", **own)["key"]
    new = {"issue": key, "file_name": "a.html", "file_content": "<script>"}
    number = run(jira, "upload_attachment", **new)["attachments"][0]["id"]
    path = f"/attachment/{number}"

    assert jira.api("GET", path).get_json()["filename"] == "a.html"
    contents = f"/attachment/content/{number}"
    answer = jira.api("GET", contents)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert jira.api("GET", "/attachment/meta").get_json()["enabled"] is True
    for method, place in (
        ("GET", path),
        ("GET", f"/attachment/content/{number}"),
        ("DELETE", path),
    ):
        assert jira.api(method, place, "bob").status_code == 404, place
    assert jira.api("GET", "/attachment/content/abc").status_code == 404
    upload = f"/issue/{key}/attachments"
    assert jira.api("POST", upload, data={}).status_code == 403, "a token against forgery is due"
    checked = {"X-Atlassian-Token": "no-check"}
    assert jira.api("POST", upload, headers=checked, data={}).status_code == 400
    assert jira.api("DELETE", path).status_code == 204
    assert jira.api("GET", path).status_code == 404
    run(jira, "upload_attachment", **new)
    assert jira.api("DELETE", f"/issue/{key}").status_code == 204, "with what is attached"


@pytest.mark.requirement("JIRA-26")
def test_people_to_assign_and_fields_are_told(jira: Jira) -> None:
    found = run(jira, "search_assignable_users", project="OPS", issueKey="OPS-1", query="reyes")
    schema = run(jira, "get_object_schema")

    assert [each["displayName"] for each in found["users"]] == ["Ada Reyes"]
    assert (schema["objectName"], schema["objectLabel"]) == ("issue", "Issue")
    (due,) = [each for each in schema["fields"] if each["fieldName"] == "duedate"]
    assert (due["fieldLabel"], due["mappedType"]) == ("Due date", "date")


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
