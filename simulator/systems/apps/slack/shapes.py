"""What the Web API answers of people, conversations and messages."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.slack import bots, conversations, file_shapes, files, ids, messages
from simulator.systems.apps.slack.conversations import CHANNELS, DIRECT, GROUP
from simulator.systems.apps.slack.tables import SlackConversation, SlackMessage
from simulator.validation.paging import Page
from simulator.world import World

#: Nobody says where they are (our choice).
_ZONE = {"tz": "Etc/UTC", "tz_label": "Coordinated Universal Time", "tz_offset": 0}


def handle(user: AppUser) -> str:
    """Return what people call somebody by: their address up to the @, or the app's name (ours)."""
    if bots.is_bot(user):
        return "_".join(user.name.lower().split())
    return user.email.partition("@")[0].lower()


def profile(user: AppUser, *, with_email: bool) -> dict[str, Any]:
    """Return somebody's profile."""
    first, _, last = user.name.partition(" ")
    names = {"real_name": user.name, "display_name": handle(user)}
    own = {**names, "first_name": first, "last_name": last, "team": ids.team_id(user.host)}
    if bots.is_bot(user):
        return {**own, "title": "", "bot_id": ids.bot_id(user), "api_app_id": bots.app_id(user)}
    return {**own, "title": "", "email": user.email} if with_email else {**own, "title": ""}


def user(row: AppUser, *, with_email: bool) -> dict[str, Any]:
    """Return an account; its e-mail address with the scope for it alone."""
    is_admin = people.is_admin(row)
    return {
        "id": ids.user_id(row),
        "team_id": ids.team_id(row.host),
        "name": handle(row),
        "deleted": False,
        "real_name": row.name,
        **_ZONE,
        "profile": profile(row, with_email=with_email),
        "is_admin": is_admin,
        "is_owner": False,
        "is_bot": bots.is_bot(row),
        "is_app_user": False,
        "updated": 0,
    }


def channels(
    world: World, asking: AppUser, rows: Sequence[SlackConversation]
) -> list[dict[str, Any]]:
    """Return conversations as a person sees them."""
    counts = conversations.count_members(world, rows)
    mine = conversations.list_joined(world, asking, rows)
    partners = conversations.find_partners(world, asking, rows)
    return [
        _direct(row, partners.get(row.id, asking.id))
        if row.kind == DIRECT
        else _channel(row, counts.get(row.id, 0), is_in=row.id in mine)
        for row in rows
    ]


def channel(world: World, asking: AppUser, row: SlackConversation) -> dict[str, Any]:
    """Return one conversation as a person sees it."""
    return channels(world, asking, [row])[0]


def _direct(row: SlackConversation, partner: int) -> dict[str, Any]:
    return {**_common(row), "user": ids.user_id(partner), "is_open": True}


def _common(row: SlackConversation) -> dict[str, Any]:
    return {
        "id": ids.conversation_id(row),
        "created": int(row.created_at.timestamp()),
        "is_channel": row.kind in CHANNELS,
        "is_group": False,
        "is_im": row.kind == DIRECT,
        "is_mpim": row.kind == GROUP,
        "is_private": row.kind != conversations.PUBLIC,
        "is_archived": row.is_archived,
        "is_general": row.name == "general",
        "is_shared": False,
        "is_org_shared": False,
        "context_team_id": ids.team_id(row.host),
    }


def _channel(row: SlackConversation, count: int, *, is_in: bool) -> dict[str, Any]:
    name = row.name if row.kind in CHANNELS else f"mpdm-{row.id}"
    about = {"creator": ids.user_id(row.creator_id), "last_set": int(row.created_at.timestamp())}
    return {
        **_common(row),
        "name": name,
        "name_normalized": name,
        "creator": ids.user_id(row.creator_id),
        "is_member": is_in,
        "num_members": count,
        "topic": {"value": row.topic, **about},
        "purpose": {"value": row.purpose, **about},
    }


def listed(world: World, rows: Sequence[SlackMessage], viewer: AppUser) -> list[dict[str, Any]]:
    """Return messages of one conversation, as somebody sees them who may see it."""
    counts, reacted = messages.count_replies(world, rows), messages.reactions(world, rows)
    _authors = messages.authors(world, rows)  # each is found there now
    shared = files.of_messages(world, rows) if any("upload" in row.extras for row in rows) else {}
    return [
        message(row, viewer.host)
        | ({"files": file_shapes.files(world, shared[row.ts], viewer)} if row.ts in shared else {})
        | ({"reply_count": counts[row.ts]} if row.ts in counts else {})
        | (
            {"reactions": [_reaction(name, [*each]) for name, each in _by_name(reacted[row.id])]}
            if row.id in reacted
            else {}
        )
        for row in rows
    ]


def message(row: SlackMessage, host: str) -> dict[str, Any]:
    """Return a message without what others made of it."""
    found = {
        "type": "message",
        "user": ids.user_id(row.author_id),
        "text": row.text,
        "ts": ids.write_ts(row.ts),
        "team": ids.team_id(host),
        **(_bot(row.author) if bots.is_bot(row.author) else {}),
        **row.extras,
    }
    if row.thread_ts is not None:
        found["thread_ts"] = ids.write_ts(row.thread_ts)
    if row.edited_ts is not None:
        by = ids.user_id(row.author_id)
        found["edited"] = {"user": by, "ts": ids.write_ts(row.edited_ts)}
    return found


def _bot(user: AppUser) -> dict[str, Any]:
    names = {"bot_id": ids.bot_id(user), "app_id": bots.app_id(user)}
    return {**names, "bot_profile": bot(user) | {"team_id": ids.team_id(user.host)}}


def bot(user: AppUser) -> dict[str, Any]:
    """Return an app's bot."""
    names = {"id": ids.bot_id(user), "app_id": bots.app_id(user), "user_id": ids.user_id(user)}
    return {**names, "name": user.name, "deleted": False, "updated": 0, "icons": {}}


def _by_name(found: Sequence[Any]) -> Any:
    return groupby(found, lambda each: each.name)


def _reaction(name: str, each: Sequence[Any]) -> dict[str, Any]:
    users = [ids.user_id(one.user_id) for one in each]
    return {"name": name, "users": users, "count": len(users)}


def permalink(host: str, row: SlackConversation, ts: int) -> str:
    """Return the address at which people read a message."""
    return f"https://{host}/archives/{ids.conversation_id(row)}/p{ts}"


def paging(page: Page) -> dict[str, int]:
    """Return what an answer says of a list that has numbers of pages."""
    pages = page.last if page.total else 0
    return {"count": page.size, "total": page.total, "page": page.number, "pages": pages}
