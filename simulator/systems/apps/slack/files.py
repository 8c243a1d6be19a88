"""Files of a workspace: announced, uploaded, shared in conversations, found by who may see them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, and_, delete, or_, select

from simulator.db.claim import claim
from simulator.db.tables import AppUser
from simulator.systems.apps.slack import conversations
from simulator.systems.apps.slack.tables import (
    SlackConversation,
    SlackFile,
    SlackFileShare,
    SlackMessage,
)
from simulator.world import World

#: How large a file may be (our choice: what a request may bring; Slack takes 1 GB).
LARGEST = 2 * 1024 * 1024
#: Uploads of one account that are under way at a time; an earlier one ends (our choice).
_MOST = 20


def announce(world: World, owner: AppUser, name: str, size: int, alt_text: str) -> SlackFile:
    """Make a file whose content is to come.

    Args:
        owner: the owner who uploads it.
        name: the name of the file.
        size: in bytes.
        alt_text: what is in a picture.
    """
    session = world.db.session
    mine = SlackFile.owner_id == owner.id, SlackFile.completed_at.is_(None)
    latest = select(SlackFile.id).where(*mine).order_by(SlackFile.id.desc()).limit(_MOST - 1)
    newest = list(session.scalars(latest))
    session.execute(delete(SlackFile).where(*mine, SlackFile.id.not_in(newest)))
    row = SlackFile(
        host=owner.host,
        owner_id=owner.id,
        upload_key=world.randomness.secret("slack upload", 32),
        name=name,
        title=name,
        alt_text=alt_text,
        size=size,
        created_at=world.clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def find_upload(world: World, host: str, key: str) -> SlackFile | None:
    """Return the file whose content an address takes; None if it has all."""
    own = SlackFile.host == host, SlackFile.upload_key == key, SlackFile.uploaded_at.is_(None)
    return world.db.session.scalar(select(SlackFile).where(*own))


def upload(world: World, row: SlackFile, content: bytes) -> bool:
    """Keep the content of a file; return whether it was this call that did."""
    if not claim(world.db.session, row, "uploaded_at", world.clock.now()):
        return False
    row.content = content
    world.db.session.flush()
    return True


def find_uploaded(world: World, owner: AppUser, number: int) -> SlackFile | None:
    """Return a file of one's own that has its content and is not complete."""
    own = SlackFile.id == number, SlackFile.owner_id == owner.id
    ready = SlackFile.uploaded_at.is_not(None), SlackFile.completed_at.is_(None)
    return world.db.session.scalar(select(SlackFile).where(*own, *ready))


def complete(world: World, row: SlackFile, title: str) -> bool:
    """Have people see a file; return whether it was this call that did.

    Args:
        row: the file.
        title: the title of the file; empty for its name.
    """
    if not claim(world.db.session, row, "completed_at", world.clock.now()):
        return False
    row.title = title or row.name
    world.db.session.flush()
    return True


def share(world: World, rows: Iterable[SlackFile], message: SlackMessage) -> None:
    """Have those who see a message see files."""
    where = {"conversation_id": message.conversation_id, "ts": message.ts}
    world.db.session.add_all([SlackFileShare(file_id=row.id, **where) for row in rows])
    world.db.session.flush()


def unshare(world: World, message: SlackMessage) -> None:
    """Take a message's files out of its conversation."""
    of_message = SlackFileShare.conversation_id == message.conversation_id
    world.db.session.execute(
        delete(SlackFileShare).where(of_message, SlackFileShare.ts == message.ts)
    )


def visible(user: AppUser) -> Select[SlackFile]:
    """Select the files that somebody may see: their own, and those in what they may see."""
    seen = conversations.visible(user).with_only_columns(SlackConversation.id)
    shared = select(SlackFileShare.file_id).where(SlackFileShare.conversation_id.in_(seen))
    is_theirs = or_(SlackFile.owner_id == user.id, SlackFile.id.in_(shared))
    own = SlackFile.host == user.host, SlackFile.completed_at.is_not(None), is_theirs
    return select(SlackFile).where(*own)


def find(world: World, user: AppUser, number: int) -> SlackFile | None:
    """Return a file that somebody may see."""
    return world.db.session.scalar(visible(user).where(SlackFile.id == number))


def remove(world: World, row: SlackFile) -> None:
    """Delete a file; messages that it came with stay."""
    session = world.db.session
    session.execute(delete(SlackFileShare).where(SlackFileShare.file_id == row.id))
    session.delete(row)
    session.flush()


def shares(
    world: World, rows: Sequence[SlackFile], viewer: AppUser
) -> dict[int, list[SlackFileShare]]:
    """Return where each of these files is shared, by its number, of what somebody may see."""
    found: dict[int, list[SlackFileShare]] = {}
    seen = conversations.visible(viewer).with_only_columns(SlackConversation.id)
    of_files = SlackFileShare.file_id.in_([row.id for row in rows])
    own = and_(of_files, SlackFileShare.conversation_id.in_(seen))
    order = SlackFileShare.conversation_id, SlackFileShare.ts
    for each in world.db.session.scalars(select(SlackFileShare).where(own).order_by(*order)):
        found.setdefault(each.file_id, []).append(each)
    return found


def of_messages(world: World, rows: Sequence[SlackMessage]) -> dict[int, list[SlackFile]]:
    """Return the files that messages of one conversation came with, by the message's `ts`."""
    found: dict[int, list[SlackFile]] = {}
    query = (
        select(SlackFileShare.ts, SlackFile)
        .join(SlackFile, SlackFile.id == SlackFileShare.file_id)
        .where(
            SlackFileShare.conversation_id == rows[0].conversation_id,
            SlackFileShare.ts.in_([row.ts for row in rows]),
        )
        .order_by(SlackFile.id)
    )
    for ts, row in world.db.session.execute(query):
        found.setdefault(ts, []).append(row)
    return found
