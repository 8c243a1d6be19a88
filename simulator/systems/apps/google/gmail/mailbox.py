"""The messages and threads of a mailbox: found one by one, and listed page by page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from simulator.db.tables import AppUser
from simulator.db.upsert import get_or_create
from simulator.systems.apps.google.gmail import labels
from simulator.systems.apps.google.gmail.search import Search
from simulator.systems.apps.google.tables import GmailMailbox, GmailMessage, GmailMessageLabel
from simulator.world import World

#: The first change of a mailbox (our choice).
FIRST_HISTORY = 1_000
#: Keys of rows are smaller.
_KEYS = 2**31


class BadPageToken(Exception):
    """A page token that no list gave."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a list is of.

    Attributes:
        query: the query of the search box; empty for everything.
        label_ids: labels that each message has to have.
        has_hidden: whether Spam and Trash are in it, whatever the query says.
        drafts_only: whether drafts alone are in it.
    """

    query: str = ""
    label_ids: Sequence[str] = ()
    has_hidden: bool = False
    drafts_only: bool = False


@dataclass(frozen=True, kw_only=True)
class ThreadRow:
    """A thread in a list."""

    thread_id: str
    at: int
    key: int
    snippet: str
    history_id: int


def get(world: World, user: AppUser) -> GmailMailbox:
    """Return the mailbox of an account; it begins with the first look at it."""
    session, key = world.db.session, {"user_id": user.id}
    return get_or_create(session, GmailMailbox, key, history_id=FIRST_HISTORY, last_label=0)


def lock(world: World, users: Iterable[AppUser]) -> None:
    """Keep others from changing these mailboxes, in one order for all who lock several."""
    for user in sorted(users, key=lambda each: each.id):
        get(world, user)
        own = select(GmailMailbox.user_id).where(GmailMailbox.user_id == user.id)
        world.db.session.execute(own.with_for_update())


def find(
    world: World, user: AppUser, message_id: str, *, to_change: bool = False
) -> GmailMessage | None:
    """Return a message of a mailbox by its id.

    Args:
        user: the user whose mailbox it is.
        message_id: the id of the message.
        to_change: keep others from changing it meanwhile.
    """
    found = select(GmailMessage).where(
        GmailMessage.user_id == user.id, GmailMessage.message_id == message_id
    )
    return world.db.session.scalar(found.with_for_update() if to_change else found)


def find_several(world: World, user: AppUser, message_ids: list[str]) -> list[GmailMessage]:
    """Return the messages of a mailbox with these ids, locked; other ids are ignored."""
    found = (
        select(GmailMessage)
        .where(GmailMessage.user_id == user.id, GmailMessage.message_id.in_(message_ids))
        .order_by(GmailMessage.id)
        .with_for_update()
    )
    return list(world.db.session.scalars(found))


def find_draft(
    world: World, user: AppUser, draft_id: str, *, to_change: bool = False
) -> GmailMessage | None:
    """Return the message of a draft."""
    found = select(GmailMessage).where(
        GmailMessage.user_id == user.id, GmailMessage.draft_id == draft_id
    )
    return world.db.session.scalar(found.with_for_update() if to_change else found)


def find_thread(
    world: World, user: AppUser, thread_id: str, *, to_change: bool = False
) -> Sequence[GmailMessage]:
    """Return the messages of a thread, the oldest first; none where there is no such thread."""
    found = (
        select(GmailMessage)
        .where(GmailMessage.user_id == user.id, GmailMessage.thread_id == thread_id)
        .order_by(GmailMessage.at, GmailMessage.id)
    )
    return world.db.session.scalars(found.with_for_update() if to_change else found).all()


def list_messages(
    world: World, user: AppUser, chosen: Filter, token: str, most: int
) -> tuple[Sequence[GmailMessage], str]:
    """Return a page of messages, the newest first, and the token of the next one.

    Args:
        user: the user whose mailbox it is.
        chosen: what the list is of.
        token: the token of the page; empty for the first one.
        most: how many, at most.

    Raises:
        BadPageToken: no list gave this token.
    """
    at, key = GmailMessage.at, GmailMessage.id
    found = select(GmailMessage).where(*_conditions(world, user, chosen))
    if token:
        before, last_key = read_token(token)
        found = found.where(or_(at < before, and_(at == before, key < last_key)))
    rows = world.db.session.scalars(found.order_by(at.desc(), key.desc()).limit(most + 1)).all()
    page = rows[:most]
    return page, make_token(page[-1].at, page[-1].id) if len(rows) > most else ""


def list_threads(
    world: World, user: AppUser, chosen: Filter, token: str, most: int
) -> tuple[list[ThreadRow], str]:
    """Return a page of threads that have a fitting message, the newest first, as above."""
    at, key = func.max(GmailMessage.at), func.max(GmailMessage.id)
    found = (
        select(GmailMessage.thread_id, at, key)
        .where(*_conditions(world, user, chosen))
        .group_by(GmailMessage.thread_id)
    )
    if token:
        before, last_key = read_token(token)
        found = found.having(or_(at < before, and_(at == before, key < last_key)))
    rows = world.db.session.execute(found.order_by(at.desc(), key.desc()).limit(most + 1)).all()
    last = _last_of(world, user, [row[0] for row in rows[:most]])
    page = [
        ThreadRow(
            thread_id=number,
            at=newest,
            key=highest,
            snippet=last[number].snippet,
            history_id=max(last[number].history_id, 0),
        )
        for number, newest, highest in rows[:most]
    ]
    return page, make_token(page[-1].at, page[-1].key) if len(rows) > most else ""


def count(world: World, user: AppUser, chosen: Filter, *, threads: bool = False) -> int:
    """Return how many messages, or threads, a list has."""
    column = func.count(GmailMessage.thread_id.distinct()) if threads else func.count()
    found = select(column).select_from(GmailMessage).where(*_conditions(world, user, chosen))
    return int(world.db.session.scalar(found) or 0)


def has_label(label_id: str) -> ColumnElement[bool]:
    """Return the condition that a message has a label."""
    own = GmailMessageLabel.message_key == GmailMessage.id
    return exists(
        select(GmailMessageLabel.label_id).where(own, GmailMessageLabel.label_id == label_id)
    )


def _conditions(world: World, user: AppUser, chosen: Filter) -> Iterable[ColumnElement[bool]]:
    yield GmailMessage.user_id == user.id
    yield from map(has_label, chosen.label_ids)
    if chosen.drafts_only:
        yield GmailMessage.draft_id.is_not(None)
    shows_hidden = chosen.has_hidden or any(one in labels.HIDDEN for one in chosen.label_ids)
    if chosen.query:
        search = Search(chosen.query, user.email, world.clock.now())
        shows_hidden = shows_hidden or search.names_hidden_places
        yield search.condition
    if not shows_hidden:
        yield not_(or_(*map(has_label, labels.HIDDEN)))


def _last_of(world: World, user: AppUser, threads: list[str]) -> dict[str, GmailMessage]:
    """The newest message of each thread."""
    if not threads:
        return {}
    found = (
        select(GmailMessage)
        .where(GmailMessage.user_id == user.id, GmailMessage.thread_id.in_(threads))
        .order_by(GmailMessage.at, GmailMessage.id)
    )
    return {row.thread_id: row for row in world.db.session.scalars(found)}


def make_token(at: int, key: int) -> str:
    """Return the token of the page that comes after a row."""
    return str((at + _KEYS) * _KEYS + key)


def read_token(token: str) -> tuple[int, int]:
    """Return the moment and key that a page token was made of.

    Raises:
        BadPageToken: it was made of none.
    """
    if not token.isascii() or not token.isdigit() or len(token) > 28:
        raise BadPageToken
    at, key = divmod(int(token), _KEYS)
    return at - _KEYS, key
