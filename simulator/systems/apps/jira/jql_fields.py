"""The fields of JQL: what each is compared with, and that the values are there."""

import operator
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, not_, or_, select

from simulator.db.tables import AppUser
from simulator.systems.apps.jira import catalog, issues, jql_dates
from simulator.systems.apps.jira.jql_clauses import (
    Clause,
    JqlError,
    Operand,
    check_operator,
    find_name,
    no_field,
    no_function,
    no_value,
)
from simulator.systems.apps.jira.tables import (
    JiraComponent,
    JiraIssue,
    JiraIssueComponent,
    JiraLabel,
    JiraProject,
)
from simulator.world import World

Condition = ColumnElement[bool]
_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_EQUAL, _EMPTY, _TEXT = ("=", "!=", "in", "not in"), ("is", "is not"), ("~", "!~")
_SAME = {
    "type": "issuetype",
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "createddate": "created",
    "updateddate": "updated",
    "due": "duedate",
    "components": "component",
    "label": "labels",
}
_TEXTS: dict[str, tuple[Any, ...]] = {
    "summary": (JiraIssue.summary,),
    "description": (JiraIssue.description,),
    "text": (JiraIssue.summary, JiraIssue.description),
}
_PEOPLE: dict[str, Any] = {
    "assignee": JiraIssue.assignee_id,
    "reporter": JiraIssue.reporter_id,
    "creator": JiraIssue.reporter_id,
}
_DATES: dict[str, Any] = {
    "created": JiraIssue.created_at,
    "updated": JiraIssue.updated_at,
    "duedate": JiraIssue.due_on,
}
#: What lists hold, through which nothing is ordered.
_LISTS = ("labels", "component", "parent")


class Fields:
    """The fields of one site, as one person searches them.

    Args:
        user: what `currentUser()` stands for; of their site.
    """

    def __init__(self, world: World, user: AppUser) -> None:
        self._world, self._user = world, user

    def condition(self, clause: Clause) -> Condition:
        """Return what a clause asks for.

        Raises:
            JqlError: the field, the operator there, or a value is not known.
        """
        name = _SAME.get(clause.field.lower(), clause.field.lower())
        if name in _TEXTS:
            return self._text(clause, name)
        if name in _DATES:
            return self._date(clause, _DATES[name])
        if name == "key":
            return self._key(clause)
        if name in _PEOPLE:
            return self._one_of(clause, _PEOPLE[name], lambda one: self._person(clause, one))
        if name == "project":
            return self._one_of(
                clause, JiraIssue.project_id, lambda one: self._project(clause, one)
            )
        if name == "priority" and clause.operator in _ORDERED:
            return self._at_least(clause)
        if name in self._listed:
            column, known = self._listed[name]
            return self._one_of(clause, column, lambda one: find_name(clause, one, known))
        if name == "parent":
            return self._one_of(
                clause, JiraIssue.parent_id, lambda one: self._issue(clause, one).id
            )
        if name in ("labels", "component"):
            return self._among(clause, name)
        if name in ("resolution", "statuscategory"):
            return self._by_status(clause, name)
        raise no_field(clause.field)

    def order(self, field: str) -> list[Any]:
        """Return the columns that `ORDER BY` a field goes by.

        Raises:
            JqlError: there is no such field, or nothing is ordered by it.
        """
        name = _SAME.get(field.lower(), field.lower())
        if name in _PEOPLE:
            query = select(AppUser.name).where(AppUser.id == _PEOPLE[name])
            return [query.scalar_subquery()]
        if name in self._listed:
            column, known = self._listed[name]
            return [case({text: place for place, text in enumerate(known)}, value=column)]
        columns = {
            **_DATES,
            "key": (JiraProject.key, JiraIssue.number),
            "project": JiraProject.name,
            "summary": JiraIssue.summary,
            "statuscategory": case(
                {text: one.id for text, one in catalog.STATUSES.items()}, value=JiraIssue.status
            ),
            "resolution": JiraIssue.status == "Done",
        }
        if name not in columns:
            is_known = name in (*_TEXTS, *_LISTS)
            raise (
                JqlError(f"Not able to sort using field '{field}'.")
                if is_known
                else no_field(field)
            )
        found = columns[name]
        return list(found) if isinstance(found, tuple) else [found]

    @cached_property
    def _listed(self) -> dict[str, tuple[Any, Mapping[str, str]]]:
        """Fields with a list of values: the column, and value → id."""
        return {
            "status": (JiraIssue.status, catalog.STATUS_IDS),
            "issuetype": (JiraIssue.issue_type, catalog.TYPES),
            "priority": (JiraIssue.priority, catalog.PRIORITIES),
        }

    def _one_of(self, clause: Clause, column: Any, find: Callable[[Operand], Any]) -> Condition:
        """A column that is equal to one of the operands, or is empty."""
        check_operator(clause, *_EQUAL, *_EMPTY)
        parts = [
            column.is_(None) if one.kind == "empty" else column == find(one)
            for one in clause.operands
        ]
        return not_(or_(*parts)) if clause.is_negative else or_(*parts)

    def _among(self, clause: Clause, name: str) -> Condition:
        """Issues in whose list one of the operands is; without any, they fit no `!=`."""
        check_operator(clause, *_EQUAL, *_EMPTY)
        column: Any = JiraLabel.folded if name == "labels" else JiraIssueComponent.component_id
        of_issue = JiraIssueComponent.issue_id == JiraIssue.id
        if name == "labels":
            of_issue = JiraLabel.issue_id == JiraIssue.id
        has_any, parts = exists().where(of_issue), []
        for one in clause.operands:
            if one.kind == "empty":
                parts.append(not_(has_any))
                continue
            found = [_word(clause, one)] if name == "labels" else self._parts(clause, one)
            parts.append(exists().where(of_issue, column.in_(found)))
        if not clause.is_negative:
            return or_(*parts)
        is_not = not_(or_(*parts))
        return is_not if clause.operator == "is not" else and_(has_any, is_not)

    def _parts(self, clause: Clause, one: Operand) -> list[int]:
        """Ids of the components of any project that have a name, or this id."""
        if one.kind == "function":
            raise no_function(clause, one)
        every = select(JiraComponent).join(JiraProject, JiraProject.id == JiraComponent.project_id)
        rows = self._world.db.session.scalars(every.where(JiraProject.host == self._user.host))
        text = one.text.lower()
        ids = [row.id for row in rows if text in (row.name.lower(), str(row.id))]
        if not ids:
            raise no_value(clause, one)
        return ids

    def _issue(self, clause: Clause, one: Operand) -> JiraIssue:
        row = None if one.kind == "empty" else issues.find(self._world, self._user, one.text)
        if row is None:
            raise JqlError(
                f"An issue with key '{one.text}' does not exist for field '{clause.field}'."
            )
        return row

    def _by_status(self, clause: Clause, name: str) -> Condition:
        """Fields that follow from the status; an issue that is not done has no resolution."""
        check_operator(clause, *_EQUAL, *_EMPTY)
        fitting: set[str] = set()
        for one in clause.operands:
            if name == "statuscategory":
                known = {each.name: str(each.id) for each in catalog.CATEGORIES}
                known |= {each.key: str(each.id) for each in catalog.CATEGORIES}
                number = "" if one.kind == "empty" else known[find_name(clause, one, known)]
                fitting |= {s for s, each in catalog.STATUSES.items() if str(each.id) == number}
            else:
                is_open = one.kind == "empty" or one.text.lower() == "unresolved"
                if not is_open:
                    find_name(clause, one, {catalog.RESOLUTION["name"]: catalog.RESOLUTION["id"]})
                fitting |= {s for s in catalog.STATUSES if catalog.is_done(s) != is_open}
        found = JiraIssue.status.in_(sorted(fitting))
        return not_(found) if clause.is_negative else found

    def _at_least(self, clause: Clause) -> Condition:
        """Priorities beside one; the first of them is the greatest."""
        (one,) = clause.operands
        names = list(catalog.PRIORITIES)
        place = names.index(find_name(clause, one, catalog.PRIORITIES))
        compare = _ORDERED[clause.operator]
        fitting = [name for number, name in enumerate(names) if compare(-number, -place)]
        return JiraIssue.priority.in_(fitting)

    def _text(self, clause: Clause, name: str) -> Condition:
        """Every word occurs; what stands in quotation marks inside the text, as a whole."""
        is_filled = name == "description"
        check_operator(clause, *_TEXT, *(_EMPTY if is_filled else ()))
        (one,) = clause.operands
        if clause.operator in _EMPTY:
            empty = JiraIssue.description == ""
            return not_(empty) if clause.is_negative else empty
        if one.kind != "value" or not one.text.strip():
            raise JqlError(
                f"The field '{clause.field}' does not support searching for an empty string."
            )
        sought, is_phrase = one.text.strip(), one.text.strip().startswith('"')
        words = [sought.strip('"')] if is_phrase else [word.strip("*") for word in sought.split()]
        found = and_(
            *(
                or_(*(column.icontains(word, autoescape=True) for column in _TEXTS[name]))
                for word in words
            )
        )
        return not_(found) if clause.is_negative else found

    def _date(self, clause: Clause, column: Any) -> Condition:
        check_operator(clause, *_EQUAL, *_ORDERED, *_EMPTY)
        if clause.operator in _EMPTY:
            empty: Condition = column.is_(None)
            return not_(empty) if clause.is_negative else empty
        moments = [self._moment(clause, one) for one in clause.operands]
        if column is JiraIssue.due_on:
            moments = [each.date() for each in moments]
        if compare := _ORDERED.get(clause.operator):
            found: Condition = compare(column, moments[0])
            return found
        equal = or_(*(column == moment for moment in moments))
        return not_(equal) if clause.is_negative else equal

    def _moment(self, clause: Clause, one: Operand) -> Any:
        now = self._world.clock.now()
        if one.kind == "function":
            found = jql_dates.read_function(one.text, list(one.arguments), now)
            if found is None:
                raise no_function(clause, one)
            return found
        found = jql_dates.read_moment(one.text, now) if one.kind == "value" else None
        if found is None:
            raise JqlError(
                f"Date value '{one.text}' for field '{clause.field}' is invalid. Valid formats "
                "include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a "
                "period format e.g. '-5d', '4w 2d'."
            )
        return found

    def _key(self, clause: Clause) -> Condition:
        """Issues by key or id; those alone that the person may see exist."""
        check_operator(clause, *_EQUAL, *_ORDERED)
        rows = [self._issue(clause, one) for one in clause.operands]
        if compare := _ORDERED.get(clause.operator):
            same = JiraIssue.project_id == rows[0].project_id
            return and_(same, compare(JiraIssue.number, rows[0].number))
        found = JiraIssue.id.in_([row.id for row in rows])
        return not_(found) if clause.is_negative else found

    def _project(self, clause: Clause, one: Operand) -> int:
        if one.kind == "function":
            raise no_function(clause, one)
        row = issues.find_project(self._world, self._user.host, one.text, by_name=True)
        if row is None:
            raise no_value(clause, one)
        return row.id

    def _person(self, clause: Clause, one: Operand) -> int:
        if one.kind == "function":
            if one.text.lower() != "currentuser" or one.arguments:
                raise no_function(clause, one)
            return self._user.id
        found = issues.find_user(self._world, self._user.host, one.text, by_email=True)
        if found is None:
            raise no_value(clause, one)
        return found.id


def _word(clause: Clause, one: Operand) -> str:
    """A label as queries compare it; one that no issue has is none that cannot be sought."""
    if one.kind == "function":
        raise no_function(clause, one)
    return one.text.casefold()
