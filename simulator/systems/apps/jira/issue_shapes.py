"""Issues and their comments as the API answers them: the fields that were named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Self

from sqlalchemy.orm import selectinload

from simulator.db.tables import AppUser
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import adf, catalog, history, issues, shapes
from simulator.systems.apps.jira.tables import JiraAttachment, JiraChange, JiraIssue

#: So many of the latest changes come with an issue; all are at its changelog (our choice).
_CHANGES = 100
_EXPAND = "renderedFields,names,schema,transitions,changelog"


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
            names: the names as they were sent; a name that no field has is ignored, as Jira does.
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


def options(shown: Selection) -> list[Any]:
    """What a query has to load for the fields of several issues at once."""
    lists = {
        "labels": (JiraIssue.labels,),
        "components": (JiraIssue.components,),
        "attachment": (JiraIssue.attachments, JiraAttachment.author),
        "parent": (JiraIssue.parent,),
        "subtasks": (JiraIssue.children,),
    }
    return [selectinload(*path) for name, path in lists.items() if name in shown.fields]


def issue(
    row: JiraIssue, viewer: AppUser, shown: Selection, expand: Sequence[str]
) -> dict[str, Any]:
    """An issue.

    Args:
        row: of it.
        viewer: the viewer who is answered: of parent and subtasks they see those that they may see.
        shown: its fields.
        expand: `transitions`, `renderedFields` and `changelog` add what they say; others are
            ignored.
    """
    if shown.id_alone:
        return {"id": str(row.id)}
    fields = {name: read(row) for name, read in _VALUES.items() if name in shown.fields}
    fields |= {name: read(row, viewer) for name, read in _LINKS.items() if name in shown.fields}
    if fields.get("parent", ...) is None:
        del fields["parent"]
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
    if "changelog" in expand:
        every = history.changes(here().world, row)
        total = every.count()
        histories = [change(each) for each in every.cut(max(0, total - _CHANGES), _CHANGES)][::-1]
        place = {"startAt": 0, "maxResults": len(histories), "total": total}
        found["changelog"] = {**place, "histories": histories}
    return found


def change(row: JiraChange) -> dict[str, Any]:
    """An entry of a changelog."""
    author, created = shapes.person(row.author), issues.moment(row.created_at)
    return {"id": str(row.id), "author": author, "created": created, "items": row.items}


def _parent(row: JiraIssue, viewer: AppUser) -> dict[str, Any] | None:
    parent = row.parent
    return _link(parent) if parent is not None and issues.may_see(viewer, parent) else None


def _subtasks(row: JiraIssue, viewer: AppUser) -> list[dict[str, Any]]:
    own = [each for each in row.children if each.issue_type == catalog.SUBTASK]
    return [_link(each) for each in own if issues.may_see(viewer, each)]


def _link(row: JiraIssue) -> dict[str, Any]:
    """An issue as another one tells of it."""
    fields = {name: _VALUES[name](row) for name in ("summary", "status", "priority", "issuetype")}
    return {**shapes.names("issue/", row.id), "key": row.key, "fields": fields}


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
    return (
        names
        | people
        | own
        | {"updated": stored.get("updated", stored["created"]), "jsdPublic": True}
    )


def attachment(row: JiraAttachment) -> dict[str, Any]:
    """A file that is attached to an issue; `content` is where it is downloaded."""
    own = shapes.names("attachment/", row.id)
    return {
        **own,
        "filename": row.filename,
        "author": shapes.person(row.author),
        "created": issues.moment(row.created_at),
        "size": row.size,
        "mimeType": row.mime_type,
        "content": shapes.names("attachment/content/", row.id)["self"],
    }


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
    "labels": lambda row: [each.label for each in row.labels],
    "duedate": lambda row: str(row.due_on) if row.due_on else None,
    "components": lambda row: [shapes.component(each) for each in row.components],
    "attachment": lambda row: [attachment(each) for each in row.attachments],
}
#: Fields that are other issues.
_LINKS: dict[str, Callable[[JiraIssue, AppUser], Any]] = {"parent": _parent, "subtasks": _subtasks}
