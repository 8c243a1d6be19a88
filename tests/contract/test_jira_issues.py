"""Jira Cloud: which fields are answered, which can be set, and documents in version 3."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.contract.jira_world import Jira, demo, jira

__all__ = ["demo", "jira"]  # the fixtures

SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [
        {
            "type": "paragraph",
            "content": [
                {"type": "text", "text": "It flickers, says ", "marks": [{"type": "strong"}]},
                {"type": "mention", "attrs": {"id": "1", "text": "@Bob"}},
                {"type": "hardBreak"},
                {"type": "text", "text": "since noon."},
            ],
        },
        {
            "type": "bulletList",
            "content": [
                {
                    "type": "listItem",
                    "content": [
                        {"type": "paragraph", "content": [{"type": "text", "text": "lamp"}]}
                    ],
                }
            ],
        },
    ],
}
TEXT = "It flickers, says @Bob\nsince noon.\n\n* lamp"
NEW = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "New lamp"}
EVERY = {
    *("summary", "issuetype", "project", "description", "priority", "assignee", "reporter"),
    *("creator", "status", "resolution", "created", "updated", "comment", "labels"),
    *("components", "duedate", "subtasks", "attachment"),
}


def created(jira: Jira, version: int = 2, **fields: Any) -> Any:
    """The answer to a new issue."""
    return jira.api("POST", "/issue", version=version, json={"fields": NEW | fields})


def shown(jira: Jira, key: str, version: int = 2) -> dict[str, Any]:
    """The fields of an issue."""
    return dict(jira.api("GET", f"/issue/{key}", version=version).get_json()["fields"])


@pytest.mark.requirement("JIRA-12")
@pytest.mark.parametrize(
    "sent, fields",
    [
        ("*all", EVERY),
        ("*navigable", EVERY - {"comment"}),
        ("*all,-comment", EVERY - {"comment"}),
        ("-summary,-comment", EVERY - {"comment", "summary"}),
        ("*all, -description ,-status", EVERY - {"description", "status"}),
        ("summary,status,no-such-field", {"summary", "status"}),
        ("no-such-field", set()),
    ],
)
def test_fields_are_chosen_in_a_search_and_for_one_issue(
    jira: Jira, sent: str, fields: set[str]
) -> None:
    """As a text or as a list; a name that no field has is passed over, as Jira does."""
    query = {"jql": "key = BUY-1", "fields": sent}
    for answer in (
        jira.api("GET", f"/search/jql?{urlencode(query)}"),
        jira.api("POST", "/search/jql", json=query),
        jira.api("POST", "/search/jql", json=query | {"fields": sent.split(",")}),
    ):
        (issue,) = answer.get_json()["issues"]
        assert set(issue["fields"]) == fields
        assert issue["key"] == "BUY-1"
    one = jira.api("GET", f"/issue/BUY-1?{urlencode({'fields': sent})}").get_json()
    if not sent.startswith("-"):
        assert set(one["fields"]) == fields
    twice = jira.api("GET", "/issue/BUY-1?fields=summary&fields=status").get_json()
    assert set(twice["fields"]) == {"summary", "status"}


@pytest.mark.requirement("JIRA-12")
def test_what_is_usual_differs(jira: Jira) -> None:
    """A search without `fields` answers ids; one issue has all; a minus takes from those."""
    (alone,) = jira.api("POST", "/search/jql", json={"jql": "key = BUY-1"}).get_json()["issues"]
    but = jira.api("GET", "/issue/BUY-1?fields=-comment").get_json()["fields"]

    assert alone.keys() == {"id"}
    assert set(shown(jira, "BUY-1")) == EVERY
    assert set(but) == EVERY - {"comment"}


@pytest.mark.requirement("JIRA-12")
def test_expand_adds_what_it_names(jira: Jira) -> None:
    """What Jira does not know, it passes over; properties that nobody stored, too."""
    jira.api("PUT", "/issue/BUY-1", json={"fields": {"description": "a < b\nc\n\nd"}})
    names = "names,schema,transitions,renderedFields,colours"
    path = f"/issue/BUY-1?fields=summary,description&properties=a&expand={names}"
    one = jira.api("GET", path).get_json()
    search = {"jql": "key = BUY-1", "fields": ["summary"], "expand": "names,schema"}
    found = jira.api("POST", "/search/jql", json=search).get_json()

    assert one["names"] == {"summary": "Summary", "description": "Description"}
    assert one["schema"]["summary"] == {"type": "string", "system": "summary"}
    assert [each["name"] for each in one["transitions"]] == ["To Do", "In Progress", "Done"]
    assert one["renderedFields"]["description"] == "<p>a &lt; b<br/>c</p>\n<p>d</p>"
    assert found["names"] == {"summary": "Summary"}
    assert found["schema"].keys() == {"summary"}


@pytest.mark.requirement("JIRA-13")
@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("colour", "red", SCREEN.format("colour")),
        ("reporter", {"accountId": "1"}, SCREEN.format("reporter")),
        ("status", {"name": "Done"}, SCREEN.format("status")),
        ("summary", "two\nlines", "The summary is invalid because it contains newline characters."),
        ("summary", "x" * 256, "Summary can't exceed 255 characters."),
        ("summary", " ", "You must specify a summary of the issue."),
        ("summary", 7, "Operation value must be a string"),
        (
            "description",
            "x" * 32_768,
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
        ),
        ("description", DOCUMENT, "Operation value must be a string"),
        ("issuetype", {"name": "Saga"}, "The issue type selected is invalid."),
        ("issuetype", "Task", "The issue type selected is invalid."),
        ("priority", {"id": "9"}, "The priority selected is invalid."),
        ("project", {"key": "NIL"}, "Specify a valid project ID or key"),
        ("project", {"id": "BUY"}, "Specify a valid project ID or key"),
        ("project", "BUY", "Specify a valid project ID or key"),
        ("assignee", {"accountId": "nobody"}, "Specify a valid 'accountId' for assignee"),
        ("assignee", {"accountId": "bob@acme.example"}, "Specify a valid 'accountId' for assignee"),
        ("assignee", {"name": "bob"}, "Specify a valid 'accountId' for assignee"),
        ("assignee", {"accountId": 7}, "Specify a valid 'accountId' for assignee"),
        ("assignee", "bob", "data was not an object"),
    ],
)
def test_a_field_that_cannot_be_set_so_has_its_sentence(
    jira: Jira, name: str, value: object, sentence: str
) -> None:
    answer = jira.api("POST", "/issue", json={"fields": NEW | {name: value}})

    assert answer.status_code == 400
    assert answer.get_json() == {"errorMessages": [], "errors": {name: sentence}}
    assert jira.found("project = OPS") == ["OPS-2"]


@pytest.mark.requirement("JIRA-13")
def test_what_is_missing_is_told_field_by_field(jira: Jira) -> None:
    answer = jira.api("POST", "/issue", json={"fields": {}})

    assert answer.get_json()["errors"] == {
        "project": "Specify a valid project ID or key",
        "issuetype": "Specify an issue type",
        "summary": "You must specify a summary of the issue.",
    }


@pytest.mark.requirement("JIRA-13")
@pytest.mark.parametrize(
    "body, sentence",
    [
        ({"fields": []}, "'fields' must be a JSON object."),
        ([1], "The body must be a JSON object."),
        ({"fields": NEW | {"summary": "a\0b"}}, "A text has a NUL character (U+0000)"),
        ({"update": "x"}, "'update' must be a JSON object."),
    ],
)
def test_a_body_of_another_shape_is_refused(jira: Jira, body: object, sentence: str) -> None:
    answer = jira.api("POST", "/issue", json=body)

    assert answer.status_code == 400
    assert sentence in answer.get_json()["errorMessages"][0]


@pytest.mark.requirement("JIRA-13")
def test_project_type_and_priority_go_by_id_as_well(jira: Jira) -> None:
    ids: dict[str, Any] = {
        "project": {"id": "10001"},
        "issuetype": {"id": 10002},
        "priority": {"id": "2"},
    }

    answer = created(jira, **ids, assignee={"id": jira.account("bob")})

    assert answer.status_code == 201, answer.text
    issue = shown(jira, answer.get_json()["key"])
    assert (issue["project"]["key"], issue["issuetype"]["name"]) == ("OPS", "Bug")
    assert (issue["priority"]["name"], issue["assignee"]["displayName"]) == ("High", "Bob Tanaka")


@pytest.mark.requirement("JIRA-14")
def test_an_issue_is_edited_and_assigned(jira: Jira) -> None:
    """By fields and by operations; null assigns to nobody."""
    sent = {
        "fields": {"summary": "Desks", "priority": {"name": "Low"}},
        "update": {
            "description": [{"set": "All four."}],
            "comment": [{"add": {"body": "Looked at it."}}],
        },
    }
    answer = jira.api("PUT", "/issue/BUY-1", json=sent)
    assert (answer.status_code, answer.text) == (204, "")
    issue = shown(jira, "BUY-1")
    assert (issue["summary"], issue["description"]) == ("Desks", "All four.")
    assert issue["priority"]["name"] == "Low"
    assert [each["body"] for each in issue["comment"]["comments"]] == ["Looked at it."]
    shown_at_once = jira.api("PUT", "/issue/BUY-1?returnIssue=true", json={"fields": {}})
    assert shown_at_once.get_json()["fields"]["summary"] == "Desks"

    bob = {"accountId": jira.account("bob")}
    assert jira.api("PUT", "/issue/BUY-2/assignee", json=bob).status_code == 204
    assert shown(jira, "BUY-2")["assignee"]["displayName"] == "Bob Tanaka"
    for nobody in ({"accountId": None}, {"accountId": "-1"}):
        assert jira.api("PUT", "/issue/BUY-2/assignee", json=nobody).status_code == 204
        assert shown(jira, "BUY-2")["assignee"] is None
    assert jira.found("assignee = EMPTY") == ["BUY-2"]


@pytest.mark.requirement("JIRA-14")
@pytest.mark.parametrize(
    "sent, errors",
    [
        ({"fields": {"project": {"key": "OPS"}}}, {"project": SCREEN.format("project")}),
        (
            {"update": {"votes": [{"add": "a"}, {"add": "b"}]}},
            {"votes": SCREEN.format("votes")},
        ),
        (
            {"fields": {"summary": "a"}, "update": {"summary": [{"set": "b"}]}},
            {"summary": "Field 'summary' cannot appear in both 'fields' and 'update'"},
        ),
        (
            {"update": {"summary": [{"add": "b"}]}},
            {"summary": "Field with id 'summary' and operation 'add' is not allowed"},
        ),
        ({"update": {"votes": [{"add": "b"}]}}, {"votes": SCREEN.format("votes")}),
        (
            {"update": {"summary": {"set": "b"}}},
            {"summary": "Operations must be a list of objects with one operation each."},
        ),
        (
            {"update": {"comment": [{"add": {"body": ""}}]}},
            {"comment": "Comment body can not be empty!"},
        ),
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(
    jira: Jira, sent: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = jira.api("PUT", "/issue/BUY-1", json=sent)

    assert (answer.status_code, answer.get_json()["errors"]) == (400, errors)
    assert shown(jira, "BUY-1")["summary"] == "Standing desks arrived without cable trays"


@pytest.mark.requirement("JIRA-14")
def test_only_who_sees_an_issue_changes_it_and_only_with_the_scope(jira: Jira) -> None:
    for method, path in (("PUT", ""), ("PUT", "/assignee"), ("POST", "/transitions")):
        hidden = jira.api(method, f"/issue/BUY-3{path}", json={"accountId": None})
        assert hidden.status_code == 404, path
        lacking = jira.api(method, f"/issue/BUY-1{path}", scope="read:jira-work", json={})
        assert lacking.status_code == 401, path
    assert jira.api("PUT", "/issue/BUY-1/assignee", json={}).status_code == 400


@pytest.mark.requirement("JIRA-14")
def test_a_transition_takes_a_comment_and_no_field(jira: Jira) -> None:
    comment = {"comment": [{"add": {"body": "Arrived."}}]}
    moved = {"transition": {"id": 31}, "update": comment, "fields": {}}
    assert jira.api("POST", "/issue/BUY-1/transitions", json=moved).status_code == 204
    issue = shown(jira, "BUY-1")
    assert (issue["status"]["name"], issue["resolution"]["name"]) == ("Done", "Done")
    assert [each["body"] for each in issue["comment"]["comments"]] == ["Arrived."]

    wrong = moved | {"fields": {"resolution": {"name": "Done"}, "summary": "b"}}
    answer = jira.api("POST", "/issue/BUY-1/transitions", json=wrong)
    assert answer.get_json()["errors"] == {
        name: SCREEN.format(name) for name in ("resolution", "summary")
    }
    unknown = jira.api("POST", "/issue/BUY-1/transitions", json={"transition": {"id": "99"}})
    assert unknown.get_json()["errorMessages"] == [
        "Transition id '99' is not valid for this issue."
    ]
    (one,) = jira.api("GET", "/issue/BUY-1/transitions?transitionId=31").get_json()["transitions"]
    assert one["to"]["name"] == "Done"


@pytest.mark.requirement("JIRA-14")
def test_comments_are_listed_in_pages(jira: Jira) -> None:
    for number in range(3):
        jira.api("POST", "/issue/BUY-1/comment", json={"body": f"c{number}"})

    page = jira.api("GET", "/issue/BUY-1/comment?startAt=1&maxResults=1").get_json()
    newest = jira.api("GET", "/issue/BUY-1/comment?orderBy=-created").get_json()["comments"]

    assert (page["total"], [each["body"] for each in page["comments"]]) == (3, ["c1"])
    assert [each["body"] for each in newest] == ["c2", "c1", "c0"]
    number = newest[0]["id"]
    assert jira.api("GET", f"/issue/BUY-1/comment/{number}").get_json()["body"] == "c2"
    assert jira.api("GET", "/issue/BUY-1/comment/7").status_code == 404
    assert jira.api("GET", "/issue/BUY-1/comment?orderBy=age").status_code == 400
    assert jira.api("GET", "/issue/BUY-3/comment").status_code == 404


@pytest.mark.requirement("JIRA-15")
def test_version_3_has_documents_where_version_2_has_text(jira: Jira) -> None:
    """One issue in two shapes: what people read of a document is stored."""
    key = created(jira, 3, description=DOCUMENT).get_json()["key"]
    made = jira.api("POST", f"/issue/{key}/comment", version=3, json={"body": DOCUMENT})
    assert (made.status_code, made.get_json()["body"]["type"]) == (201, "doc")

    assert shown(jira, key)["description"] == TEXT
    assert shown(jira, key)["comment"]["comments"][0]["body"] == TEXT
    assert shown(jira, key, 3)["description"]["content"] == [
        {
            "type": "paragraph",
            "content": [
                {"type": "text", "text": "It flickers, says @Bob"},
                {"type": "hardBreak"},
                {"type": "text", "text": "since noon."},
            ],
        },
        {"type": "paragraph", "content": [{"type": "text", "text": "* lamp"}]},
    ]
    again = {"fields": {"description": shown(jira, key, 3)["description"]}}
    assert jira.api("PUT", f"/issue/{key}", version=3, json=again).status_code == 204
    assert shown(jira, key)["description"] == TEXT
    assert shown(jira, "BUY-2", 3)["description"] is None
    one = jira.api("GET", f"/issue/{key}", version=3).get_json()
    assert "/rest/api/3/issue/" in one["self"]
    search = {"jql": f"key = {key}", "fields": ["description"]}
    (found,) = jira.api("POST", "/search/jql", version=3, json=search).get_json()["issues"]
    assert found["fields"]["description"]["version"] == 1


@pytest.mark.requirement("JIRA-15")
@pytest.mark.parametrize(
    "odd",
    [
        "plain text",
        {"type": "doc"},
        {"type": "doc", "version": 2, "content": []},
        {"type": "paragraph", "version": 1, "content": []},
        {"type": "doc", "version": 1, "content": "text"},
        {"type": "doc", "version": 1, "content": ["text"]},
        {"type": "doc", "version": 1, "content": [{"type": "carousel"}]},
        {"type": "doc", "version": 1, "content": [{"type": "text", "text": 7}]},
    ],
)
def test_what_is_no_document_is_refused_in_version_3(jira: Jira, odd: object) -> None:
    sentence = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"

    assert created(jira, 3, description=odd).get_json()["errors"] == {"description": sentence}
    comment = jira.api("POST", "/issue/BUY-1/comment", version=3, json={"body": odd})
    assert comment.get_json()["errors"] == {"comment": sentence}


@pytest.mark.requirement("JIRA-15")
def test_a_document_that_nests_without_end_is_refused(jira: Jira) -> None:
    odd: dict[str, Any] = {"type": "paragraph"}
    for _ in range(60):
        odd = {"type": "blockquote", "content": [odd]}

    answer = created(jira, 3, description={"type": "doc", "version": 1, "content": [odd]})

    assert answer.status_code == 400
