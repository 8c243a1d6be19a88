"""A small subset of JQL: `project = OPS AND (status != Done OR text ~ "printer") ORDER BY updated`.

Fields: assignee, issuetype, key, project, reporter, status; text, summary and description
with `~`. Operators: = != IN NOT IN IS [NOT] EMPTY ~ !~, AND, OR, NOT, parentheses.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, func, not_, or_

from simulator.db.tables import AppUser
from simulator.systems.apps.jira.tables import JiraIssue, JiraProject

_TOKEN = re.compile(
    r"""\s*(?: (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign>!=|!~|[=~(),])
      | (?P<word>[^\s=!~(),"']+) )""",
    re.VERBOSE,
)
#: A query nests no deeper, so that no query can exhaust the stack.
_DEEPEST = 50
_LONGEST = 2000
_END = "the end of the query"
Condition = ColumnElement[bool]
_Finder = Callable[[str], AppUser | None]
_COLUMNS: dict[str, Any] = {
    "assignee": JiraIssue.assignee_id,
    "reporter": JiraIssue.reporter_id,
    "project": JiraProject.key,
    "status": JiraIssue.status,
    "issuetype": JiraIssue.issue_type,
    "type": JiraIssue.issue_type,
}
_TEXTS = {
    "summary": (JiraIssue.summary,),
    "description": (JiraIssue.description,),
    "text": (JiraIssue.summary, JiraIssue.description),
}
_ORDERS: dict[str, Any] = {
    "created": JiraIssue.created_at,
    "updated": JiraIssue.updated_at,
    "key": JiraIssue.id,
    "status": JiraIssue.status,
    "summary": JiraIssue.summary,
}


class JqlError(ValueError):
    """The query cannot be understood; the message is for whoever wrote it."""


def parse(text: str, user: AppUser, find_user: _Finder) -> tuple[Condition, list[Any]]:
    """Return the condition of a query, and the columns that it orders by.

    Args:
        text: the query.
        user: what `currentUser()` stands for.
        find_user: the account that an account id or e-mail address names.

    Raises:
        JqlError: it cannot be understood, or would find every issue.
    """
    if len(text) > _LONGEST:
        raise JqlError(f"Error in the JQL Query: it has more than {_LONGEST} characters.")
    return _Parser(text, user, find_user).query()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise JqlError(f"Error in the JQL Query: it cannot be read from character {at + 1} on.")
        kind, found = match.lastgroup, match[match.lastgroup]
        yield kind, re.sub(r"\\(.)", r"\1", found[1:-1]) if kind == "quoted" else found
        at = match.end()
    yield "end", ""


class _Parser:
    def __init__(
        self, text: str, user: AppUser, find_user: Callable[[str], AppUser | None]
    ) -> None:
        self._left = list(_tokens(text))[::-1]
        self._user, self._find_user = user, find_user
        self._depth = 0

    def query(self) -> tuple[Condition, list[Any]]:
        if self._is("order") or self._left[-1][0] == "end":
            raise JqlError(
                "Unbounded JQL queries are not allowed here. Add a search restriction to the query."
            )
        condition = self._any()
        order = self._order() if self._takes("order") else []
        if self._left[-1][0] != "end":
            raise JqlError(f"Error in the JQL Query: '{self._left[-1][1]}' was not expected.")
        return condition, [*order, JiraIssue.id]

    def _order(self) -> list[UnaryExpression[Any]]:
        self._expect("by")
        columns = []
        while True:
            name = self._word("a field").lower()
            if name not in _ORDERS:
                raise JqlError(f"Field '{name}' does not exist or cannot be sorted by.")
            columns.append(_ORDERS[name].desc() if self._takes("desc") else _ORDERS[name].asc())
            self._takes("asc")
            if not self._takes(","):
                return columns

    def _any(self) -> Condition:
        found = [self._all()]
        while self._takes("or"):
            found.append(self._all())
        return or_(*found)

    def _all(self) -> Condition:
        found = [self._one()]
        while self._takes("and"):
            found.append(self._one())
        return and_(*found)

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise JqlError("Error in the JQL Query: it nests too deeply.")
        try:
            if self._takes("not"):
                return not_(self._one())
            if self._takes("("):
                inner = self._any()
                self._expect(")")
                return inner
            return self._clause()
        finally:
            self._depth -= 1

    def _clause(self) -> Condition:
        field = self._word("a field").lower()
        if field in _TEXTS:
            negative = not self._takes("~")
            if negative:
                self._expect("!~")
            sought = self._word("a text")
            parts = [column.icontains(sought, autoescape=True) for column in _TEXTS[field]]
            return not_(or_(*parts)) if negative else or_(*parts)
        if field in ("key", "issuekey"):
            return self._compared(self._key)
        if field not in _COLUMNS:
            raise JqlError(f"Field '{field}' does not exist or you may not view it.")
        column = _COLUMNS[field]
        if self._takes("is"):
            negative = self._takes("not")
            self._expect("empty")
            empty: Condition = column.is_(None)
            return not_(empty) if negative else empty
        if field in ("assignee", "reporter"):
            return self._compared(lambda: column == self._person())
        return self._compared(lambda: func.lower(column) == self._word("a value").lower())

    def _compared(self, equals: Callable[[], Condition]) -> Condition:
        """What stands behind the field: one value, or several of which one is to be equal."""
        if self._takes("="):
            return equals()
        if self._takes("!="):
            return not_(equals())
        negative = self._takes("not")
        self._expect("in")
        self._expect("(")
        found = [equals()]
        while self._takes(","):
            found.append(equals())
        self._expect(")")
        return not_(or_(*found)) if negative else or_(*found)

    def _key(self) -> Condition:
        project, _, number = self._word("a key").upper().rpartition("-")
        digits = number if number.isascii() and number.isdigit() and len(number) < 10 else "0"
        return and_(JiraProject.key == project, JiraIssue.number == int(digits))

    def _person(self) -> int:
        name = self._word("a user")
        if name.lower() == "currentuser" and self._takes("("):
            self._expect(")")
            return self._user.id
        found = self._find_user(name)
        return found.id if found else 0

    def _is(self, text: str) -> bool:
        kind, found = self._left[-1]
        return kind != "quoted" and found.lower() == text

    def _takes(self, text: str) -> bool:
        if not self._is(text) or self._left[-1][0] == "end":
            return False
        self._left.pop()
        return True

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            found = self._left[-1][1] or _END
            raise JqlError(f"Error in the JQL Query: expected '{text}', found '{found}'.")

    def _word(self, what: str) -> str:
        kind, found = self._left[-1]
        if kind not in ("word", "quoted"):
            raise JqlError(f"Error in the JQL Query: expected {what}, found '{found or _END}'.")
        self._left.pop()
        return found
