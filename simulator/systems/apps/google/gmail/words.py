"""Texts as a mailbox is searched: their words, in lower case, with one blank around each.

Words are compared whole, and a phrase is words that follow one another, so that one LIKE answers
both, in every database alike. Marks that are no letters or digits part words (our choice).
"""

import re

_WORDS = re.compile(r"[^\W_]+", re.UNICODE)
#: Of one text; what comes after is not searched (our choice).
_MOST = 20_000


def index_text(text: str) -> str:
    """Return a text as it is stored to be searched: ` one two `; empty where it has no word."""
    found = _WORDS.findall(text[:_MOST].casefold())
    return f" {' '.join(found)} " if found else ""


def like_pattern(phrase: str) -> str | None:
    """Return the LIKE pattern of a word or phrase; None where it has no word.

    Words have neither of LIKE's wildcards.
    """
    found = index_text(phrase)
    return f"%{found}%" if found else None
