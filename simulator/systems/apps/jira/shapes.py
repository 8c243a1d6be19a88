"""What a site has beside issues, as the API answers it."""

from typing import Any

from flask import g, request

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import catalog, issues
from simulator.systems.apps.jira.issues import account_id, cloud_id
from simulator.systems.apps.jira.site_api import AT_SITE
from simulator.systems.apps.jira.tables import JiraComponent, JiraProject
from simulator.systems.apps.jira.traffic import API_HOST


def has_documents() -> bool:
    """Whether the version of the API that was asked has documents (ADF) for long texts."""
    return bool(g.api_version == "3")


def names(path: str, number: object) -> dict[str, str]:
    """What each thing has: its address in the API, and its id."""
    addresses, host = here().world.addresses, here().host
    base = f"{addresses.base_url(app_system(API_HOST))}/ex/jira/{cloud_id(host)}"
    if request.environ.get(AT_SITE):
        base = addresses.base_url(app_system(host))
    return {
        "self": f"{base}/rest/api/{3 if has_documents() else 2}/{path}{number}",
        "id": str(number),
    }


def server_info() -> dict[str, Any]:
    """What clients go by: that it is Jira Cloud."""
    version = {"version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0]}
    site = {"baseUrl": f"https://{here().host}", "serverTitle": here().name}
    return {**site, **version, "deploymentType": "Cloud", "buildNumber": 100000}


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
    own = {"key": row.key, "name": row.name, "projectTypeKey": "business", "simplified": False}
    return names("project/", row.id) | own


def whole_project(row: JiraProject) -> dict[str, Any]:
    """A project with what is in it."""
    kinds = [issue_type(name) for name in catalog.TYPES]
    parts = [component(each) for each in issues.components(here().world, row)]
    return project(row) | {"issueTypes": kinds, "components": parts, "versions": []}


def component(row: JiraComponent) -> dict[str, Any]:
    """A component of a project."""
    return names("component/", row.id) | {"name": row.name}


def issue_type(name: str) -> dict[str, Any]:
    """A type of issues."""
    return names("issuetype/", catalog.TYPES[name]) | {
        "name": name,
        "subtask": name == catalog.SUBTASK,
        "hierarchyLevel": catalog.level(name),
    }


def priority(name: str) -> dict[str, Any]:
    """A priority."""
    return names("priority/", catalog.PRIORITIES[name]) | {"name": name}


def category(found: catalog.Category) -> dict[str, Any]:
    """A group of statuses."""
    own = {"id": found.id, "key": found.key, "colorName": found.colour, "name": found.name}
    return {"self": names("statuscategory/", found.id)["self"], **own}


def status(name: str) -> dict[str, Any]:
    """A status."""
    own = {"name": name, "statusCategory": category(catalog.STATUSES[name])}
    return names("status/", catalog.STATUS_IDS[name]) | own


def transition(number: str, target: str) -> dict[str, Any]:
    """A way to another status."""
    flags = {"hasScreen": False, "isGlobal": True, "isInitial": False, "isAvailable": True}
    return {"id": number, "name": target, "to": status(target), **flags}


def field(name: str) -> dict[str, Any]:
    """A field of issues."""
    found = catalog.FIELDS[name]
    own = {"id": name, "key": name, "name": found.name, "custom": False, "searchable": found.jql}
    more = {"navigable": found.navigable, "orderable": found.settable}
    clauses = [name] if found.jql else []
    return {**own, **more, "clauseNames": clauses, "schema": schema(name)}


def schema(name: str) -> dict[str, str]:
    """What the values of a field are."""
    found = catalog.FIELDS[name]
    return {"type": found.kind, **({"items": found.items} if found.items else {}), "system": name}


def settable(row: JiraProject) -> dict[str, dict[str, Any]]:
    """The fields that can be set in a project, with the values of those that have a list."""
    values = {
        "project": [project(row)],
        "issuetype": [issue_type(name) for name in catalog.TYPES],
        "priority": [priority(name) for name in catalog.PRIORITIES],
        "components": [component(each) for each in issues.components(here().world, row)],
    }
    found = {}
    for name, one in catalog.FIELDS.items():
        if one.settable:
            listed = {"allowedValues": values[name]} if name in values else {}
            operations = ["add", "set", "remove"] if one.items else ["set"]
            own = {"required": one.required, "schema": schema(name), "name": one.name}
            ids = {"key": name, "fieldId": name, "operations": operations}
            found[name] = {**own, **ids, "hasDefaultValue": name == "priority", **listed}
    return found
