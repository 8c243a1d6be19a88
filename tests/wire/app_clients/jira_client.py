"""Ordinary work at Jira with public libraries: `jira_client.py GRANT LIBRARY APP`, then one answer.

APP is JSON: client, addresses, the key of an issue of the person's and that of another's.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import requests
from grants_client import GRANTS

NEW = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Made by a library"}
MINE = "assignee = currentUser() OR reporter = currentUser() ORDER BY key"


def work_with_jira(url: str, token: str, app: Mapping[str, Any]) -> dict[str, Any]:
    """pycontribs/jira, which speaks version 2."""
    from jira import JIRA, JIRAError

    client = JIRA(url, token_auth=token, max_retries=0)
    me = client.myself()
    found = client.search_issues(MINE, maxResults=0, fields="summary,assignee")
    first = client.search_issues(MINE, maxResults=1)
    made = client.create_issue(
        fields=NEW | {"description": "In two words", "priority": {"id": "2"}}
    )
    client.add_comment(made, "A comment")
    client.assign_issue(made, me["emailAddress"])
    client.transition_issue(made, "Done", comment="That was it")
    made.update(summary="Changed by a library", priority={"name": "Low"})
    by_name = client.create_issue(project="OPS", issuetype="Bug", summary="Named by its type")
    issue = client.issue(made.key, fields="*all", expand="names")
    try:
        client.issue(app["hidden"])
        refused = ""
    except JIRAError as error:
        refused = error.text
    return {
        "server": client.server_info()["deploymentType"],
        "email": me["emailAddress"],
        "projects": [each.key for each in client.projects()],
        "project": client.project("OPS").name,
        "fields": sorted(each["id"] for each in client.fields()),
        "lists": [
            [each.name for each in listed]
            for listed in (client.statuses(), client.priorities(), client.issue_types())
        ],
        "people": [each.displayName for each in client.search_users(query="acme", maxResults=2)],
        "keys": [each.key for each in found],
        "first": [each.key for each in first],
        "planned": plan_with_jira(client),
        "count": client.approximate_issue_count(MINE),
        "summary": issue.fields.summary,
        "status": issue.fields.status.name,
        "priority": issue.fields.priority.name,
        "assignee": issue.fields.assignee.emailAddress,
        "description": issue.fields.description,
        "comments": [each.body for each in client.comments(made)],
        "type": by_name.fields.issuetype.name,
        "refused": refused,
    }


def plan_with_jira(client: Any) -> dict[str, Any]:
    """An epic, an issue of it with labels and a due date, and a part of that."""
    new = {"project": {"key": "OPS"}}
    epic = client.create_issue(fields=new | {"issuetype": {"name": "Epic"}, "summary": "Epic"})
    issue = client.create_issue(
        fields=new
        | {
            "issuetype": {"name": "Story"},
            "summary": "Planned",
            "labels": ["quick"],
            "duedate": "2026-09-30",
            "parent": {"key": epic.key},
            "priority": {"name": "High"},
        }
    )
    client.create_issue(
        fields=new
        | {"issuetype": {"name": "Subtask"}, "summary": "A part", "parent": {"key": issue.key}}
    )
    issue.add_field_value("labels", "added")
    found = client.search_issues("labels = added AND due <= 2026-09-30", fields="*all")
    again = client.issue(issue.key, expand="changelog")
    return {
        "labels": sorted(again.fields.labels, reverse=True),
        "due": again.fields.duedate,
        "parent": again.fields.parent.key,
        "epic": epic.key,
        "part": [each.fields.summary for each in again.fields.subtasks],
        "found": [each.fields.summary for each in found],
        "changed": [
            [item.field, item.fromString, item.toString]
            for history in again.changelog.histories
            for item in history.items
        ],
    }


def work_with_atlassian(url: str, token: str, app: Mapping[str, Any]) -> dict[str, Any]:
    """atlassian-python-api, which speaks version 3 here."""
    from atlassian.jira import JiraCloud
    from requests import HTTPError

    client = JiraCloud(url, token=token, api_version=3)
    me = client.get_current_user()
    found = client.enhanced_jql_get_list_of_tickets(MINE, fields="summary")
    first = client.enhanced_jql(MINE, limit=1)
    made = client.create_issue(data={"fields": NEW | {"description": document("In two words")}})
    key = made["key"]
    client.add_comment(key, data={"body": document("A comment")})
    client.assign_issue(key, data={"accountId": me["accountId"]})
    client.do_transition(key, data={"transition": {"id": "31"}})
    client.put(client.endpoint(f"issue/{key}"), data={"fields": {"summary": "Changed"}})
    issue = client.get(client.endpoint(f"issue/{key}"))
    try:
        client.get(client.endpoint(f"issue/{app['hidden']}"))
        refused = ""
    except HTTPError as error:
        refused = str(error)
    return {
        "server": client.get_server_info()["deploymentType"],
        "email": me["emailAddress"],
        "projects": [each["key"] for each in client.get_all_projects()],
        "fields": sorted(each["id"] for each in client.get_fields()),
        "keys": [each["key"] for each in found],
        "first": [each["key"] for each in first["issues"]],
        "summary": issue["fields"]["summary"],
        "status": issue["fields"]["status"]["name"],
        "assignee": issue["fields"]["assignee"]["emailAddress"],
        "description": issue["fields"]["description"],
        "comments": [each["body"] for each in issue["fields"]["comment"]["comments"]],
        "refused": refused,
    }


def document(text: str) -> dict[str, Any]:
    """A text in the Atlassian Document Format."""
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


LIBRARIES: dict[str, Callable[[str, str, Mapping[str, Any]], dict[str, Any]]] = {
    "jira": work_with_jira,
    "atlassian-python-api": work_with_atlassian,
}


def main(grant: str, library: str, app: Mapping[str, Any]) -> None:
    """Get tokens, refresh them, find the site, work, and say what came of it."""
    first, tokens = GRANTS[grant](app)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    (site,) = requests.get(app["resources"], headers=headers, timeout=30).json()
    url = f"{app['api']}/ex/jira/{site['id']}"
    answer = LIBRARIES[library](url, tokens["access_token"], app)
    # An encoded slash crosses a real connection as it was sent.
    odd = f"{url}/rest/api/2/issue/{app['own']}%2Ftransitions"
    answer["odd"] = requests.get(odd, headers=headers, timeout=30).status_code
    answer["rotated"] = first["refresh_token"] != tokens["refresh_token"]
    print(json.dumps({"answer": answer}), flush=True)


main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
