"""The history of a mailbox: which messages came and went, and which labels they got and lost."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, or_, select

from simulator.db.tables import AppUser
from simulator.systems.apps.google.gmail import mailbox
from simulator.systems.apps.google.gmail.mailbox import FIRST_HISTORY
from simulator.systems.apps.google.tables import GmailChange, GmailMessage
from simulator.world import World

#: So many of a mailbox's changes are remembered (our choice; Gmail promises a week).
LONGEST = 10_000
#: Records are deleted with every change whose number this divides.
_SWEEP = 500
ADDED, DELETED, LABELS = "added", "deleted", "labels"
#: What the API calls kinds of changes → the condition of it.
TYPES = {
    "messageAdded": GmailChange.kind == ADDED,
    "messageDeleted": GmailChange.kind == DELETED,
    "labelAdded": GmailChange.added != "",
    "labelRemoved": GmailChange.removed != "",
}


class Unknown(Exception):
    """A history is asked for from a point that is not remembered any more, or never was."""


def build_change(
    row: GmailMessage,
    history_id: int,
    label_ids: Iterable[str],
    kind: str = ADDED,
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
) -> GmailChange:
    """Build the record of a change of a message.

    Args:
        row: the message.
        history_id: number of the change in its mailbox.
        label_ids: that it has afterwards.
        kind: `ADDED`, `DELETED` or `LABELS`.
        added: labels that it got.
        removed: labels that it lost.
    """
    texts = {"labels": _joined(label_ids), "added": _joined(added), "removed": _joined(removed)}
    number = {"user_id": row.user_id, "history_id": history_id, "kind": kind}
    return GmailChange(message_id=row.message_id, thread_id=row.thread_id, **number, **texts)


def record(world: World, change: GmailChange) -> None:
    """Remember a change; the oldest ones go."""
    session = world.db.session
    session.add(change)
    if change.history_id % _SWEEP == 0:
        before = GmailChange.history_id <= change.history_id - LONGEST
        session.execute(delete(GmailChange).where(GmailChange.user_id == change.user_id, before))


def list_changes(
    world: World,
    user: AppUser,
    *,
    since: int,
    after: int,
    types: Collection[str],
    label_id: str,
    most: int,
) -> tuple[Sequence[GmailChange], int]:
    """Return a part of a mailbox's history, and the number of its last change.

    Args:
        user: the user whose mailbox it is.
        since: number of the change behind which the history begins.
        after: that of the last one on the page before; at least `since`.
        types: keys of `TYPES`; none for all.
        label_id: that messages have to have, or had; empty for any.
        most: how many, at most.

    Raises:
        Unknown: the history does not reach back so far, or not on so far.
    """
    last = mailbox.get(world, user).history_id
    if not max(FIRST_HISTORY, last - LONGEST) <= since <= last:
        raise Unknown
    found = select(GmailChange).where(
        GmailChange.user_id == user.id, GmailChange.history_id > after
    )
    if types:
        found = found.where(or_(*(TYPES[name] for name in types)))
    if label_id:
        columns = (GmailChange.labels, GmailChange.added, GmailChange.removed)
        found = found.where(
            or_(*(column.contains(f" {label_id} ", autoescape=True) for column in columns))
        )
    order = GmailChange.history_id, GmailChange.id
    return world.db.session.scalars(found.order_by(*order).limit(most)).all(), last


def _joined(label_ids: Iterable[str]) -> str:
    text = " ".join(sorted(label_ids))
    return f" {text} " if text else ""
