"""Words of steps that mean something: those that are not known are refused, with those that are."""

import re
from collections.abc import Mapping
from typing import TypeVar

from simulator.errors import list_choices

Meaning = TypeVar("Meaning")

#: What a person decides on a page of consent → the button.
DECISIONS = {"allows": "Allow", "allow": "Allow", "denies": "Deny", "deny": "Deny"}
YES_OR_NO = {"yes": True, "no": False}
_QUOTED_LIST = re.compile(r'"[^"]+"(?:(?:, | and |, and )"[^"]+")*')
_SEPARATOR = re.compile(r", and | and |, ")


def meaning(word: str, meanings: Mapping[str, Meaning]) -> Meaning:
    """Return what a word of a step means.

    Raises:
        LookupError: no such word is known; the message has those that are.
    """
    if word not in meanings:
        raise LookupError(f"'{word}' means nothing in this step. {list_choices(meanings)}")
    return meanings[word]


def quoted_names(text: str) -> list[str]:
    """Return the names in a list such as `"A", "B" and "C"`.

    Raises:
        LookupError: it is written in another way.
    """
    if not _QUOTED_LIST.fullmatch(text):
        raise LookupError(f'{text} is no list of names. Write "A", or "A" and "B".')
    return re.findall(r'"([^"]+)"', text)


def names_of(text: str) -> list[str]:
    """Return the names in a list such as `Ada, Bob and Carla`, with or without quotes."""
    return [name.strip('"') for name in _SEPARATOR.split(text)]
