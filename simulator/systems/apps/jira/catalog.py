"""What every site has alike: types, statuses, priorities and fields, each with its id."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Category:
    """A group of statuses.

    Attributes:
        id: its number.
        key: for programs.
        name: for people.
        colour: the colour of its label.
    """

    id: int
    key: str
    name: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of issues.

    Attributes:
        name: for people.
        kind: `schema.type` of the API.
        jql: whether queries can have it.
        settable: whether it is on the screens on which issues are created and edited.
        required: whether no issue is created without it.
        navigable: whether `*navigable` contains it.
        items: what its list holds, where it has one: `schema.items` of the API.
    """

    name: str
    kind: str
    jql: bool = True
    settable: bool = False
    required: bool = False
    navigable: bool = True
    items: str = ""


_NEW = Category(id=2, key="new", name="To Do", colour="blue-gray")
_UNDER_WAY = Category(id=4, key="indeterminate", name="In Progress", colour="yellow")
_DONE = Category(id=3, key="done", name="Done", colour="green")
CATEGORIES = (_NEW, _UNDER_WAY, _DONE)
STATUSES = {"To Do": _NEW, "In Progress": _UNDER_WAY, "Done": _DONE}
#: Transition → the status that it leads to, from any other; a status has the id of its transition.
TRANSITIONS = {"11": "To Do", "21": "In Progress", "31": "Done"}
STATUS_IDS = {name: number for number, name in TRANSITIONS.items()}
TYPES = {"Task": "10001", "Bug": "10002", "Story": "10003", "Epic": "10004", "Subtask": "10005"}
#: Types that are not of the usual level: an epic has others below it, a subtask has a parent.
EPIC, SUBTASK = "Epic", "Subtask"
LEVELS = {EPIC: 1, SUBTASK: -1}
PRIORITIES = {"Highest": "1", "High": "2", "Medium": "3", "Low": "4", "Lowest": "5"}
USUAL_PRIORITY = "Medium"
#: What an issue is resolved as once its status is done.
RESOLUTION = {"id": "10000", "name": "Done", "description": "Work has been completed."}
FIELDS = {
    "summary": Field(name="Summary", kind="string", settable=True, required=True),
    "issuetype": Field(name="Issue Type", kind="issuetype", settable=True, required=True),
    "project": Field(name="Project", kind="project", settable=True, required=True),
    "description": Field(name="Description", kind="string", settable=True),
    "priority": Field(name="Priority", kind="priority", settable=True),
    "assignee": Field(name="Assignee", kind="user", settable=True),
    "labels": Field(name="Labels", kind="array", items="string", settable=True),
    "duedate": Field(name="Due date", kind="date", settable=True),
    "components": Field(name="Components", kind="array", items="component", settable=True),
    "parent": Field(name="Parent", kind="issuelink", settable=True),
    "subtasks": Field(name="Sub-tasks", kind="array", items="issuelinks", jql=False),
    "attachment": Field(name="Attachment", kind="array", items="attachment", jql=False),
    "reporter": Field(name="Reporter", kind="user"),
    "creator": Field(name="Creator", kind="user"),
    "status": Field(name="Status", kind="status"),
    "resolution": Field(name="Resolution", kind="resolution"),
    "created": Field(name="Created", kind="datetime"),
    "updated": Field(name="Updated", kind="datetime"),
    "comment": Field(name="Comment", kind="comments-page", jql=False, navigable=False),
}


def is_done(status: str) -> bool:
    """Return whether an issue of this status is resolved."""
    return STATUSES[status] is _DONE


def level(issue_type: str) -> int:
    """Return the level of a type: 1 above the usual one, -1 below it."""
    return LEVELS.get(issue_type, 0)
