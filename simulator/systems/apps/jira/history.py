"""What edits made of an issue, as its changelog tells it."""

from collections.abc import Mapping

from sqlalchemy import select

from simulator.db.listing import Found
from simulator.db.tables import AppUser
from simulator.systems.apps.jira import catalog, issues
from simulator.systems.apps.jira.tables import JiraChange, JiraIssue
from simulator.world import World

#: Field → its value: the id, and what people read; None for nothing.
Values = Mapping[str, tuple[str | None, str | None]]
#: Fields whose name in the changelog is another one than that of the API.
_NAMES = {"components": "Component", "parent": "IssueParentAssociation"}


def read_values(row: JiraIssue) -> Values:
    """Return what an issue has in each field whose changes are told."""
    labels = " ".join(each.label for each in row.labels)
    parts, parent, done = row.components, row.parent, catalog.is_done(row.status)
    assignee = row.assignee
    return {
        "summary": (None, row.summary),
        "description": (None, row.description or None),
        "issuetype": (catalog.TYPES[row.issue_type], row.issue_type),
        "priority": (catalog.PRIORITIES[row.priority], row.priority),
        "status": (catalog.STATUS_IDS[row.status], row.status),
        "resolution": (catalog.RESOLUTION["id"], catalog.RESOLUTION["name"])
        if done
        else (None, None),
        "assignee": (issues.account_id(assignee), assignee.name) if assignee else (None, None),
        "labels": (None, labels),
        "duedate": (str(row.due_on), f"{row.due_on} 00:00:00.0") if row.due_on else (None, None),
        "components": (
            ", ".join(str(each.id) for each in parts) or None,
            ", ".join(each.name for each in parts) or None,
        ),
        "parent": (str(parent.id), parent.key) if parent else (None, None),
    }


def record(world: World, row: JiraIssue, author: AppUser, before: Values) -> None:
    """Remember what differs from before, if anything does.

    Args:
        row: the issue as it is now.
        author: the author who edited it.
        before: what `read_values` returned then.
    """
    world.db.session.flush()
    world.db.session.expire(row, ["labels", "components", "parent"])
    after = read_values(row)
    items = [
        {
            "field": _NAMES.get(name, name),
            "fieldtype": "jira",
            "fieldId": name,
            "from": before[name][0],
            "fromString": before[name][1],
            "to": after[name][0],
            "toString": after[name][1],
        }
        for name in after
        if after[name] != before[name]
    ]
    if items:
        made = {"issue_id": row.id, "author_id": author.id, "created_at": row.updated_at}
        world.db.session.add(JiraChange(**made, items=items))


def changes(world: World, row: JiraIssue) -> Found[JiraChange]:
    """Return the changes of an issue, the first one first."""
    found = select(JiraChange).where(JiraChange.issue_id == row.id)
    return Found(world.db.session, found.order_by(JiraChange.id))
