"""A sequence diagram of exchanges as inline SVG: who asked whom, top down."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

#: Distances in pixels.
_COLUMN, _ROW, _HEAD, _MARGIN = 210, 30, 46, 12
#: Characters that fit over one column's distance.
_FITS = 32


def svg(exchanges: Sequence[Mapping[str, Any]], label: str) -> str:
    """Draw the diagram; colours come from the page's style sheet (`.life`, `.call`, `.failed`).

    Args:
        exchanges: `caller`, `system`, `request` and `status` of each, oldest first.
        label: what the diagram is called by screen readers; the page lists its contents as text.
    """
    systems = list(dict.fromkeys(name for e in exchanges for name in (e["caller"], e["system"])))
    places = {name: _MARGIN + _COLUMN * n + _COLUMN // 2 for n, name in enumerate(systems)}
    width = 2 * _MARGIN + _COLUMN * len(systems)
    height = _HEAD + _ROW * len(exchanges) + _MARGIN
    drawn = [
        *_lives(places, height),
        *(
            line
            for row, exchange in enumerate(exchanges)
            for line in _call(exchange, places, _HEAD + _ROW * (row + 1))
        ),
    ]
    return (
        f'<svg class="sequence" role="img" aria-label="{escape(label)}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">{"".join(drawn)}</svg>'
    )


def _lives(places: Mapping[str, int], height: int) -> Iterable[str]:
    """A head and a line for each system."""
    for name, x in places.items():
        yield f'<line class="life" x1="{x}" x2="{x}" y1="{_HEAD - 10}" y2="{height}"/>'
        half = _COLUMN // 2 - 8
        yield f'<rect class="head" x="{x - half}" y="6" width="{2 * half}" height="28" rx="5"/>'
        yield _text(x, 25, "name", _cut(name.removeprefix("app:"), 26))


def _call(exchange: Mapping[str, Any], places: Mapping[str, int], y: int) -> Iterable[str]:
    """An arrow from caller to system, with what was asked and the status of the answer over it."""
    start, end = places[exchange["caller"]], places[exchange["system"]]
    kind = "call failed" if not 100 <= exchange["status"] < 500 else "call"
    caption = f"{exchange['request']} → {exchange['status'] or 'hung up'}"
    if start == end:  # a system that asks itself
        yield f'<path class="{kind}" d="M{start} {y - 6}h24v8h-18"/>'
        yield _text(start + 30, y, "caption beside", _cut(caption, _FITS))
        return
    tip = end - 7 if end > start else end + 7
    yield f'<line class="{kind}" x1="{start}" x2="{tip}" y1="{y}" y2="{y}"/>'
    yield f'<path class="tip" d="M{end} {y}L{tip} {y - 4}V{y + 4}Z"/>'
    columns = abs(end - start) // _COLUMN
    yield _text((start + end) // 2, y - 5, "caption", _cut(caption, _FITS * columns))


def _text(x: int, y: int, kind: str, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'


def _cut(text: str, length: int) -> str:
    """Its end is worth more than its middle: there is the status."""
    if len(text) <= length:
        return text
    return f"{text[: length - 11]}…{text[-10:]}"
