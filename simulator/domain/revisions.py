"""What somebody saw of a row when they began to change it: nobody overwrites it unseen.

Made of the content, not of `updated_at`: simulated time may stand still, and who wrote the very
same is nobody to be told of.
"""

import json
from typing import Any

from simulator.crypto import fingerprint
from simulator.errors import FieldError


class Outdated(FieldError):
    """Somebody else changed it since: nothing was saved (on `seen`)."""

    status = 409


def write(*content: Any) -> str:
    """Return a text that stands for a content, and for no other.

    Args:
        *content: what can be written as JSON.
    """
    return fingerprint(json.dumps(content, sort_keys=True, default=str))


def check(seen: str | None, *content: Any) -> None:
    """Let those pass who saw the present content.

    Args:
        seen: what `write` returned for it then; None for whatever is there.
        *content: the content as it is now, in a row that is locked.

    Raises:
        Outdated: it is another one.
    """
    if seen is not None and seen != write(*content):
        raise Outdated("seen", "was changed meanwhile")
