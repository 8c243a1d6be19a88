"""Ids of records: 15 characters that tell case, or 18 of which the last three say it again.

The first three are the key prefix of the object. Salesforce, "Object Reference: ID Field Type".
"""

from hashlib import sha256

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
#: What tells orgs of one host from those of another; the same in all records here (our choice).
_POD = "Hs0"


def make_id(prefix: str, number: int) -> str:
    """Return the id of a record, with 18 characters.

    Args:
        prefix: three characters, of the object.
        number: the number of the record among all of the database, below 62⁹.
    """
    digits = ""
    while number:
        number, last = divmod(number, 62)
        digits = _DIGITS[last] + digits
    return lengthen(f"{prefix}{_POD}{digits:0>9}")


def org_id(host: str) -> str:
    """Return the id of the org at a host."""
    return make_id("00D", int(sha256(host.encode()).hexdigest()[:12], 16))


def lengthen(short: str) -> str:
    """Return an id of 15 characters with the three that make it safe where case is not told."""
    ending = ""
    for start in (0, 5, 10):
        part = short[start : start + 5]
        ending += _CHECK[sum(1 << n for n, each in enumerate(part) if each in _DIGITS[10:36])]
    return short + ending


def normalize(text: str) -> str | None:
    """Return an id in its long form; None if a text is no id.

    An id of 18 characters whose ending does not fit is none.
    """
    if len(text) not in (15, 18) or not all(each in _DIGITS for each in text):
        return None
    whole = lengthen(text[:15])
    if len(text) == 15:
        return whole
    return whole if text[15:].upper() == whole[15:] else _recased(text)


def _recased(text: str) -> str | None:
    """Return an id whose case was lost, as its ending says it was."""
    short = ""
    for start, check in zip((0, 5, 10), text[15:].upper(), strict=True):
        if check not in _CHECK:
            return None
        bits = _CHECK.index(check)
        for place, each in enumerate(text[start : start + 5]):
            short += each.upper() if bits >> place & 1 else each.lower()
    return lengthen(short) if lengthen(short)[15:] == text[15:].upper() else None
