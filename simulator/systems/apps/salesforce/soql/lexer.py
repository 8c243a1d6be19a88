"""Cut a query into tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.systems.apps.salesforce.soql.errors import MALFORMED, QueryError, unexpected

_DATE = r"\d{4}-\d{2}-\d{2}"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<string>'(?:[^'\\]|\\.)*')
      | (?P<datetime>{_DATE}T\d{{2}}:\d{{2}}:\d{{2}}(?:\.\d+)?(?:Z|[+-]\d{{2}}:?\d{{2}}))
      | (?P<date>{_DATE})(?![\w-])
      | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w])
      | (?P<word>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*(?::\d+)?)
      | (?P<sign><=|>=|!=|<>|[=<>(),])
      | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_BREAKS = {"n": "\n", "N": "\n", "r": "\r", "R": "\r", "t": "\t", "T": "\t", "b": "\b", "f": "\f"}
#: What a backslash may stand before; in LIKE, `%` and `_` keep theirs.
_ESCAPED = re.compile(r"\\(?:[nNrRtTbBfF\"'\\%_]|u[0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Token:
    """A part of a query.

    Attributes:
        kind: `string`, `datetime`, `date`, `number`, `word`, `sign` or `end`.
        text: the text as written; of a string, what is between the quotes.
        at: its place in the query.
    """

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """What it means where a keyword or sign may stand, in upper case."""
        return self.text.upper() if self.kind in ("word", "sign") else ""


def iter_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query, and one for its end.

    Raises:
        QueryError: a string has no end, or there is a character that no query has.
    """
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        assert match is not None, "some branch fits anything"
        kind = str(match.lastgroup)
        found, start = match[kind], match.start(kind)
        if kind == "other":
            if found == "'":
                raise QueryError(MALFORMED, "line 1:1 mismatched character '<EOF>' expecting '''")
            raise unexpected(found)
        yield Token(kind, found[1:-1] if kind == "string" else found, start)
        at = match.end()
    yield Token("end", "", len(text))


def unescape(text: str) -> str:
    """Return what a string means, but for `\\%` and `\\_`, which LIKE reads.

    Raises:
        QueryError: a backslash stands before another character.
    """
    rest = _ESCAPED.sub("", text)
    if "\\" in rest:
        place = rest.index("\\")
        wrong = rest[place : place + 2]
        raise QueryError(
            MALFORMED,
            f"Invalid string literal '{text}'. Illegal character sequence '{wrong}' in string "
            "literal.",
        )
    return _ESCAPE.sub(_read_escape, text)


def _read_escape(match: re.Match[str]) -> str:
    found = match[1]
    if len(found) == 5:
        return chr(int(found[1:], 16))
    return match[0] if found in "%_" else _BREAKS.get(found, found)
