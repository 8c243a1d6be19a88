"""What may be set when an issue is created or changed, and the sentences for what may not."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, update

from simulator.db.tables import AppUser
from simulator.systems.apps.jira import adf, catalog, issues, planning
from simulator.systems.apps.jira.planning import FieldError
from simulator.systems.apps.jira.tables import (
    JiraAttachment,
    JiraChange,
    JiraIssue,
    JiraIssueComponent,
    JiraLabel,
)
from simulator.validation.parsing import shorten
from simulator.world import World

_LONGEST_SUMMARY, _LONGEST = 255, 32_767
_TOO_LONG = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
_NO_TEXT = "Operation value must be a string"
_NO_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


class Edit:
    """What a request sets, field by field.

    Args:
        user: the user who edits, at whose site.
        row: the issue; None for one that is being created.
        documents: long texts come as documents (version 3 of the API), not as plain text.

    Attributes:
        values: column of the issue → value.
        comments: texts of new comments.
        errors: field → sentence.
    """

    def __init__(
        self, world: World, user: AppUser, row: JiraIssue | None, *, documents: bool
    ) -> None:
        self._world, self._user, self._host = world, user, user.host
        self._row, self._documents = row, documents
        self._sent: set[str] = set()
        self.values: dict[str, Any] = {}
        self.comments: list[str] = []
        self.errors: dict[str, str] = {}

    def set(self, name: str, value: Any) -> None:
        """Set a field; what is wrong becomes one of the errors."""
        readers: dict[str, Callable[[Any], tuple[str, Any]]] = {
            "summary": self._summary,
            "description": self._description,
            "issuetype": self._type,
            "priority": self._priority,
            "assignee": self._assignee,
            "duedate": self._due,
            "labels": lambda sent: ("labels", planning.read_labels(sent)),
            "components": lambda sent: ("components", planning.read_parts(sent)),
            "parent": self._parent,
        }
        if self._row is None:
            readers["project"] = self._project
        name = str(name)
        self._sent.add(name)
        if name not in readers:
            shown = shorten(name)
            self.errors[name] = (
                f"Field '{shown}' cannot be set. It is not on the appropriate screen, or unknown."
            )
            return
        try:
            column, found = readers[name](value)
        except FieldError as error:
            self.errors[name] = str(error)
        else:
            self.values[column] = found

    def operate(self, name: str, operations: Any) -> None:
        """Apply what stands under `update`: `[{"set": value}]`, or `[{"add": …}]` for a comment."""
        if not isinstance(operations, list) or not all(
            isinstance(one, dict) and len(one) == 1 for one in operations
        ):
            self.errors[name] = "Operations must be a list of objects with one operation each."
            return
        is_field = name in self._sent
        for ((verb, value),) in (one.items() for one in operations):
            if name == "comment" and verb == "add":
                self._comment(value)
            elif is_field:
                self.errors[name] = f"Field '{name}' cannot appear in both 'fields' and 'update'"
            elif verb == "set" or name not in catalog.FIELDS:
                self.set(name, value)
            elif verb in ("add", "remove") and name in ("labels", "components"):
                self._sent.add(name)
                self._change_list(name, verb, value)
            else:
                self.errors[name] = f"Field with id '{name}' and operation '{verb}' is not allowed"

    def forbid_fields(self) -> None:
        """Let no field be set, as where there is no screen; comments can be added all the same."""
        for name in sorted(self._sent):
            self.errors[name] = (
                f"Field '{shorten(name)}' cannot be set. It is not on the appropriate screen, or "
                "unknown."
            )

    def complete(self) -> dict[str, Any]:
        """Return all that a new issue needs; what is missing becomes one of the errors."""
        missing = {
            "project": "Specify a valid project ID or key",
            "issuetype": "Specify an issue type",
            "summary": "You must specify a summary of the issue.",
        }
        for name, sentence in missing.items():
            if name not in self._sent:
                self.errors[name] = sentence
        usual = {"description": "", "assignee": None, "priority": catalog.USUAL_PRIORITY}
        self.check()
        return usual | self.values

    def check(self) -> None:
        """Check what fields have to do with each other; what is wrong becomes an error."""
        row, found = self._row, self.values
        project = found.get("project") or (row.project if row else None)
        if "components" in found and project is not None:
            try:
                known = issues.components(self._world, project)
                found["components"] = planning.find_parts(known, found["components"])
            except FieldError as error:
                self.errors["components"] = str(error)
        if {"issue_type", "parent_id"} & found.keys() and project is not None:
            kind = found.get("issue_type") or (row.issue_type if row else "")
            number = found.get("parent_id", row.parent_id if row else None)
            parent = self._world.db.session.get(JiraIssue, number) if number else None
            if kind and (sentence := planning.explain_parent(kind, project, parent)):
                self.errors["parent"] = sentence

    def _summary(self, value: Any) -> tuple[str, str]:
        if value is not None and not isinstance(value, str):
            raise FieldError(_NO_TEXT)
        text = (value or "").strip()
        if not text:
            raise FieldError("You must specify a summary of the issue.")
        if "\n" in text or "\r" in text:
            raise FieldError("The summary is invalid because it contains newline characters.")
        if len(text) > _LONGEST_SUMMARY:
            raise FieldError(f"Summary can't exceed {_LONGEST_SUMMARY} characters.")
        return "summary", text

    def _description(self, value: Any) -> tuple[str, str]:
        return "description", read_long_text(value, self._documents)

    def _type(self, value: Any) -> tuple[str, str]:
        return "issue_type", _listed(value, catalog.TYPES, "The issue type selected is invalid.")

    def _priority(self, value: Any) -> tuple[str, str]:
        wrong = "The priority selected is invalid."
        return "priority", _listed(value, catalog.PRIORITIES, wrong)

    def _project(self, value: Any) -> tuple[str, Any]:
        sent = value if isinstance(value, dict) else {}
        number, key = sent.get("id"), sent.get("key")
        name = str(key if number is None else number)
        row = issues.find_project(self._world, self._host, name)
        if row is None or str(row.id if number is not None else row.key) != name.upper():
            raise FieldError("Specify a valid project ID or key")
        return "project", row

    def _assignee(self, value: Any) -> tuple[str, AppUser | None]:
        sent = {"accountId": None} if value is None else value
        if not isinstance(sent, dict):
            raise FieldError("data was not an object")
        found = sent.get("accountId", sent.get("id"))
        if found is None and (sent.keys() & {"accountId", "id"}):
            return "assignee", None
        user = issues.find_user(self._world, self._host, found) if isinstance(found, str) else None
        if user is None:
            raise FieldError("Specify a valid 'accountId' for assignee")
        return "assignee", user

    def _due(self, value: Any) -> tuple[str, date | None]:
        return "due_on", planning.read_day(value)

    def _parent(self, value: Any) -> tuple[str, int | None]:
        name = planning.read_parent(value)
        if name is None:
            return "parent_id", None
        row = issues.find(self._world, self._user, name)
        if row is None:
            raise FieldError("Could not find issue by id or key.")
        return "parent_id", row.id

    def _change_list(self, name: str, verb: str, value: Any) -> None:
        """Add to what an issue has in a list, or take it out."""
        row, before = self._row, self.values.get(name)
        try:
            if name == "labels":
                own = [each.label for each in row.labels] if row else []
                (one,) = planning.read_labels([value])
            else:
                own = [str(each.id) for each in row.components] if row else []
                known = issues.components(self._world, row.project) if row else ()
                (one,) = planning.read_parts([value])
                one = str(planning.find_parts(known, [one])[0].id) if row else one
        except FieldError as error:
            self.errors[name] = str(error)
            return
        others = [each for each in (own if before is None else before) if each != one]
        self.values[name] = [*others, one] if verb == "add" else others

    def _comment(self, value: Any) -> None:
        body = value.get("body") if isinstance(value, dict) else None
        try:
            self.comments.append(read_comment(body, self._documents))
        except FieldError as error:
            self.errors["comment"] = str(error)


def read_long_text(value: Any, documents: bool) -> str:
    """Return the text of a long field; empty for None.

    Raises:
        FieldError: it has the shape of the other version of the API, or is too long.
    """
    if value is None:
        return ""
    if documents:
        try:
            text = adf.to_text(value)
        except adf.NotADocument:
            raise FieldError(_NO_DOCUMENT) from None
    elif isinstance(value, str):
        text = value
    else:
        raise FieldError(_NO_TEXT)
    if len(text) > _LONGEST:
        raise FieldError(_TOO_LONG)
    return text


def read_comment(value: Any, documents: bool) -> str:
    """Return the text of a comment.

    Raises:
        FieldError: there is none, or it is wrong as a long text is.
    """
    text = read_long_text(value, documents)
    if not text.strip():
        raise FieldError("Comment body can not be empty!")
    return text


def add_comment(world: World, row: JiraIssue, author: AppUser, text: str) -> dict[str, Any]:
    """Add a comment to an issue that nobody else changes meanwhile; return what is stored."""
    row.updated_at = world.clock.now()
    first = row.id * 10_000
    number = max((each["id"] + 1 for each in row.comments), default=first)
    created = issues.moment(row.updated_at)
    made = {"id": number, "author": author.id, "body": text, "created": created}
    row.comments = [*row.comments, made]
    return made


def change_comment(
    world: World, row: JiraIssue, comment: dict[str, Any], text: str
) -> dict[str, Any]:
    """Change the text of a comment; return what is stored."""
    row.updated_at = world.clock.now()
    made = {**comment, "body": text, "updated": issues.moment(row.updated_at)}
    row.comments = [made if each["id"] == made["id"] else each for each in row.comments]
    return made


def delete_comment(world: World, row: JiraIssue, comment: dict[str, Any]) -> None:
    """Delete a comment."""
    row.updated_at = world.clock.now()
    row.comments = [each for each in row.comments if each["id"] != comment["id"]]


def delete_issues(world: World, rows: Sequence[JiraIssue]) -> None:
    """Delete issues with all that is theirs; those below an epic stay, without it."""
    numbers, session = [row.id for row in rows], world.db.session
    for table in (JiraChange, JiraLabel, JiraIssueComponent, JiraAttachment):
        session.execute(delete(table).where(table.issue_id.in_(numbers)))
    below = update(JiraIssue).where(JiraIssue.parent_id.in_(numbers))
    session.execute(below.values(parent_id=None))
    session.execute(delete(JiraIssue).where(JiraIssue.id.in_(numbers)))


def _listed(value: Any, known: dict[str, str], wrong: str) -> str:
    """The name of a value that is sent by name or id."""
    sent = value if isinstance(value, dict) else {}
    number, name = sent.get("id"), sent.get("name")
    for each, its_number in known.items():
        if (number is not None and str(number) == its_number) or (number is None and name == each):
            return each
    raise FieldError(wrong)
