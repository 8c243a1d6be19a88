"""The two modes of a field: text with pills in it, and a formula, which begins with `=`."""

import re

from simulator.domain.formulas import list_problems

_PILL = r"_(?:dp)?\('(?:[^'\\]|\\.)*'\)"
_PILL_IN_TEXT = re.compile(rf"#\{{\s*({_PILL})\s*\}}")
_PILL_IN_FORMULA = re.compile(rf"(?<!#\{{){_PILL}")
_QUOTED = r'"(?:[^"\\#]|\\.|#(?!\{))*"'
_PIECE = re.compile(rf"\s*(?:({_PILL})|({_QUOTED}))\s*(?:\+|$)")
_ESCAPE = re.compile(r'(["\\]|#(?=\{))')


def is_formula(text: str) -> bool:
    """Return whether the text of a field is a formula (Workato recipes as exported).

    Args:
        text: the text as it is stored.
    """
    return text.startswith("=")


def to_formula(text: str) -> str:
    """Return the formula that gives what a text with pills does, or what was typed as a formula.

    Text and pills become a sum of texts and pills; what reads as a formula already stays as it is
    (our choice: a mode can be switched without typing anything anew).

    Args:
        text: the text of a field in text mode, or a formula without its `=`.

    Returns:
        Begins with `=`; empty for no text.
    """
    if is_formula(text) or not text.strip():
        return text
    bare = _PILL_IN_TEXT.sub(r"\1", text)
    for each in (text, bare):
        if not list_problems(f"={each}"):
            return f"={each}"
    pieces = _PILL_IN_TEXT.split(text)
    if len(pieces) == 1:
        return f"={text}"
    parts = [
        piece if at % 2 else f'"{_ESCAPE.sub(_escape, piece)}"'
        for at, piece in enumerate(pieces)
        if piece
    ]
    return "=" + " + ".join(parts)


def to_text(formula: str) -> str:
    """Return the text with pills that a formula means; what calculates stays there as text.

    Args:
        formula: begins with `=`.
    """
    body, at, found = formula[1:], 0, []
    while at < len(body) and (piece := _PIECE.match(body, at)) is not None:
        found.append(f"#{{{piece[1]}}}" if piece[1] else re.sub(r"\\(.)", r"\1", piece[2][1:-1]))
        at = piece.end()
    if found and at == len(body):
        return "".join(found)
    return _PILL_IN_FORMULA.sub(lambda pill: f"#{{{pill[0]}}}", body)


def _escape(found: re.Match[str]) -> str:
    return "\\" + found[0]
