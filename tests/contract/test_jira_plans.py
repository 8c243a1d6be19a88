"""Jira Cloud: labels, components, due dates, parents and the changelog of an issue."""

from pathlib import Path
from typing import Any

import pytest

from simulator.errors import ScenarioError
from simulator.sandbox.simulator import Simulator
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.settings import Settings
from simulator.systems.apps.jira.tables import JiraComponent
from tests.contract.jira_world import Jira, demo, jira

__all__ = ["demo", "jira"]  # the fixtures

NEW = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Planned"}
PLAN = {
    "labels": ["Quick", "lamp"],
    "duedate": "2026-09-30",
    "components": [{"name": "Building"}],
    "priority": {"name": "High"},
}


@pytest.fixture
def planned(jira: Jira) -> Jira:
    """A site whose project OPS has two components."""
    with jira.simulator.world.db.unit() as session:
        own = {"project_id": project(jira, "OPS")}
        session.add_all([JiraComponent(id=n, name=name, **own) for n, name in PARTS.items()])
    return jira


PARTS = {10: "Building", 11: "Garden"}


def project(jira: Jira, key: str) -> int:
    """The number of a project."""
    return int(jira.api("GET", f"/project/{key}").get_json()["id"])


def created(jira: Jira, **fields: Any) -> str:
    """The key of a new issue."""
    answer = jira.api("POST", "/issue", json={"fields": NEW | fields})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["key"])


def shown(jira: Jira, key: str) -> dict[str, Any]:
    """The fields of an issue."""
    return dict(jira.api("GET", f"/issue/{key}").get_json()["fields"])


def edit(jira: Jira, key: str, **body: Any) -> None:
    """Change an issue."""
    answer = jira.api("PUT", f"/issue/{key}", json=body)
    assert answer.status_code == 204, answer.text


def found(jira: Jira, query: str) -> list[str]:
    """The keys that a query finds."""
    body = {"jql": query, "fields": ["labels", "components", "parent", "subtasks"]}
    answer = jira.api("POST", "/search/jql", json=body)
    assert answer.status_code == 200, answer.text
    return [each["key"] for each in answer.get_json()["issues"]]


@pytest.mark.requirement("JIRA-22")
def test_an_issue_is_created_and_edited_with_labels_components_and_a_due_date(
    planned: Jira,
) -> None:
    """As a whole, and by the operations add, remove and set."""
    key = created(planned, **PLAN)
    before = shown(planned, key)
    edit(
        planned,
        key,
        update={
            "labels": [{"add": "slow"}, {"remove": "lamp"}, {"add": "slow"}],
            "components": [{"add": {"id": "11"}}, {"remove": {"name": "Building"}}],
        },
        fields={"duedate": "2026-10-01"},
    )
    after = shown(planned, key)
    edit(planned, key, fields={"labels": [], "components": [], "duedate": None})
    empty = shown(planned, key)

    assert (before["labels"], before["duedate"]) == (["Quick", "lamp"], "2026-09-30")
    assert ([each["name"] for each in before["components"]], before["priority"]["name"]) == (
        ["Building"],
        "High",
    )
    assert (after["labels"], after["duedate"]) == (["Quick", "slow"], "2026-10-01")
    assert [each["id"] for each in after["components"]] == ["11"]
    assert (empty["labels"], empty["components"], empty["duedate"]) == ([], [], None)


@pytest.mark.requirement("JIRA-22")
@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("labels", ["two words"], "The label 'two words' contains spaces which is invalid."),
        ("labels", "lamp", "data was not an array"),
        ("labels", [1], "string expected at index 0"),
        ("labels", ["x" * 256], "exceeds the maximum length for a single label of 255"),
        ("labels", ["x"] * 101, "The list has more than 100 values."),
        ("components", [{"name": "Roof"}], "Component name 'Roof' is not valid"),
        ("components", ["Building"], "expected 'id' or 'name' property"),
        ("duedate", "tomorrow", "Operation value must be a string in the format 'yyyy-MM-dd'"),
        ("duedate", "2026-02-30", "Operation value must be a string in the format 'yyyy-MM-dd'"),
        ("parent", {"key": "OPS-99"}, "Could not find issue by id or key."),
        ("parent", "OPS-1", "expected 'key' or 'id' property"),
        ("parent", {"key": "BUY-1"}, "does not belong to appropriate hierarchy"),
        ("issuetype", {"name": "Subtask"}, "parent issue key or id not specified"),
    ],
)
def test_a_plan_that_cannot_be_is_told_field_by_field(
    planned: Jira, field: str, value: Any, sentence: str
) -> None:
    for answer in (
        planned.api("POST", "/issue", json={"fields": NEW | {field: value}}),
        planned.api("PUT", "/issue/OPS-2", json={"fields": {field: value}}),
    ):
        assert answer.status_code == 400
        assert sentence in answer.get_json()["errors"]["parent" if field == "issuetype" else field]
    assert planned.api(
        "PUT", "/issue/OPS-2", json={"update": {"labels": [{"add": "a b"}]}}
    ).get_json()["errors"] == {"labels": "The label 'a b' contains spaces which is invalid."}


@pytest.mark.requirement("JIRA-22")
def test_an_epic_has_issues_and_an_issue_has_subtasks(planned: Jira) -> None:
    """Each tells of the other; who may not see one is not told of it."""
    epic = created(planned, issuetype={"name": "Epic"})
    task = created(planned, parent={"key": epic})
    part = created(planned, issuetype={"id": "10005"}, parent={"key": task})
    bob = planned.api("GET", "/user/search?query=bob").get_json()[0]["accountId"]
    planned.api("PUT", f"/issue/{task}/assignee", json={"accountId": bob})

    assert shown(planned, task)["parent"]["key"] == epic
    assert [each["key"] for each in shown(planned, task)["subtasks"]] == [part]
    assert shown(planned, part)["parent"]["fields"]["issuetype"]["hierarchyLevel"] == 0
    assert shown(planned, epic)["subtasks"] == []
    of_bob = planned.api("GET", f"/issue/{task}", who="bob").get_json()["fields"]
    assert ("parent" in of_bob, of_bob["subtasks"]) == (False, [])
    refused = planned.api("PUT", f"/issue/{epic}", json={"fields": {"parent": {"key": task}}})
    assert "appropriate hierarchy" in refused.get_json()["errors"]["parent"]
    edit(planned, task, fields={"parent": None})
    assert "parent" not in shown(planned, task)


@pytest.mark.requirement("JIRA-23")
def test_plans_are_searched_for(planned: Jira) -> None:
    epic = created(planned, issuetype={"name": "Epic"}, labels=["quick"])
    task = created(planned, **PLAN, parent={"key": epic})
    late = created(planned, duedate="2026-12-01", components=[{"name": "Garden"}])
    own = "reporter = currentUser() AND summary ~ Planned AND "

    for query, keys in {
        "labels = QUICK": [epic, task],
        "labels in (lamp, never)": [task],
        "labels = never": [],
        "labels != lamp": [epic],
        "labels is EMPTY": [late],
        "labels is not EMPTY ORDER BY duedate DESC": [epic, task],
        'component = "building"': [task],
        "component in (10, Garden)": [task, late],
        "component is EMPTY": [epic],
        f"parent = {epic}": [task],
        "parent is EMPTY": [epic, late],
        "due < 2026-10-01": [task],
        "duedate >= '2026-10-01'": [late],
        "due = 2026-09-30": [task],
        "due is EMPTY": [epic],
        "due <= endOfYear()": [],
    }.items():
        if "endOfYear" in query:
            assert planned.api("POST", "/search/jql", json={"jql": query}).status_code == 200
            continue
        assert sorted(found(planned, own + query)) == sorted(keys), query
    for query, sentence in {
        "component = Roof": "The value 'Roof' does not exist for the field 'component'.",
        "parent = OPS-99": "An issue with key 'OPS-99' does not exist for field 'parent'.",
        "labels ~ x": "The operator '~' is not supported by the 'labels' field.",
        "labels = now()": "Unable to find JQL function 'now()'",
        "key = OPS-2 ORDER BY labels": "Not able to sort using field 'labels'.",
    }.items():
        answer = planned.api("POST", "/search/jql", json={"jql": query})
        assert sentence in answer.get_json()["errorMessages"][0]


@pytest.mark.requirement("JIRA-24")
def test_the_changelog_tells_who_made_what_of_an_issue(planned: Jira) -> None:
    key = created(planned, **PLAN)
    edit(planned, key, fields={"labels": ["slow"], "summary": "Changed", "duedate": "2026-09-30"})
    edit(planned, key, fields={"summary": "Changed"})  # which changes nothing
    planned.api("POST", f"/issue/{key}/transitions", json={"transition": {"id": "31"}})

    page = planned.api("GET", f"/issue/{key}/changelog").get_json()
    first, second = page["values"]
    with_issue = planned.api("GET", f"/issue/{key}?expand=changelog").get_json()["changelog"]

    assert (page["total"], page["isLast"]) == (2, True)
    assert first["author"]["emailAddress"] == "ada@acme.example"
    assert first["items"] == [
        item("summary", None, "Planned", None, "Changed"),
        item("labels", None, "Quick lamp", None, "slow"),
    ]
    assert second["items"] == [
        item("status", "11", "To Do", "31", "Done"),
        item("resolution", None, None, "10000", "Done"),
    ]
    assert [each["id"] for each in with_issue["histories"]] == [second["id"], first["id"]]
    rest = planned.api("GET", f"/issue/{key}/changelog?startAt=1&maxResults=1").get_json()
    assert ([each["id"] for each in rest["values"]], rest["isLast"]) == ([second["id"]], True)
    assert planned.api("GET", f"/issue/{key}/changelog", who="bob").status_code == 404


def item(field: str, before: Any, said: Any, after: Any, says: Any) -> dict[str, Any]:
    """One change."""
    ids, texts = {"from": before, "to": after}, {"fromString": said, "toString": says}
    return {"field": field, "fieldId": field, "fieldtype": "jira", **ids, **texts}


@pytest.mark.requirement("JIRA-25")
def test_a_comment_is_changed_and_deleted_by_its_author(jira: Jira) -> None:
    first, second = (
        jira.api("POST", "/issue/BUY-1/comment", json={"body": body}).get_json()["id"]
        for body in ("One", "Two")
    )
    path = f"/issue/BUY-1/comment/{first}"
    jira.simulator.clock.travel(hours=1)
    refused = jira.api("PUT", path, who="bob", json={"body": "Mine"})
    changed = jira.api("PUT", path, json={"body": "Changed"}).get_json()

    assert "permission to edit" in refused.get_json()["errorMessages"][0]
    assert (changed["body"], changed["updated"] > changed["created"]) == ("Changed", True)
    assert jira.api("PUT", path, json={"body": " "}).status_code == 400
    assert jira.api("DELETE", path, who="bob").status_code == 400
    assert jira.api("DELETE", path, who="marc").status_code == 204
    assert jira.api("DELETE", path).status_code == 404
    third = jira.api("POST", "/issue/BUY-1/comment", json={"body": "3"}).get_json()["id"]
    left = jira.api("GET", "/issue/BUY-1/comment").get_json()["comments"]
    assert [each["id"] for each in left] == [second, third]


@pytest.mark.requirement("JIRA-25")
def test_an_issue_is_deleted_with_its_subtasks(planned: Jira) -> None:
    epic = created(planned, issuetype={"name": "Epic"})
    task = created(planned, **PLAN, parent={"key": epic})
    part = created(planned, issuetype={"id": "10005"}, parent={"key": task})
    edit(planned, task, fields={"summary": "Changed"})

    refused = planned.api("DELETE", f"/issue/{task}")
    assert planned.api("DELETE", f"/issue/{epic}").status_code == 204
    assert "parent" not in shown(planned, task)
    gone = planned.api("DELETE", f"/issue/{task}?deleteSubtasks=true")

    assert "has subtasks" in refused.get_json()["errorMessages"][0]
    assert gone.status_code == 204
    assert [planned.api("GET", f"/issue/{key}").status_code for key in (task, part)] == [404, 404]
    assert planned.api("GET", "/project/OPS/versions").get_json() == []


@pytest.mark.requirement("JIRA-22")
def test_clients_learn_of_components_labels_and_what_can_be_done_with_a_list(
    planned: Jira,
) -> None:
    created(planned, **PLAN)
    parts = planned.api("GET", "/project/OPS/components").get_json()
    fields = planned.api("GET", "/issue/OPS-2/editmeta").get_json()["fields"]

    assert [each["name"] for each in parts] == ["Building", "Garden"]
    assert planned.api("GET", "/project/OPS").get_json()["components"] == parts
    assert fields["components"]["allowedValues"] == parts
    assert fields["labels"]["operations"] == ["add", "set", "remove"]
    assert fields["labels"]["schema"] == {"type": "array", "items": "string", "system": "labels"}
    assert planned.api("GET", "/label").get_json()["values"] == ["Quick", "lamp"]
    assert planned.api("GET", "/label", who="carla").get_json()["total"] == 0


PLANNED = {
    "{key: BUY, name: Purchasing requests}": "{key: BUY, name: Buying, components: [Lab]}",
    "key: BUY-2, ": "key: BUY-2, labels: [quick], components: [Lab], due: 2026-09-30, "
    "parent: BUY-4, ",
    "key: BUY-4, ": "key: BUY-4, type: Epic, ",
}


@pytest.mark.requirement("JIRA-22")
def test_a_scenario_plans_issues_and_is_told_what_is_wrong(tmp_path: Path) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    for before, after in PLANNED.items():
        assert before in text
        text = text.replace(before, after, 1)
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")

    with Simulator(Settings(database="memory", scenario=str(file))) as simulator:
        site = Jira(simulator)
        fields = shown(site, "BUY-2")
        assert (fields["labels"], fields["duedate"]) == (["quick"], "2026-09-30")
        assert [each["name"] for each in fields["components"]] == ["Lab"]
        assert found(site, "parent = BUY-2 OR labels = quick") == ["BUY-2"]
    for before, after, sentence in (
        ("components: [Lab], due", "components: [Roof], due", "expected 'Lab', found 'Roof'"),
        ("parent: BUY-4", "parent: BUY-9", "parent"),
        ("type: Epic", "type: Story", "expected an epic"),
        ("labels: [quick]", "labels: [two words]", "a label without spaces"),
    ):
        assert before in text
        file.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(ScenarioError, match=sentence):
            load(str(file))
