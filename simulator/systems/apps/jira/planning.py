"""Labels, components, due date and parent of an issue: what is sent, and what is wrong in it."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from simulator.systems.apps.jira import catalog
from simulator.systems.apps.jira.tables import JiraComponent, JiraIssue, JiraProject
from simulator.validation.parsing import shorten

_LONGEST_LABEL, _MOST = 255, 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class FieldError(ValueError):
    """A field cannot have a value; the message says why."""


def read_labels(value: Any) -> list[str]:
    """Return the labels that are sent, each once.

    Raises:
        FieldError: it is no list of words.
    """
    found = _read_list(value)
    for each in found:
        if not isinstance(each, str) or not each:
            raise FieldError("string expected at index 0")
        if any(sign.isspace() for sign in each):
            raise FieldError(f"The label '{shorten(each)}' contains spaces which is invalid.")
        if len(each) > _LONGEST_LABEL:
            raise FieldError(
                f"The label '{shorten(each)}' exceeds the maximum length for a single label of "
                f"{_LONGEST_LABEL} characters."
            )
    return list(dict.fromkeys(found))


def read_parts(value: Any) -> list[str]:
    """Return the ids or names of the components that are sent.

    Raises:
        FieldError: it is no list of objects with an id or a name.
    """
    found = []
    for each in _read_list(value):
        sent = each if isinstance(each, dict) else {}
        name = sent.get("id", sent.get("name"))
        if not isinstance(name, str | int):
            raise FieldError("expected 'id' or 'name' property")
        found.append(str(name))
    return list(dict.fromkeys(found))


def find_parts(known: Sequence[JiraComponent], names: Sequence[str]) -> list[JiraComponent]:
    """Return components by id or name.

    Args:
        known: those of the project.
        names: ids or names.

    Raises:
        FieldError: the project has no such component.
    """
    by_name = {each.name.lower(): each for each in known} | {str(each.id): each for each in known}
    found: dict[int, JiraComponent] = {}
    for name in names:
        row = by_name.get(name.lower())
        if row is None:
            raise FieldError(f"Component name '{shorten(name)}' is not valid")
        found[row.id] = row
    return list(found.values())


def read_day(value: Any) -> date | None:
    """Return a day; None for null or an empty text.

    Raises:
        FieldError: it is no day such as 2026-09-30.
    """
    if value in (None, ""):
        return None
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise FieldError("Operation value must be a string in the format 'yyyy-MM-dd'")


def read_parent(value: Any) -> str | None:
    """Return the id or key of the parent that is sent; None for none.

    Raises:
        FieldError: it is no object with an id or a key.
    """
    if value is None:
        return None
    sent = value if isinstance(value, dict) else {}
    if "set" in sent and isinstance(sent["set"], dict | None):
        return read_parent(sent["set"])
    name = sent.get("id", sent.get("key"))
    if name is None and (sent.keys() & {"id", "key"} or sent == {"none": True}):
        return None
    if not isinstance(name, str | int) or name == "":
        raise FieldError("expected 'key' or 'id' property")
    return str(name)


def explain_parent(kind: str, project: JiraProject, parent: JiraIssue | None) -> str:
    """Say why an issue of a type cannot have a parent, or none; empty where it can.

    Args:
        kind: type of the issue.
        project: the project of the issue.
        parent: the issue above it.
    """
    if parent is None:
        is_missing = kind == catalog.SUBTASK
        return (
            "Issue type is a sub-task but parent issue key or id not specified."
            if is_missing
            else ""
        )
    if catalog.level(parent.issue_type) != catalog.level(kind) + 1:
        return "Given parent work item does not belong to appropriate hierarchy."
    if kind == catalog.SUBTASK and parent.project_id != project.id:
        return "A sub-task has to be in the project of its parent."
    return ""


def _read_list(value: Any) -> list[Any]:
    found = [] if value is None else value
    if not isinstance(found, list):
        raise FieldError("data was not an array")
    if len(found) > _MOST:
        raise FieldError(f"The list has more than {_MOST} values.")
    return found
