"""Drafts: messages that are not sent yet."""

from simulator.db.tables import AppUser
from simulator.systems.apps.google.gmail import changes
from simulator.systems.apps.google.gmail.sending import complete_headers
from simulator.systems.apps.google.tables import GmailMessage
from simulator.world import World

_LABELS = ("DRAFT",)


def create(world: World, user: AppUser, raw: bytes, thread_id: str | None) -> GmailMessage:
    """Make a draft.

    Args:
        user: the user whose draft it is.
        raw: its message (RFC 5322).
        thread_id: that it belongs to; by default that of a message that it answers, or its own.
    """
    number = int.from_bytes(world.randomness.octets("gmail draft", 7), "big")
    complete = complete_headers(world, user, raw)
    return changes.store(world, user, complete, _LABELS, thread_id=thread_id, draft_id=f"r{number}")


def replace(
    world: World, user: AppUser, row: GmailMessage, raw: bytes, thread_id: str | None
) -> GmailMessage:
    """Put another message into a draft; return it: a message is never changed, so it has a new id.

    Args:
        user: the user whose draft it is.
        row: the message that the draft has, locked.
        raw: the new one.
        thread_id: that it belongs to; by default the same.
    """
    draft_id, before = row.draft_id, row.thread_id
    changes.delete(world, [row])
    complete = complete_headers(world, user, raw)
    return changes.store(
        world, user, complete, _LABELS, thread_id=thread_id or before, draft_id=draft_id
    )
