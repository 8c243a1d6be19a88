"""A subset of JQL: `project = OPS AND (status != Done OR text ~ "printer") ORDER BY updated DESC`.

Everything around the fields is here: AND, OR, NOT, parentheses, operators, lists, functions, ORDER
BY, and what is wrong with a query in the words of Jira, which say where. What a field is compared
with, `jql_fields` knows.

Ours: its errors name what was expected at each place as Jira does, which no parser generator gives.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from simulator.systems.apps.jira.jql_clauses import Clause, JqlError, Operand
from simulator.systems.apps.jira.jql_fields import Fields
from simulator.validation.parsing import shorten

_TOKEN = re.compile(
    r"""\s*(?: (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign>!=|!~|<=|>=|&&|\|\||[=~<>(),!&|])
      | (?P<word>(?:[^\s=!~<>(),"'&|\\]|\\.)+)
      | (?P<broken>["'\\]) )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_BREAKS = {"n": "\n", "r": "\r", "t": "\t"}
#: What no word may contain unless it is quoted.
_RESERVED = re.compile(r"[{}*/%+^$#@?;]")
_SYNONYMS = {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not"}
_KEYWORDS = frozenset(("and", "or", "not", "in", "is", "order", "by"))
_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=", "~", "!~")
_OPERATORS = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'"
_ERROR = "Error in the JQL Query: "
#: A query nests no deeper, so that no query can exhaust the stack.
_DEEPEST = 50
_LONGEST = 2000
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """What it means where a keyword or sign may stand; empty for what is quoted."""
        return "" if self.kind == "quoted" else _SYNONYMS.get(self.text, self.text.lower())


def parse(text: str, fields: Fields) -> tuple[Condition, list[Any]]:
    """Return the condition of a query, and the columns that it orders by.

    Args:
        text: the query.
        fields: what it may be about.

    Raises:
        JqlError: it cannot be understood, names what is not there, or would find every issue.
    """
    if len(text) > _LONGEST:
        raise JqlError(f"{_ERROR}it has more than {_LONGEST} characters.")
    return _Parser(text, fields).query()


def _unescaped(text: str) -> str:
    def read(match: re.Match[str]) -> str:
        found = match[1]
        return chr(int(found[1:], 16)) if len(found) == 5 else _BREAKS.get(found, found)

    return _ESCAPE.sub(read, text)


class _Parser:
    def __init__(self, text: str, fields: Fields) -> None:
        self._text, self._fields, self._depth = text, fields, 0
        self._left = list(self._tokens())[::-1]

    def query(self) -> tuple[Condition, list[Any]]:
        if self._next.kind == "end" or self._next.word == "order":
            raise JqlError(
                "Unbounded JQL queries are not allowed here. Please add a search restriction to "
                "your query."
            )
        condition = self._any()
        order = self._order() if self._takes("order") else []
        if self._next.kind != "end":
            found = "',' or the end" if order else "either 'OR' or 'AND'"
            raise self._unexpected(found)
        return condition, [*order, *self._fields.order("key")]

    def _tokens(self) -> Iterator[_Token]:
        at, text = 0, self._text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            assert match is not None, "some branch fits anything"
            kind = str(match.lastgroup)
            found, start = match[kind], match.start(kind)
            if kind == "broken":
                raise JqlError(
                    f"{_ERROR}The quoted string '{shorten(text[start + 1 :])}' has not been "
                    f"completed. {self._place(start)}"
                )
            if kind == "word" and (reserved := _RESERVED.search(re.sub(_ESCAPE, "xx", found))):
                raise JqlError(
                    f"{_ERROR}The character '{reserved[0]}' is a reserved JQL character. You must "
                    f"enclose it in a string or use the escape '\\u{ord(reserved[0]):04x}' "
                    "instead. "
                    f"{self._place(start + reserved.start())}"
                )
            plain = found[1:-1] if kind == "quoted" else found
            yield _Token(kind, plain if kind == "sign" else _unescaped(plain), start)
            at = match.end()
        yield _Token("end", "", len(text))

    def _order(self) -> list[Any]:
        self._expect("by")
        columns: list[Any] = []
        while True:
            found = self._fields.order(self._field())
            is_falling = self._takes("desc")
            columns.extend(each.desc() if is_falling else each.asc() for each in found)
            if not is_falling:
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
            raise JqlError(f"{_ERROR}it nests too deeply.")
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
        field = self._field()
        operator = self._operator()
        is_list = operator.endswith("in")
        operands = self._list() if is_list else [self._operand()]
        return self._fields.condition(Clause(field, operator, tuple(operands)))

    def _field(self) -> str:
        token = self._next
        if token.kind not in ("word", "quoted") or token.word in _KEYWORDS:
            raise self._unexpected("a field name")
        self._left.pop()
        return token.text

    def _operator(self) -> str:
        for sign in _COMPARISONS:
            if self._takes(sign):
                return sign
        if self._takes("is"):
            return "is not" if self._takes("not") else "is"
        at = self._next
        negative = self._takes("not")
        if self._takes("in"):
            return "not in" if negative else "in"
        if negative:
            self._left.append(at)
        raise self._unexpected("operator", f" The valid operators are {_OPERATORS}.")

    def _list(self) -> list[Operand]:
        if not self._takes("("):  # a function may bring several values
            return [self._operand()]
        found = [self._operand()]
        while self._takes(","):
            found.append(self._operand())
        self._expect(")")
        return found

    def _operand(self) -> Operand:
        token = self._next
        if token.kind not in ("word", "quoted") or token.word in _KEYWORDS:
            advice = f" You must surround '{token.text}' in quotation marks to use it as a value."
            raise self._unexpected("either a value, list or function", "", advice)
        self._left.pop()
        if token.word in ("empty", "null"):
            return Operand("empty", token.text)
        if not self._takes("("):
            return Operand("value", token.text)
        arguments: list[str] = []
        while not self._takes(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._operand().text)
        return Operand("function", token.text, tuple(arguments))

    @property
    def _next(self) -> _Token:
        return self._left[-1]

    def _takes(self, word: str) -> bool:
        if self._next.kind == "end" or self._next.word != word:
            return False
        self._left.pop()
        return True

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise self._unexpected(f"'{word}'")

    def _unexpected(self, what: str, always: str = "", advice: str = "") -> JqlError:
        token = self._next
        if token.kind == "end":
            return JqlError(f"{_ERROR}Expecting {what} before the end of the query.{always}")
        found = f"{_ERROR}Expecting {what} but got '{token.text}'.{always}{advice}"
        return JqlError(f"{found} {self._place(token.at)}")

    def _place(self, at: int) -> str:
        before = self._text[:at].split("\n")
        return f"(line {len(before)}, character {len(before[-1]) + 1})"
