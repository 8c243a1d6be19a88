"""Messages of conversations: posted, changed, found."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select

from simulator.db.tables import AppUser
from simulator.db.upsert import insert_missing
from simulator.systems.apps.slack import conversations, files, ids
from simulator.systems.apps.slack.tables import SlackConversation, SlackMessage, SlackReaction
from simulator.world import World


def post(
    world: World,
    row: SlackConversation,
    author: AppUser,
    text: str,
    extras: Mapping[str, Any],
    parent: SlackMessage | None = None,
) -> SlackMessage:
    """Add a message to a conversation.

    Of several that are posted at once, each has a timestamp of its own; the later one has the
    larger one, whatever the simulated clock was set to meanwhile.

    Args:
        row: the conversation.
        author: the author who posts it.
        text: the text of the message.
        extras: its blocks and attachments.
        parent: the message that it answers in a thread.
    """
    session = world.db.session
    session.refresh(row, with_for_update=True)
    last = session.scalar(
        select(func.max(SlackMessage.ts)).where(SlackMessage.conversation_id == row.id)
    )
    message = SlackMessage(
        conversation_id=row.id,
        author_id=author.id,
        text=text,
        extras=dict(extras),
        ts=ids.next_ts(world.clock.now(), last),
        thread_ts=parent.ts if parent else None,
    )
    if parent is not None:
        parent.thread_ts = parent.ts
    session.add(message)
    session.flush()
    return message


def find(world: World, row: SlackConversation, ts: str) -> SlackMessage | None:
    """Return the message of a conversation that a timestamp names."""
    micros = ids.read_ts(ts)
    own = SlackMessage.conversation_id == row.id, SlackMessage.ts == micros
    return world.db.session.scalar(select(SlackMessage).where(*own)) if micros else None


def history(
    world: World,
    row: SlackConversation,
    *conditions: ColumnElement[bool],
    most: int,
) -> Sequence[SlackMessage]:
    """Return messages of a conversation outside of threads, the latest first.

    Args:
        row: the conversation.
        *conditions: which of them.
        most: so many at most.
    """
    is_outside = SlackMessage.thread_ts.is_(None) | (SlackMessage.thread_ts == SlackMessage.ts)
    found = select(SlackMessage).where(SlackMessage.conversation_id == row.id, is_outside)
    found = found.where(*conditions).order_by(SlackMessage.ts.desc()).limit(most)
    return world.db.session.scalars(found).all()


def replies(
    world: World,
    parent: SlackMessage,
    *conditions: ColumnElement[bool],
    most: int,
) -> Sequence[SlackMessage]:
    """Return a thread, the message that it begins with first.

    Args:
        parent: the parent that message.
        *conditions: which of them.
        most: so many at most.
    """
    own = SlackMessage.conversation_id == parent.conversation_id
    thread = (SlackMessage.thread_ts == parent.ts) | (SlackMessage.ts == parent.ts)
    found = select(SlackMessage).where(own, thread, *conditions)
    return world.db.session.scalars(found.order_by(SlackMessage.ts).limit(most)).all()


def count_replies(world: World, rows: Sequence[SlackMessage]) -> dict[int, int]:
    """Return how many answers each of these messages of one conversation has, by its `ts`."""
    roots = [row for row in rows if row.thread_ts == row.ts]
    if not roots:
        return {}
    counted = (
        select(SlackMessage.thread_ts, func.count())
        .where(
            SlackMessage.conversation_id == roots[0].conversation_id,
            SlackMessage.thread_ts.in_([row.ts for row in roots]),
            SlackMessage.ts != SlackMessage.thread_ts,
        )
        .group_by(SlackMessage.thread_ts)
    )
    return {ts: count for ts, count in world.db.session.execute(counted) if ts}


def authors(world: World, rows: Sequence[SlackMessage]) -> Sequence[AppUser]:
    """Return who wrote these messages, in one statement."""
    own = select(AppUser).where(AppUser.id.in_({row.author_id for row in rows}))
    return world.db.session.scalars(own).all()


def readable(user: AppUser) -> Select[SlackMessage]:
    """Select the messages that a person finds: those of whatever they may see."""
    numbers = conversations.visible(user).with_only_columns(SlackConversation.id)
    return select(SlackMessage).where(SlackMessage.conversation_id.in_(numbers))


def delete_message(world: World, message: SlackMessage) -> None:
    """Delete a message with its reactions, and take its files out; answers to it stay."""
    files.unshare(world, message)
    reactions = delete(SlackReaction).where(SlackReaction.message_id == message.id)
    world.db.session.execute(reactions)
    world.db.session.delete(message)
    world.db.session.flush()


def react(world: World, message: SlackMessage, user: AppUser, name: str) -> bool:
    """Put an emoji to a message; return whether the person had not done so before."""
    key = {"message_id": message.id, "name": name, "user_id": user.id}
    return insert_missing(world.db.session, SlackReaction, key)


def take_back(world: World, message: SlackMessage, user: AppUser, name: str) -> bool:
    """Take an emoji of the person's away; return whether it was there."""
    own = delete(SlackReaction).where(
        SlackReaction.message_id == message.id,
        SlackReaction.name == name,
        SlackReaction.user_id == user.id,
    )
    gone = world.db.session.execute(own.returning(SlackReaction.user_id)).first()
    return gone is not None


def reactions(world: World, rows: Sequence[SlackMessage]) -> dict[int, list[SlackReaction]]:
    """Return the reactions to each of these messages, by its number."""
    found: dict[int, list[SlackReaction]] = {}
    own = SlackReaction.message_id.in_([row.id for row in rows])
    order = SlackReaction.name, SlackReaction.user_id
    for each in world.db.session.scalars(select(SlackReaction).where(own).order_by(*order)):
        found.setdefault(each.message_id, []).append(each)
    return found
