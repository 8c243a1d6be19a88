"""What requests of the API say, and whose issues they are about."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from simulator.db.claim import lock
from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import issues
from simulator.systems.apps.jira.refusals import Refused
from simulator.systems.apps.jira.tables import JiraIssue
from simulator.validation.parsing import NotJson, parse_strict_json, parse_whole_number

READ, WRITE, PEOPLE = "read:jira-work", "write:jira-work", "read:jira-user"


def read_body() -> dict[str, Any]:
    """The JSON object that was sent.

    Raises:
        Refused: it is no JSON object.
    """
    try:
        found = parse_strict_json(request.get_data())
    except NotJson as error:
        raise Refused(400, str(error)) from None
    if not isinstance(found, dict):
        raise Refused(400, "The body must be a JSON object.")
    return found


def member(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object in an object; an empty one where there is none.

    Raises:
        Refused: something else is there.
    """
    found = members.get(name)
    if found is not None and not isinstance(found, dict):
        raise Refused(400, f"'{name}' must be a JSON object.")
    return found or {}


def read_names(value: object, name: str) -> list[str]:
    """A list of names, or a text with commas between them.

    Raises:
        Refused: it is neither.
    """
    found = value.split(",") if isinstance(value, str) else [] if value is None else value
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Refused(400, f"Send {name} as a list of names.")
    parts = (part.strip() for one in found for part in one.split(","))
    return [part for part in parts if part]


def read_number(sent: Mapping[str, Any], name: str, default: int, most: int | None = None) -> int:
    """A whole number; one above `most` counts as that.

    Raises:
        Refused: it is none.
    """
    value = sent.get(name)
    number = default if value is None else parse_whole_number(str(value))
    least = 1 if name == "maxResults" else 0  # an empty page would never be the last
    if number is None or number < least:
        raise Refused(400, f"The parameter {name} must be a whole number of at least {least}.")
    return number if most is None else min(number, most)


def find_issue(user: AppUser, name: str, *, to_change: bool = False) -> JiraIssue:
    """The issue with this id or key, noted as one that was answered.

    Args:
        user: the user who asks.
        name: id or key.
        to_change: keep others from changing it meanwhile.

    Raises:
        Refused: there is none that the person may see.
    """
    row = issues.find(here().world, user, name)
    if row is None or (to_change and not lock(here().world.db.session, row)):
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    record_rows(user, [row])
    return row


def record_rows(user: AppUser, rows: Iterable[JiraIssue]) -> None:
    """Have the isolation oracle know whose rows are answered: what one may see counts as own."""
    every = people.is_admin(user)
    here().world.calls.record_rows(row.reporter.email if every else user.email for row in rows)
