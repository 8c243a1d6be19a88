"""What is seen between two steps besides pictures: pages without a browser, and tools' answers."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.journal.masking import masked
from simulator.testing.answers import read_answer

if TYPE_CHECKING:  # pragma: no cover
    from simulator.visits.forms import FormBrowser

#: So much of a long text, table or list is shown.
_CHARACTERS, _ROWS, _COLUMNS, _LINES = 3_000, 25, 12, 60
_CELL = 200


class Sights:
    """Keeps what people see and what their clients are answered, until a step takes it.

    Attributes:
        seen: a mapping for each, with its `kind`: `page`, `answer`, or `picture`.
    """

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def page(self, who: str, browser: "FormBrowser") -> None:
        """Note that somebody without a browser is at another page."""
        lines = browser.lines
        self.seen.append(
            {
                "kind": "page",
                "who": who,
                "url": browser.url,
                "status": browser.status,
                "title": browser.title,
                "lines": [_cut(line, _CELL * 3) for line in lines[:_LINES]],
                "more": max(0, len(lines) - _LINES),
                "fields": [name for name in browser.fields if name not in ("csrf_token", "once")],
                "buttons": browser.buttons,
            }
        )

    def answer(self, who: str, tool: str, arguments: Mapping[str, Any], result: Any) -> None:
        """Note that a tool answered somebody's client."""
        try:
            read = read_answer(result)
        except TypeError:
            return  # which the caller is about to be told
        in_text = _as_json(read.text)
        data = read.data or in_text
        self.seen.append(
            {
                "kind": "answer",
                "who": who,
                "tool": tool,
                "arguments": masked("", dict(arguments)),
                "is_error": read.is_error,
                "text": "" if in_text else _cut(read.text, _CHARACTERS),  # the table has it
                "table": table(data),
            }
        )

    def take(self) -> list[dict[str, Any]]:
        """Return everything since the last call, oldest first."""
        taken, self.seen = self.seen, []
        return taken


def table(data: Any) -> dict[str, Any] | None:
    """Lay out an answer's data in rows: those of its first list of objects, or its members.

    Args:
        data: JSON.

    Secrets are masked, but for what is called `code`: currencies and errors have those, and the
    codes of OAuth are known to whoever scrubs the whole report.

    Returns:
        `name` of the list, `columns`, `rows` of texts, and how many rows `more` there are; None
        for an answer without data.
    """
    if not isinstance(data, Mapping) or not data:
        return None
    for name, value in _members(data):
        if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
            return _of_rows(name, value)
    rows = [[name, _text(name, value)] for name, value in _members(data) if _is_leaf(value)]
    return {
        "name": "",
        "columns": ["member", "value"],
        "rows": rows[:_ROWS],
        "more": max(0, len(rows) - _ROWS),
    }


def _of_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    flat = [{key: value for key, value in _members(row) if _is_leaf(value)} for row in rows]
    # Where there are too many, those that most rows have a value in.
    filled = Counter(key for row in flat for key, value in row.items() if value is not None)
    most = {key for key, _ in filled.most_common(_COLUMNS)}
    columns = [key for key in dict.fromkeys(key for row in flat for key in row) if key in most]
    return {
        "name": name,
        "columns": columns,
        "rows": [[_text(key, row.get(key, "")) for key in columns] for row in flat[:_ROWS]],
        "more": max(0, len(rows) - _ROWS),
    }


def _members(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every member, and members of members by dotted names; no recursion, for data is foreign."""
    waiting = [(str(name), value) for name, value in reversed(list(data.items()))]
    while waiting:
        name, value = waiting.pop()
        yield name, value
        if isinstance(value, Mapping):
            waiting += [(f"{name}.{inner}", each) for inner, each in reversed(list(value.items()))]


def _is_leaf(value: object) -> bool:
    return not isinstance(value, Mapping)


def _text(name: str, value: object) -> str:
    member = name.rpartition(".")[2]
    value = masked("" if member == "code" else member, value)
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return f"{len(value)} rows" if len(value) != 1 else "1 row"
    if isinstance(value, str):
        return _cut(value, _CELL)
    return _cut(json.dumps(value, ensure_ascii=False, default=str), _CELL)


def _as_json(text: str) -> Any:
    """A text answer's data, where it is a JSON object or a list of them."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    value = {"items": value} if isinstance(value, list) else value
    return value if isinstance(value, dict) else None


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
