"""The language of Gmail's search box (Google, "Refine searches in Gmail"), read into a tree.

Nothing is refused: what has no meaning is searched as words, as the search box does. `OR` binds
closer than the blank between terms, which means that both have to fit.
"""

import re
from dataclasses import dataclass

#: Brackets inside brackets; what is deeper is read as if it stood outside (our choice).
_DEEPEST = 20
_TOKEN = re.compile(
    r"""
    (?P<operator>[A-Za-z0-9_]+):(?=\S)        # from:  subject:
    | (?P<phrase>"[^"]*"?)
    | (?P<bracket>[(){}])
    | (?P<minus>-(?=\S))
    | (?P<word>[^\s(){}"]+)
    """,
    re.VERBOSE,
)
#: Operators that are known, each with the names that mean the same.
OPERATORS = (
    *("from", "to", "cc", "bcc", "subject", "label", "category", "in", "is", "has", "filename"),
    *("after", "before", "older", "newer", "older_than", "newer_than", "size", "larger", "smaller"),
    *("list", "deliveredto", "rfc822msgid"),
)
_SAME = {"larger_than": "larger", "smaller_than": "smaller", "tag": "label"}


@dataclass(frozen=True)
class Term:
    """A word or phrase, or what an operator asks for.

    Attributes:
        operator: a key of `OPERATORS`; empty for words of the message.
        value: word, phrase, label or moment.
    """

    operator: str
    value: str


@dataclass(frozen=True)
class Not:
    """What may not fit."""

    inner: "Node"


@dataclass(frozen=True)
class All:
    """Terms that have to fit, each of them."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Some:
    """Terms of which one has to fit."""

    parts: "tuple[Node, ...]"


Node = Term | Not | All | Some


def parse(query: str) -> All:
    """Return the tree of a query.

    Args:
        query: the query as typed.
    """
    return All(tuple(_Parser(query).terms("", 0)))


class _Parser:
    def __init__(self, query: str) -> None:
        self._tokens = [
            (str(found.lastgroup), found.group(found.lastgroup or 0))
            for found in _TOKEN.finditer(query)
        ]
        self._at = 0

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def terms(self, closing: str, depth: int) -> list[Node]:
        """Read terms until a closing bracket, or the end."""
        found: list[Node] = []
        is_or = False
        while self._at < len(self._tokens):
            kind, text = self._peek()
            if kind == "bracket" and text in ")}":
                self._at += 1
                if text == closing:
                    break
                continue
            if kind == "word" and text in ("OR", "|", "AND"):
                self._at += 1
                is_or = text != "AND" and bool(found)
                continue
            term = self._term("", depth)
            if term is None:
                continue
            if is_or:
                before = found.pop()
                parts = before.parts if isinstance(before, Some) else (before,)
                term = Some((*parts, term))
            found.append(term)
            is_or = False
        return found

    def _term(self, operator: str, depth: int) -> Node | None:
        kind, text = self._peek()
        self._at += 1
        if kind == "minus":
            inner = self._term(operator, depth)
            return Not(inner) if inner else None
        if kind == "operator":
            name = _SAME.get(text.lower(), text.lower())
            if name in OPERATORS and not operator:
                return self._term(name, depth)
            return self._with_words(operator, text)
        if kind == "bracket":
            return self._group(operator, text, depth)
        value = text.strip('"') if kind == "phrase" else text.removeprefix("+")
        return Term(operator, value) if value.strip() else None

    def _with_words(self, operator: str, text: str) -> Node | None:
        """An operator that nobody knows is a word, and what follows it another."""
        kind, after = self._peek()
        if kind in ("word", "phrase"):
            self._at += 1
            return Term(operator, f"{text} {after}".replace('"', ""))
        return Term(operator, text)

    def _group(self, operator: str, opening: str, depth: int) -> Node | None:
        if opening not in "({" or depth >= _DEEPEST:
            return None
        found = self.terms(")" if opening == "(" else "}", depth + 1)
        parts = tuple(_with_operator(each, operator) for each in found)
        if not parts:
            return None
        return All(parts) if opening == "(" else Some(parts)


def _with_operator(node: Node, operator: str) -> Node:
    """Give the words of a group the operator before it: `subject:(dinner movie)`."""
    if not operator:
        return node
    if isinstance(node, Term):
        return node if node.operator else Term(operator, node.value)
    if isinstance(node, Not):
        return Not(_with_operator(node.inner, operator))
    return type(node)(tuple(_with_operator(each, operator) for each in node.parts))
