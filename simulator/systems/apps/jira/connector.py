"""What Workato knows of Jira Cloud: global addresses, the site's cloud id, actions of recipes."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.connectors.auth_types import AUTHORIZATION_CODE, AuthType, Scheme
from simulator.connectors.base import (
    AccountEndpoint,
    Action,
    AppRequest,
    Connector,
    Discovery,
    PickList,
)
from simulator.connectors.form_fields import FormField, HostField
from simulator.systems.apps.jira.further_actions import (
    FURTHER_ACTIONS,
    FURTHER_INPUTS,
    FURTHER_OUTPUTS,
)

_API = "https://api.atlassian.com"
_READ, _WRITE = ("read:jira-work",), ("write:jira-work",)
_PEOPLE = ("read:jira-user",)
_REST = "/rest/api/2"  # as Workato's connector calls it; its texts are plain


def _reads(name: str, title: str, path: str, *query: str) -> Action:
    path = f"{_REST}/{path}"
    return Action(name=name, title=title, method="GET", path=path, query=query, scopes=_READ)


def _writes(name: str, title: str, path: str, *, method: str = "POST", **body: str) -> Action:
    path = f"{_REST}/{path}"
    return Action(name=name, title=title, method=method, path=path, body=body, scopes=_WRITE)


#: Fields of text, which JQL compares by their words; all others it compares as a whole.
_TEXTS = ("summary", "description", "comment", "environment", "text")


class _SearchIssues(Action):
    """Search issues by what their fields have; fields by their names in JQL, in any case."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the search in JQL; inputs that are empty are left out."""
        given = {name: value for name, value in inputs.items() if value not in (None, "")}
        limits = {name: given.pop(name) for name in self.query if name in given}
        clauses = [
            f"{name} {'~' if name.lower() in _TEXTS else '='} {json.dumps(str(value))}"
            for name, value in given.items()
        ]
        request = super().request(limits)
        return replace(request, params={"jql": " AND ".join(clauses), "fields": "*all", **limits})


class _SearchByQuery(Action):
    """Search issues by JQL: with all of their fields, where a step names none."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the search."""
        named = {name: value for name, value in inputs.items() if value not in (None, "")}
        return super().request({"fields": "*all"} | named)


class _CreateIssue(Action):
    """Create an issue; exports may name its project and type in one input, `OPS--Task`."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request; inputs of their own go before what is in one."""
        given = {name: value for name, value in inputs.items() if value not in (None, "")}
        both = re.split("--|:", str(given.get(_BOTH) or ""), maxsplit=1)
        named: dict[str, Any] = dict(
            zip(("project", "issue_type"), map(str.strip, both), strict=False)
        )
        named["issue_type"] = given.get("issuetype") or named.get("issue_type")
        return super().request(named | given)


#: Project and issue type in one input (Workato recipes as exported).
_BOTH = "project_issuetype"
#: Inputs for what an issue is planned with; labels and components are lists, as the API has them.
_PLANS = {
    "labels": "fields.labels",
    "components": "fields.components",
    "due_date": "fields.duedate",
    "parent": "fields.parent.key",
}
_ACTIONS = (
    _SearchIssues(
        name="search_issues",
        title="Search issues",
        method="GET",
        path=f"{_REST}/search/jql",
        query=("maxResults", "nextPageToken"),
        scopes=_READ,
    ),
    _SearchByQuery(
        name="search_issues_by_JQL",
        title="Search issues by JQL",
        method="GET",
        path=f"{_REST}/search/jql",
        query=("jql", "fields", "maxResults", "nextPageToken"),
        scopes=_READ,
    ),
    _reads("get_issue", "Get issue", "issue/{issue}"),
    _CreateIssue(
        name="create_issue",
        title="Create issue",
        method="POST",
        path=f"{_REST}/issue",
        body={
            "project": "fields.project.key",
            "issue_type": "fields.issuetype.name",
            "summary": "fields.summary",
            "description": "fields.description",
            "priority": "fields.priority.name",
            "assignee": "fields.assignee.accountId",
            **_PLANS,
        },
        instead={"project": (_BOTH,), "issue_type": (_BOTH, "issuetype")},
        scopes=_WRITE,
    ),
    _writes(
        *("update_issue", "Update issue", "issue/{issue}"),
        method="PUT",
        summary="fields.summary",
        description="fields.description",
        priority="fields.priority.name",
        **_PLANS,
    ),
    _writes(
        *("assign_issue", "Assign issue", "issue/{issue}/assignee"),
        method="PUT",
        assignee="accountId",
    ),
    _reads(
        *("get_issue_comments", "Get issue comments", "issue/{issue}/comment"),
        *("startAt", "maxResults", "orderBy"),
    ),
    _reads(
        *("get_changelog", "Get changelog", "issue/{issue}/changelog"),
        *("startAt", "maxResults"),
    ),
    Action(
        name="find_user",
        title="Find user",
        method="GET",
        path=f"{_REST}/user/search",
        query=("query", "accountId"),
        wrap="users",
        scopes=_PEOPLE,
    ),
    _writes("create_comment", "Create comment", "issue/{issue}/comment", body="body"),
    _writes(
        *("update_comment", "Update comment", "issue/{issue}/comment/{comment_id}"),
        method="PUT",
        body="body",
    ),
    _writes(
        *("update_issue_status", "Update issue status", "issue/{issue}/transitions"),
        transition="transition.id",
    ),
    *FURTHER_ACTIONS,
)


_ISSUE = (
    "id key fields.summary fields.status.name fields.priority.name fields.issuetype.name "
    "fields.project.key fields.assignee.displayName fields.assignee.emailAddress "
    "fields.reporter.displayName fields.reporter.emailAddress fields.created fields.updated"
)
_COMMENT = "id body author.displayName author.emailAddress created updated"
#: What a builder finds as data pills before anything ran (our choice of fields).
_OUTPUTS = {
    "search_issues": " ".join(f"issues[].{each}" for each in _ISSUE.split()),
    "search_issues_by_JQL": " ".join(f"issues[].{each}" for each in _ISSUE.split()),
    "get_issue": _ISSUE,
    "create_issue": "id key self",
    "find_user": "accountId displayName emailAddress active:boolean",
    "get_issue_comments": " ".join(f"comments[].{each}" for each in _COMMENT.split())
    + " total:integer",
    "create_comment": _COMMENT,
    "update_comment": _COMMENT,
    "get_changelog": (
        "values[].id values[].created values[].author.displayName values[].items[].field "
        "values[].items[].fromString values[].items[].toString total:integer"
    ),
}
_ISSUE_KEY = "issue: needed | Issue ID or key | For example OPS-1."
_PAGE = """
        startAt: integer | Start at
        maxResults: integer | At most
"""
_DETAILS = """
        description: lines | Description
        priority: | Priority | Its name, for example High.
        labels: array | Labels | A list of texts.
        components: array | Components | A list of {name} or {id}.
        due_date: date | Due date
        parent: | Parent | The key of the issue that it is a part of.
"""
#: How a builder reads the inputs (our choice of words).
_INPUTS = {
    "search_issues": """
        project: | Project | Its key, for example OPS.
        issuetype: | Issue type
        status: | Status
        assignee: | Assignee | An account ID or e-mail address.
        reporter: | Reporter | An account ID or e-mail address.
        priority: | Priority
        summary: | Summary | Words that it has.
        text: | Text | Words in any text of the issue.
        maxResults: integer | At most
        nextPageToken: | Next page token
    """,
    "search_issues_by_JQL": """
        jql: lines | JQL | For example project = OPS AND status != Done.
        fields: | Fields | Names separated by commas; empty for all.
        maxResults: integer | At most
        nextPageToken: | Next page token
    """,
    "get_issue": _ISSUE_KEY,
    "create_issue": f"""
        project: needed | Project | Its key, for example OPS.
        issue_type: needed | Issue type | Its name, for example Task.
        summary: needed | Summary
        {_DETAILS.strip()}
        assignee: | Assignee | An account ID; "Find user" gives it.
    """,
    "update_issue": f"""
        {_ISSUE_KEY}
        summary: | Summary
        {_DETAILS.strip()}
    """,
    "assign_issue": f"""
        {_ISSUE_KEY}
        assignee: | Assignee | An account ID; empty for nobody.
    """,
    "get_issue_comments": f"""
        {_ISSUE_KEY}
        {_PAGE.strip()}
        orderBy: = created, Oldest first; -created, Newest first | Order by
    """,
    "get_changelog": f"{_ISSUE_KEY}{_PAGE.rstrip()}",
    "find_user": """
        query: | Search for | Part of a name or e-mail address.
        accountId: | Account ID
    """,
    "create_comment": f"""
        {_ISSUE_KEY}
        body: needed lines | Comment
    """,
    "update_comment": f"""
        {_ISSUE_KEY}
        comment_id: needed | Comment ID
        body: needed lines | Comment
    """,
    "update_issue_status": f"""
        {_ISSUE_KEY}
        transition: needed | Transition ID | Which there are, the API says for each issue.
    """,
}


def _find_api(sites: Any, host: str) -> str | None:
    """Return the base URL for the site that a connection names, out of the accessible resources."""
    ids = [each["id"] for each in sites or () if each.get("url") == host]
    return f"{_API}/ex/jira/{ids[0]}" if ids else None


def _read_error(members: Mapping[str, Any]) -> str:
    """`{"errorMessages": [sentence, …], "errors": {field: sentence}}`, or the gateway's message."""
    fields = [f"{field}: {text}" for field, text in (members.get("errors") or {}).items()]
    return "; ".join([*(members.get("errorMessages") or ()), *fields]) or members.get("message", "")


def _account(name: str, label: str, hint: str) -> FormField:
    return FormField(
        name=name,
        label=label,
        hint=hint,
        placeholder="",
        pattern=r"[^:\s]+",
        error=f"{label} has no colon and no space.",
    )


def _secret(name: str, label: str, page: str, hint: str = "") -> FormField:
    return FormField(
        name=name,
        label=label,
        hint=f"{hint} In Jira it is made under {page}.".strip(),
        placeholder="",
        pattern=r"\S+",
        error=f"{label} has no space.",
    )


CONNECTOR = Connector(
    provider="jira",
    name="Jira",
    host_field=HostField(
        label="Host name",
        hint="The address of your site: https://your-site.atlassian.net, or without https://.",
        placeholder="your-site.atlassian.net",
        pattern=r"(?i)https://[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.atlassian\.net",
        error="Host name must have the format your-site.atlassian.net, with no path.",
        scheme="https://",
    ),
    input_names={"host_url": "host", "host_name": "host"},
    auth_types=(
        AuthType(
            value="api_token",
            label="API token",
            scheme=Scheme.BASIC,
            account=_account("email", "Email", "Of the Atlassian account that has the API token."),
            secret=_secret("apitoken", "API token", "Security > API tokens"),
        ),
        replace(AUTHORIZATION_CODE, label="OAuth 2.0", instead=("oauth",)),
        AuthType(
            value="personal_access_token",
            label="Personal access token",
            scheme=Scheme.BEARER,
            secret=_secret(
                *("personal_access_token", "Personal access token"),
                "Profile > Personal access tokens",
            ),
        ),
        AuthType(
            value="basic",
            label="Basic",
            scheme=Scheme.BASIC,
            account=_account("username", "Username", "In Jira Cloud an e-mail address."),
            secret=_secret(
                *("password", "Password"), "Security > API tokens", "Jira Cloud takes an API token."
            ),
        ),
    ),
    authorize_url="https://auth.atlassian.com/authorize",
    authorize_parameters={"audience": "api.atlassian.com", "prompt": "consent"},
    token_url="https://auth.atlassian.com/oauth/token",
    json_tokens=True,
    client_errors=("invalid_client", "access_denied"),
    scopes=(*_READ, *_WRITE, *_PEOPLE, "offline_access"),
    required_scopes=_READ,
    client_page="Developer console > My apps",
    grants_page="Connected apps at id.atlassian.com",
    client_secret_label="Secret",
    actions={action.name: action for action in _ACTIONS},
    inputs=_INPUTS | FURTHER_INPUTS,
    outputs=_OUTPUTS | FURTHER_OUTPUTS,
    read_error=_read_error,
    pick_lists={
        "assignee_picklist": PickList(
            path=f"{_REST}/user/assignable/search",
            query=("query", "project"),
            label="displayName",
            value="accountId",
        ),
        "get_project_issuetypes": PickList(path=f"{_REST}/issuetype"),
        "priority_picklist": PickList(path=f"{_REST}/priority"),
        "resolution_picklist": PickList(path=f"{_REST}/resolution"),
        "status_picklist": PickList(path=f"{_REST}/status"),
    },
    discovery=Discovery(
        url=f"{_API}/oauth/token/accessible-resources",
        find=_find_api,
        missing="The account has no access to this Jira site. Sign in with one that has.",
    ),
    account_endpoints=(
        AccountEndpoint(
            path=f"{_REST}/myself",
            scopes=frozenset(_PEOPLE),
            members=("displayName", "", "emailAddress"),
        ),
    ),
)
