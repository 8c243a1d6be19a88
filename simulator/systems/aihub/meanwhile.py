"""Forms that carry what they were filled in from: nobody overwrites what they did not see.

A page gives its form `mark(…)` as `seen` (the macro of that name); whoever sends it after somebody
else saved is told, has what they typed before them, and saves again if they wish (our choice).
"""

from collections.abc import Callable, Collection
from typing import Any

from flask import request

from simulator.db.base import Base
from simulator.db.claim import lock
from simulator.domain import revisions
from simulator.domain.revisions import Outdated
from simulator.errors import NotFound
from simulator.web.application import current_world

_SENTENCE = (
    "Somebody else saved this meanwhile, and nothing of yours was saved. Save again to replace "
    "what they saved by what is here."
)


def check(row: Base | None, describe: Callable[[], Any]) -> None:
    """Let those pass whose form was filled in from what is stored now.

    Args:
        row: that is changed, which is locked and read again; None where nothing is stored.
        describe: returns what the form shows of what is stored, as `mark` gets it.

    Raises:
        NotFound: the row was deleted since this request began.
        Outdated: it was filled in from something else, with a sentence on `seen`.
    """
    if row is not None and not lock(current_world().db.session, row):
        raise NotFound("Somebody else deleted this meanwhile.")
    try:
        revisions.check(request.form.get("seen"), describe())
    except Outdated:
        raise Outdated("seen", _SENTENCE) from None


def mark(content: Any, errors: Collection[str] = ()) -> str:
    """Return what stands in a form for what it shows.

    A form that is shown again with mistakes stays what it was filled in from, unless the mistake
    is that this is outdated: whoever sends it then has been told.

    Args:
        content: what is stored, as it can be written as JSON.
        errors: fields with mistakes.
    """
    sent = request.form.get("seen")
    return sent if sent and errors and "seen" not in errors else revisions.write(content)
