"""The language of `q` (Drive API, "Search query terms and operators"), as conditions of SQL."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from simulator.db.base import normalized
from simulator.db.tables import AppUser
from simulator.systems.apps.google.tables import DriveFile, DrivePermission

Condition = ColumnElement[bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<sign><=|>=|!=|=|<|>|\(|\))|(?P<word>[\w.]+))"
)
_DEEPEST = 20
_TEXTS = {"name": DriveFile.name, "mimeType": DriveFile.mime_type}
_FLAGS = {"trashed": DriveFile.is_trashed, "starred": DriveFile.is_starred}
_MOMENTS = {"modifiedTime": DriveFile.modified_at, "createdTime": DriveFile.created_at}


class BadQuery(Exception):
    """A query that cannot be read."""


def build_condition(query: str, user: AppUser) -> Condition:
    """Return what a query asks for.

    Args:
        query: the query as a client sent it.
        user: the user who asks; `'me'` and `sharedWithMe` go by them.

    Raises:
        BadQuery: it cannot be read.
    """
    parser = _Parser(query, user)
    found = parser.any_of(0)
    if parser.tokens:
        raise BadQuery
    return found


class _Parser:
    def __init__(self, query: str, user: AppUser) -> None:
        self._user = user
        self.tokens: list[str] = []
        place = 0
        while query[place:].strip():
            match = _TOKEN.match(query, place)
            if match is None:
                raise BadQuery
            self.tokens.append(match[0].strip())
            place = match.end()

    def any_of(self, depth: int) -> Condition:
        found = [self._all_of(depth)]
        while self._takes("or"):
            found.append(self._all_of(depth))
        return or_(*found)

    def _all_of(self, depth: int) -> Condition:
        found = [self._term(depth)]
        while self._takes("and"):
            found.append(self._term(depth))
        return and_(*found)

    def _term(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise BadQuery
        if self._takes("not"):
            return not_(self._term(depth + 1))
        if self._takes("("):
            found = self.any_of(depth + 1)
            if not self._takes(")"):
                raise BadQuery
            return found
        first = self._next()
        if first == "sharedWithMe" and not (self.tokens and self.tokens[0] in ("=", "!=")):
            return self._shared()
        operator, second = self._next(), self._next()
        if operator == "in":
            return self._member(_text(first), second)
        return self._compare(first, operator, second)

    def _compare(self, name: str, operator: str, value: str) -> Condition:
        if name in _FLAGS or name == "sharedWithMe":
            if value not in ("true", "false") or operator not in ("=", "!="):
                raise BadQuery
            is_so = (value == "true") == (operator == "=")
            found = self._shared() if name == "sharedWithMe" else _FLAGS[name].is_(True)
            return found if is_so else not_(found)
        text = _text(value)
        if name in _MOMENTS:
            return _compare_moments(_MOMENTS[name], operator, text)
        if name == "fullText" and operator == "contains":
            return or_(
                DriveFile.name.icontains(text, autoescape=True),
                DriveFile.description.icontains(text, autoescape=True),
            )
        if name not in _TEXTS:
            raise BadQuery
        column = func.lower(_TEXTS[name])
        match operator:
            case "=":
                return column == text.lower()
            case "!=":
                return column != text.lower()
            case "contains":
                return _TEXTS[name].icontains(text, autoescape=True)
        raise BadQuery

    def _member(self, value: str, place: str) -> Condition:
        """Folders that a file is in, and people that it belongs to."""
        if place == "parents":
            return DriveFile.parent_id == value
        if place not in ("owners", "writers", "readers"):
            raise BadQuery
        email = normalized(self._user.email if value == "me" else value)
        people = select(AppUser.id).where(
            AppUser.host == self._user.host, AppUser.normalized_email == email
        )
        owned = DriveFile.owner_id.in_(people)
        if place == "owners":
            return owned
        shared = select(DrivePermission.user_id).where(
            DrivePermission.file_key == DriveFile.id, DrivePermission.user_id.in_(people)
        )
        roles = ("writer",) if place == "writers" else ("writer", "reader", "commenter")
        return or_(owned, exists(shared.where(DrivePermission.role.in_(roles))))

    def _shared(self) -> Condition:
        return DriveFile.owner_id != self._user.id

    def _takes(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _next(self) -> str:
        if not self.tokens:
            raise BadQuery
        return self.tokens.pop(0)


def _text(token: str) -> str:
    if not token.startswith("'"):
        raise BadQuery
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def _compare_moments(column: Any, operator: str, text: str) -> Condition:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadQuery from None
    if operator not in ("=", "!=", "<", "<=", ">", ">="):
        raise BadQuery
    compared: Condition = column.op(operator, is_comparison=True)(moment)
    return compared
