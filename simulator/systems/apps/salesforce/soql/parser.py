"""Read a query: `SELECT Id, Account.Name FROM Contact WHERE Email LIKE '%@acme.example' LIMIT 5`.

Salesforce, "SOQL and SOSL Reference". Not here: TYPEOF, ROLLUP, date functions, USING
SCOPE, data categories.

Ours: it names the token that Salesforce would, which no parser generator gives.
"""

from collections.abc import Callable
from typing import TypeVar

from simulator.systems.apps.salesforce.soql.errors import MALFORMED, QueryError, unexpected
from simulator.systems.apps.salesforce.soql.lexer import Token, iter_tokens, unescape
from simulator.systems.apps.salesforce.soql.syntax import (
    Aggregate,
    AllFields,
    BooleanExpression,
    Children,
    Comparison,
    Condition,
    InSubquery,
    Literal,
    Negation,
    Ordering,
    Path,
    Query,
    Selected,
)

Found = TypeVar("Found")
_KEYWORDS = frozenset(
    (
        *("SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "INCLUDES", "EXCLUDES"),
        *("ORDER", "BY", "ASC", "DESC", "NULLS", "FIRST", "LAST", "LIMIT", "OFFSET", "GROUP"),
        *("HAVING", "USING", "WITH", "FOR"),
    )
)
_FUNCTIONS = ("COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX")
_SIGNS = ("=", "!=", "<>", "<=", ">=", "<", ">", "LIKE")
_LISTS = ("IN", "INCLUDES", "EXCLUDES")
#: A query nests no deeper, so that no query can exhaust the stack.
_DEEPEST = 50
_LONGEST = 100_000
#: Of a whole number; more digits than any limit has.
_LONGEST_NUMBER = 9


def parse(text: str) -> Query:
    """Return what a query consists of.

    Args:
        text: the query.

    Raises:
        QueryError: it cannot be read.
    """
    if len(text) > _LONGEST:
        raise QueryError("QUERY_TOO_COMPLICATED", "SOQL statements cannot exceed 100000 characters")
    if not text.strip():
        raise QueryError(MALFORMED, "SOQL statements cannot be empty or null")
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._left, self._depth = list(iter_tokens(text))[::-1], 0

    def whole(self) -> Query:
        query = self._query()
        for words in (("FOR", "VIEW"), ("FOR", "REFERENCE"), ("WITH", "SECURITY_ENFORCED")):
            if self._next.word == words[0] and self._left[-2].word == words[1]:
                del self._left[-2:]
        if self._next.kind != "end":
            raise unexpected(self._next.text)
        return query

    def _query(self) -> Query:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError("QUERY_TOO_COMPLICATED", "The query nests too deeply.")
        self._expect("SELECT")
        selected = tuple(self._list(self._selected))
        self._expect("FROM")
        source = self._name()
        alias = self._next.text if self._is_name() else ""
        if alias:
            self._left.pop()
        where = self._condition() if self._takes("WHERE") else None
        while self._next.word == "WITH" and self._left[-2].word == "SECURITY_ENFORCED":
            del self._left[-2:]
        group_by: tuple[Path, ...] = ()
        if self._takes("GROUP"):
            self._expect("BY")
            group_by = tuple(self._list(self._path))
        having = self._condition() if group_by and self._takes("HAVING") else None
        order_by: tuple[Ordering, ...] = ()
        if self._takes("ORDER"):
            self._expect("BY")
            order_by = tuple(self._list(self._ordering))
        limit = self._whole_number() if self._takes("LIMIT") else None
        offset = self._whole_number() if self._takes("OFFSET") else 0
        self._depth -= 1
        return Query(
            selected=selected,
            source=source.text,
            alias=alias,
            at=source.at,
            where=where,
            group_by=group_by,
            having=having,
            order_by=order_by,
            limit=limit,
            offset=offset,
        )

    def _selected(self) -> Selected:
        if self._takes("("):
            query = self._query()
            self._expect(")")
            return Children(query=query)
        token = self._next
        if token.word == "FIELDS" and self._left[-2].text == "(":
            del self._left[-2:]
            kind = self._name()
            if kind.word not in ("ALL", "STANDARD", "CUSTOM"):
                raise unexpected(kind.text)
            self._expect(")")
            return AllFields(kind=kind.word, at=token.at)
        aggregate = self._aggregate()
        if aggregate is None:
            return self._path()
        return aggregate

    def _aggregate(self) -> Aggregate | None:
        token = self._next
        if token.word not in _FUNCTIONS or self._left[-2].text != "(":
            return None
        del self._left[-2:]
        path = None
        if not (token.word == "COUNT" and self._next.text == ")"):
            path = self._path()
        self._expect(")")
        alias = self._left.pop().text if self._is_name() else ""
        return Aggregate(function=token.word, path=path, alias=alias, at=token.at)

    def _condition(self) -> Condition:
        """AND and OR stand in one list only with parentheses around one of them."""
        found = [self._one()]
        word = self._next.word
        if word not in ("AND", "OR"):
            return found[0]
        while self._takes(word):
            found.append(self._one())
        if self._next.word in ("AND", "OR"):
            raise unexpected(self._next.text)
        return BooleanExpression(word=word, conditions=tuple(found))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError("QUERY_TOO_COMPLICATED", "The query nests too deeply.")
        try:
            if self._takes("NOT"):
                return Negation(condition=self._one())
            if self._takes("("):
                inner = self._condition()
                self._expect(")")
                return inner
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Comparison | InSubquery:
        path = self._aggregate() or self._path()
        token = self._next
        if token.word in _SIGNS:
            self._left.pop()
            operator = "!=" if token.word == "<>" else token.word
            return Comparison(path=path, operator=operator, values=(self._literal(),))
        is_negative = self._takes("NOT")
        token = self._next
        if token.word not in _LISTS or (is_negative and token.word != "IN"):
            raise unexpected(token.text)
        self._left.pop()
        self._expect("(")
        if self._next.word == "SELECT" and isinstance(path, Path):
            query = self._query()
            self._expect(")")
            return InSubquery(path=path, is_negative=is_negative, query=query)
        values = tuple(self._list(self._literal))
        self._expect(")")
        operator = f"{'NOT ' if is_negative else ''}{token.word}"
        return Comparison(path=path, operator=operator, values=values)

    def _literal(self) -> Literal:
        token = self._left.pop()
        if token.kind in ("number", "date", "datetime"):
            return Literal(kind=token.kind, text=token.text, at=token.at)
        if token.kind == "string":
            return Literal(kind="string", text=unescape(token.text), at=token.at)
        if token.kind != "word" or token.word in _KEYWORDS or "." in token.text:
            raise unexpected(token.text)
        kind = {"NULL": "null", "TRUE": "boolean", "FALSE": "boolean"}.get(token.word, "period")
        return Literal(kind=kind, text=token.word, at=token.at)

    def _ordering(self) -> Ordering:
        by = self._aggregate() or self._path()
        is_falling = self._takes("DESC")
        if not is_falling:
            self._takes("ASC")
        nulls_last = False
        if self._takes("NULLS"):
            nulls_last = self._takes("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Ordering(by=by, is_falling=is_falling, nulls_last=nulls_last)

    def _path(self) -> Path:
        token = self._name()
        return Path(names=tuple(token.text.split(".")), at=token.at)

    def _name(self) -> Token:
        if not self._is_name():
            raise unexpected(self._next.text)
        return self._left.pop()

    def _is_name(self) -> bool:
        token = self._next
        return token.kind == "word" and token.word not in _KEYWORDS and ":" not in token.text

    def _whole_number(self) -> int:
        token = self._left.pop()
        if token.kind != "number" or not token.text.isdigit() or len(token.text) > _LONGEST_NUMBER:
            raise unexpected(token.text)
        return int(token.text)

    def _list(self, read: Callable[[], Found]) -> list[Found]:
        found = [read()]
        while self._takes(","):
            found.append(read())
        return found

    @property
    def _next(self) -> Token:
        return self._left[-1]

    def _takes(self, word: str) -> bool:
        if self._next.word != word:
            return False
        self._left.pop()
        return True

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise unexpected(self._next.text)
