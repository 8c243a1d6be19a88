"""Detect that somebody else changed the values of a form, so that no change is lost unseen.

A page puts `mark(…)` into its form as the hidden field `seen` (macro `seen_mark`). If the stored
values changed since then, the form is shown again with what was typed and an error; sending it
again saves it (our choice).
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
    "Somebody else changed this in the meantime, so your changes were not saved. Save again to "
    "replace theirs with yours."
)


def check(row: Base | None, describe: Callable[[], Any]) -> None:
    """Refuse a form that was filled in from values that have changed since.

    Args:
        row: the row to be changed, which is locked and read again; None for a new one.
        describe: returns the stored values that the form shows, as `mark` gets them.

    Raises:
        NotFound: the row was deleted since this request began.
        Outdated: the stored values have changed; on `seen`.
    """
    if row is not None and not lock(current_world().db.session, row):
        raise NotFound("Somebody else deleted this in the meantime.")
    try:
        revisions.check(request.form.get("seen"), describe())
    except Outdated:
        raise Outdated("seen", _SENTENCE) from None


def mark(content: Any, errors: Collection[str] = ()) -> str:
    """Return a fingerprint of the values that a form shows.

    A form that is shown again with mistakes stays what it was filled in from, unless the mistake
    is that this is outdated: whoever sends it then has been told.

    Args:
        content: what is stored, as it can be written as JSON.
        errors: fields with mistakes.
    """
    sent = request.form.get("seen")
    return sent if sent and errors and "seen" not in errors else revisions.write(content)
