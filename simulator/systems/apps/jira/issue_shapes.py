"""Issues and their comments as the API answers them: the fields that were named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Self

from simulator.db.tables import AppUser
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import adf, catalog, issues, shapes
from simulator.systems.apps.jira.tables import JiraIssue

_EXPAND = "renderedFields,names,schema,transitions"


@dataclass(frozen=True)
class Selection:
    """Which fields are answered; without any, the id alone.

    Attributes:
        fields: their names.
        id_alone: nothing but the id was asked for.
    """

    fields: frozenset[str]
    id_alone: bool = False

    @classmethod
    def of(cls, names: Sequence[str], usual: str) -> Self:
        """Read `*all`, `*navigable`, names and, with a minus, names to leave out.

        Args:
            names: as they were sent; a name that no field has is passed over, as Jira does.
            usual: what counts when none was sent; `*all`, or `id` for no field.
        """
        if (not names and usual == "id") or [*names] == ["id"]:
            return cls(frozenset(), id_alone=True)
        plain = [name for name in names if not name.startswith("-")]
        if not plain:
            plain = ["*navigable" if usual == "id" else usual]
        found: set[str] = set()
        for name in plain:
            if name in ("*all", "*navigable"):
                is_all = name == "*all"
                found |= {one for one, each in catalog.FIELDS.items() if is_all or each.navigable}
            else:
                found.add(name)
        found -= {name[1:] for name in names if name.startswith("-")}
        return cls(frozenset(found & catalog.FIELDS.keys()))


def _resolution(row: JiraIssue) -> dict[str, Any] | None:
    if not catalog.is_done(row.status):
        return None
    return shapes.names("resolution/", catalog.RESOLUTION["id"]) | catalog.RESOLUTION


def issue(row: JiraIssue, shown: Selection, expand: Sequence[str]) -> dict[str, Any]:
    """An issue.

    Args:
        row: of it.
        shown: its fields.
        expand: `transitions` and `renderedFields` add what they say; others are passed over.
    """
    if shown.id_alone:
        return {"id": str(row.id)}
    fields = {name: read(row) for name, read in _VALUES.items() if name in shown.fields}
    found: dict[str, Any] = {
        "expand": _EXPAND,
        **shapes.names("issue/", row.id),
        "key": row.key,
        "fields": fields,
    }
    if "renderedFields" in expand:
        found["renderedFields"] = {
            name: _rendered(row.description) if name == "description" else None for name in fields
        }
    if "transitions" in expand:
        ways = catalog.TRANSITIONS.items()
        found["transitions"] = [shapes.transition(number, to) for number, to in ways]
    return found


def about_fields(shown: Selection, expand: Sequence[str]) -> dict[str, Any]:
    """What `expand` asks for about fields, whatever the issue: their `names` and `schema`."""
    found: dict[str, Any] = {}
    if "names" in expand:
        found["names"] = {name: catalog.FIELDS[name].name for name in sorted(shown.fields)}
    if "schema" in expand:
        found["schema"] = {name: shapes.schema(name) for name in sorted(shown.fields)}
    return found


def comment(row: JiraIssue, stored: dict[str, Any]) -> dict[str, Any]:
    """A comment of an issue, as the row stores it."""
    author = shapes.person(here().world.db.session.get(AppUser, stored["author"]))
    people = {"author": author, "updateAuthor": author}
    own = {"body": _long(stored["body"]), "created": stored["created"]}
    names = shapes.names(f"issue/{row.id}/comment/", stored["id"])
    return names | people | own | {"updated": stored["created"], "jsdPublic": True}


def _comments(row: JiraIssue) -> dict[str, Any]:
    found = [comment(row, each) for each in row.comments]
    return {"comments": found, "total": len(found), "maxResults": len(found), "startAt": 0}


def _long(text: str) -> Any:
    return adf.to_document(text) if shapes.has_documents() else text


def _rendered(text: str) -> str:
    """A text as HTML: paragraphs, and lines in them."""
    paragraphs = (escape(part).replace("\n", "<br/>") for part in text.split("\n\n"))
    return "\n".join(f"<p>{part}</p>" for part in paragraphs) if text else ""


_VALUES: dict[str, Callable[[JiraIssue], Any]] = {
    "summary": lambda row: row.summary,
    "description": lambda row: _long(row.description) if row.description else None,
    "issuetype": lambda row: shapes.issue_type(row.issue_type),
    "project": lambda row: shapes.project(row.project),
    "status": lambda row: shapes.status(row.status),
    "priority": lambda row: shapes.priority(row.priority),
    "resolution": _resolution,
    "reporter": lambda row: shapes.person(row.reporter),
    "creator": lambda row: shapes.person(row.reporter),
    "assignee": lambda row: shapes.person(row.assignee),
    "created": lambda row: issues.moment(row.created_at),
    "updated": lambda row: issues.moment(row.updated_at),
    "comment": _comments,
}
