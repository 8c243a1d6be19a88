"""Conversations of a workspace, as far as one person may see them, and who is in them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select

from simulator.db.tables import AppUser
from simulator.db.upsert import get_or_create, insert_missing
from simulator.systems.apps.slack import ids
from simulator.systems.apps.slack.tables import SlackConversation, SlackMember
from simulator.world import World

PUBLIC, PRIVATE, GROUP, DIRECT = KINDS = ("public_channel", "private_channel", "mpim", "im")
CHANNELS = (PUBLIC, PRIVATE)
#: Kind → what its scopes begin with.
SCOPES = {PUBLIC: "channels", PRIVATE: "groups", GROUP: "mpim", DIRECT: "im"}


def _is_in(user: AppUser) -> ColumnElement[bool]:
    mine = and_(SlackMember.conversation_id == SlackConversation.id, SlackMember.user_id == user.id)
    return exists().where(mine)


# SLACK-3
def visible(user: AppUser) -> Select[SlackConversation]:
    """Select what a person may see: public channels, and whatever else they are in; no admin more.

    Args:
        user: the person.
    """
    own = or_(SlackConversation.kind == PUBLIC, _is_in(user))
    return select(SlackConversation).where(SlackConversation.host == user.host, own)


def joined(user: AppUser) -> Select[SlackConversation]:
    """Select what a person is in.

    Args:
        user: the person.
    """
    mine = SlackConversation.host == user.host, _is_in(user)
    return select(SlackConversation).where(*mine)


def find(world: World, user: AppUser, name: str) -> SlackConversation | None:
    """Return the conversation with this id, if the person may see it.

    Args:
        user: the user who asks.
        name: the id.
    """
    number = ids.read_id(name, "CGD")
    if number is None:
        return None
    row = world.db.session.scalar(visible(user).where(SlackConversation.id == number))
    return row if row is not None and ids.conversation_id(row) == name else None


def find_channel(world: World, user: AppUser, name: str) -> SlackConversation | None:
    """Return the channel with this name, with or without #, if the person may see it.

    Args:
        user: the user who asks.
        name: the name.
    """
    own = SlackConversation.name == name.removeprefix("#"), SlackConversation.kind.in_(CHANNELS)
    return world.db.session.scalar(visible(user).where(*own))


def is_member(world: World, row: SlackConversation, user: AppUser) -> bool:
    """Return whether a person is in a conversation."""
    return world.db.session.get(SlackMember, (row.id, user.id)) is not None


def list_members(world: World, row: SlackConversation, after: int, most: int) -> Sequence[int]:
    """Return ids of who is in a conversation, in order.

    Args:
        row: the conversation.
        after: those behind this one.
        most: so many at most.
    """
    found = select(SlackMember.user_id).where(
        SlackMember.conversation_id == row.id, SlackMember.user_id > after
    )
    return world.db.session.scalars(found.order_by(SlackMember.user_id).limit(most)).all()


def count_members(world: World, rows: Sequence[SlackConversation]) -> dict[int, int]:
    """Return how many are in each of these conversations, by its number."""
    counted = (
        select(SlackMember.conversation_id, func.count())
        .where(SlackMember.conversation_id.in_([row.id for row in rows]))
        .group_by(SlackMember.conversation_id)
    )
    return {row[0]: row[1] for row in world.db.session.execute(counted)}


def list_joined(world: World, user: AppUser, rows: Sequence[SlackConversation]) -> set[int]:
    """Return the numbers of those of these conversations that a person is in."""
    mine = select(SlackMember.conversation_id).where(
        SlackMember.user_id == user.id, SlackMember.conversation_id.in_([row.id for row in rows])
    )
    return set(world.db.session.scalars(mine))


def find_partners(world: World, user: AppUser, rows: Sequence[SlackConversation]) -> dict[int, int]:
    """Return whom each direct message is with, by its number; notes to oneself are left out."""
    other = select(SlackMember.conversation_id, SlackMember.user_id).where(
        SlackMember.conversation_id.in_([row.id for row in rows if row.kind == DIRECT]),
        SlackMember.user_id != user.id,
    )
    return {row[0]: row[1] for row in world.db.session.execute(other)}


def create(world: World, user: AppUser, name: str, kind: str) -> SlackConversation | None:
    """Create a channel with its creator in it; None if the workspace has one of this name.

    Args:
        user: the user who creates it.
        name: a name that a channel can have.
        kind: one of `CHANNELS`.
    """
    key = {"host": user.host, "name": name}
    if not insert_missing(world.db.session, SlackConversation, key, **_new(world, user, kind)):
        return None
    return _joined_by(world, key, [user.id])


def rename(world: World, row: SlackConversation, name: str) -> bool:
    """Give a channel another name; return whether no other one has it."""
    others = SlackConversation.host == row.host, SlackConversation.name == name
    taken = select(SlackConversation.id).where(*others, SlackConversation.id != row.id)
    if world.db.session.scalar(taken) is not None:
        return False
    row.name = name
    world.db.session.flush()
    return True


def open_direct(world: World, user: AppUser, others: Iterable[AppUser]) -> SlackConversation:
    """Return the direct message of some people, which there is one of.

    Args:
        user: the user who opens it.
        others: with whom.
    """
    people = sorted({user.id, *(each.id for each in others)})
    kind = DIRECT if len(people) < 3 else GROUP
    key = {"host": user.host, "name": f"{kind}:{'-'.join(map(str, people))}"}
    get_or_create(world.db.session, SlackConversation, key, **_new(world, user, kind))
    return _joined_by(world, key, people)


def _new(world: World, user: AppUser, kind: str) -> dict[str, object]:
    made = {"creator_id": user.id, "created_at": world.clock.now(), "is_archived": False}
    return {"kind": kind, "topic": "", "purpose": "", **made}


def _joined_by(world: World, key: dict[str, str], people: Iterable[int]) -> SlackConversation:
    row = world.db.session.scalars(select(SlackConversation).filter_by(**key)).one()
    for number in people:
        join(world, row, number)
    return row


def join(world: World, row: SlackConversation, user_id: int) -> bool:
    """Put somebody into a conversation; return whether they were not in it."""
    key = {"conversation_id": row.id, "user_id": user_id}
    return insert_missing(world.db.session, SlackMember, key)


def leave(world: World, row: SlackConversation, user_id: int) -> bool:
    """Take somebody out of a conversation; return whether they were in it."""
    gone = delete(SlackMember).where(
        SlackMember.conversation_id == row.id, SlackMember.user_id == user_id
    )
    found = world.db.session.execute(gone.returning(SlackMember.user_id)).first()
    return found is not None
