"""What changes a mailbox: messages come, go, and get and lose labels."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update

from simulator.db.tables import AppUser
from simulator.systems.apps.google.gmail import history, labels, mailbox
from simulator.systems.apps.google.gmail.mime import Mail
from simulator.systems.apps.google.gmail.words import index_text
from simulator.systems.apps.google.tables import (
    GmailLabel,
    GmailMailbox,
    GmailMessage,
    GmailMessageLabel,
)
from simulator.world import World

#: Parts of one message (our choice).
_MOST_PARTS = 1_000
#: Parts in parts of one message (our choice).
_DEEPEST_PARTS = 50


class UnknownLabel(Exception):
    """A label that the mailbox does not have, or that nobody can set; the argument is its id."""


def can_be_read(raw: bytes) -> bool:
    """Return whether a message can be read; one whose parts nest very deep cannot."""
    try:
        numbers = [part.number for part in Mail(raw).parts]
    except RecursionError:
        return False
    return len(numbers) < _MOST_PARTS and max(one.count(".") for one in numbers) < _DEEPEST_PARTS


def build_row(raw: bytes, **own: object) -> GmailMessage:
    """Build the row of a message.

    Args:
        raw: all of it (RFC 5322).
        **own: the columns that the message itself does not tell.
    """
    mail = Mail(raw)
    return GmailMessage(
        raw=raw,
        size=len(raw),
        snippet=mail.snippet,
        rfc822_id=mail.rfc822_id,
        has_attachment=bool(mail.files),
        sender_words=index_text(mail.header("From")),
        to_words=index_text(mail.header("To")),
        cc_words=index_text(mail.header("Cc")),
        bcc_words=index_text(mail.header("Bcc")),
        subject_words=index_text(mail.header("Subject")),
        list_words=index_text(mail.header("List-ID")),
        file_words=index_text(" ".join(part.filename for part in mail.files)),
        body_words=index_text(mail.text),
        **own,
    )


def store(
    world: World,
    user: AppUser,
    raw: bytes,
    label_ids: Iterable[str],
    *,
    at: int | None = None,
    thread_id: str | None = None,
    draft_id: str | None = None,
) -> GmailMessage:
    """Put a message into a mailbox.

    Args:
        user: the user whose mailbox it is.
        raw: the message (RFC 5322).
        label_ids: labels that it gets.
        at: internal date, milliseconds since 1970; by default now.
        thread_id: the id of a thread in the mailbox; by default that of a message that it answers,
            else a new one.
        draft_id: the id of the draft that it is.
    """
    history_id = next_history(world, user)
    message_id = world.randomness.hex("gmail message", 8)
    row = build_row(
        raw,
        user_id=user.id,
        message_id=message_id,
        thread_id=thread_id or _find_answered(world, user, raw) or message_id,
        draft_id=draft_id,
        at=int(world.clock.now().timestamp() * 1000) if at is None else at,
        history_id=history_id,
    )
    row.user = user
    row.labels = [GmailMessageLabel(label_id=each) for each in sorted(set(label_ids))]
    world.db.session.add(row)
    history.record(world, history.build_change(row, history_id, row.label_ids))
    world.db.session.flush()
    return row


def next_history(world: World, user: AppUser) -> int:
    """Count a change of a mailbox, and return its number."""
    mailbox.get(world, user)
    counted = (
        update(GmailMailbox)
        .where(GmailMailbox.user_id == user.id)
        .values(history_id=GmailMailbox.history_id + 1)
        .returning(GmailMailbox.history_id)
    )
    return int(world.db.session.execute(counted).scalar_one())


def modify(
    world: World,
    user: AppUser,
    rows: Sequence[GmailMessage],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> None:
    """Give messages labels, and take labels from them.

    Args:
        user: the user whose mailbox it is.
        rows: locked before.
        add: ids of labels.
        remove: ids of labels; what no message has is ignored.
    """
    added, removed = set(add), set(remove)
    for row in rows:
        before = set(row.label_ids)
        after = (before | added) - removed
        if before == after:
            continue
        row.labels = [each for each in row.labels if each.label_id in after] + [
            GmailMessageLabel(label_id=each) for each in sorted(after - before)
        ]
        row.history_id = next_history(world, user)
        differs = {"added": after - before, "removed": before - after}
        change = history.build_change(row, row.history_id, after, history.LABELS, **differs)
        history.record(world, change)
    world.db.session.flush()


def check_labels(world: World, user: AppUser, label_ids: Iterable[str]) -> None:
    """Check that a person can set and take these labels.

    Raises:
        UnknownLabel: the mailbox has no such label, or Gmail alone sets it.
    """
    own = [name for name in label_ids if name not in labels.SYSTEM]
    for name in label_ids:
        if name in labels.FIXED:
            raise UnknownLabel(name)
    known = set(
        world.db.session.scalars(
            select(GmailLabel.label_id).where(
                GmailLabel.user_id == user.id, GmailLabel.label_id.in_(own)
            )
        )
        if own
        else ()
    )
    for name in own:
        if name not in known:
            raise UnknownLabel(name)


def delete(world: World, rows: Sequence[GmailMessage]) -> None:
    """Delete messages for good."""
    for row in rows:
        number = next_history(world, row.user)
        history.record(world, history.build_change(row, number, row.label_ids, history.DELETED))
        world.db.session.delete(row)
    world.db.session.flush()


def _find_answered(world: World, user: AppUser, raw: bytes) -> str | None:
    """The thread of the message that another one answers, by its references (RFC 5322 §3.6.4)."""
    references = Mail(raw).references[:20]
    if not references:
        return None
    found = select(GmailMessage.thread_id).where(
        GmailMessage.user_id == user.id, GmailMessage.rfc822_id.in_(references)
    )
    return world.db.session.scalar(found.order_by(GmailMessage.id).limit(1))
