"""Rows as version 2 of the API answers them."""

from datetime import datetime
from typing import Any

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira.issues import TRANSITIONS, account_id, cloud_id
from simulator.systems.apps.jira.tables import JiraIssue, JiraProject
from simulator.systems.apps.jira.traffic import API_HOST

_CATEGORIES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}


def names(path: str, number: object) -> dict[str, str]:
    """What each thing has: its address in the API, and its id."""
    base = here().world.addresses.base_url(app_system(API_HOST))
    url = f"{base}/ex/jira/{cloud_id(here().host)}/rest/api/2/{path}{number}"
    return {"self": url, "id": str(number)}


def person(user: AppUser | None) -> dict[str, Any] | None:
    """An account; None for nobody."""
    if user is None:
        return None
    number = account_id(user)
    url = names("user?accountId=", number)["self"]
    known = {"emailAddress": user.email, "displayName": user.name, "timeZone": "Etc/UTC"}
    return {"self": url, "accountId": number, "accountType": "atlassian", "active": True, **known}


def project(row: JiraProject) -> dict[str, Any]:
    """A project."""
    own = {"key": row.key, "name": row.name, "projectTypeKey": "business"}
    return names("project/", row.id) | own


def status(name: str) -> dict[str, Any]:
    """A status; its id is that of the transition that leads to it."""
    number = next(each for each, target in TRANSITIONS.items() if target == name)
    return {"id": number, "name": name, "statusCategory": {"key": _CATEGORIES[name]}}


def transition(number: str, target: str) -> dict[str, Any]:
    """A way to another status."""
    return {"id": number, "name": target, "to": status(target)}


def issue(row: JiraIssue) -> dict[str, Any]:
    """An issue with all its fields."""
    comments = [comment(row, each) for each in row.comments]
    fields = {
        "summary": row.summary,
        "description": row.description or None,
        "issuetype": {"name": row.issue_type, "subtask": False},
        "project": project(row.project),
        "status": status(row.status),
        "reporter": person(row.reporter),
        "assignee": person(row.assignee),
        "created": moment(row.created_at),
        "updated": moment(row.updated_at),
        "comment": {"comments": comments, "total": len(comments)},
    }
    return names("issue/", row.id) | {"key": row.key, "fields": fields}


def chosen(found: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """An issue with the fields that were named; its id alone where none was."""
    if "*all" in names:
        return found
    fields = {name: value for name, value in found["fields"].items() if name in names}
    return found | {"fields": fields} if names else {"id": found["id"]}


def comment(row: JiraIssue, stored: dict[str, Any]) -> dict[str, Any]:
    """A comment of an issue, as the row stores it."""
    author = person(here().world.db.session.get(AppUser, stored["author"]))
    own = {"author": author, "body": stored["body"], "created": stored["created"]}
    return names(f"issue/{row.id}/comment/", stored["id"]) | own | {"updated": stored["created"]}


def moment(value: datetime) -> str:
    """A moment as Jira writes it: `2026-08-20T09:00:00.000+0000`."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}+0000"
