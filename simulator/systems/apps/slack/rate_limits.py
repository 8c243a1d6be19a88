"""How many calls an app may make in a minute, where a workspace's scenario says `rate_limits`.

docs.slack.dev, "Rate limits": each method is of a tier, and calls are counted by method, workspace
and app. Where a scenario says nothing there is no limit: what a night of tests asks for at once is
more than people ask for in a minute (our choice). Bursts that Slack may tolerate are refused.
"""

from flask import current_app

from simulator.systems.apps._kit import counting
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.slack import ids
from simulator.systems.apps.slack.refusals import TooMany
from simulator.systems.apps.slack.tables import SlackCallCount, SlackConversation, SlackWorkspace

#: Calls of a method in a minute, by its tier.
TIERS = {2: 20, 3: 50, 4: 100}
_TIER_2 = (
    *("conversations.archive", "conversations.create", "conversations.list"),
    "conversations.rename",
    *("conversations.setPurpose", "conversations.setTopic", "conversations.unarchive"),
    *("reactions.remove", "search.messages", "users.list"),
)
_TIER_4 = (
    "chat.postEphemeral",
    *("api.test", "conversations.members", "files.completeUploadExternal"),
    *("files.getUploadURLExternal", "files.info", "users.info", "users.profile.get"),
)
#: Those with rules of their own: hundreds a minute (auth.test), or by conversation (posting).
_SPECIAL = ("auth.test", "chat.getPermalink", "chat.postMessage")
_MINUTE = 60
#: Messages that a conversation takes in a row: one a second, and a short burst (our choice).
POSTED, _POSTING = 10, 10
#: How long counts are kept, in seconds.
_MEMORY = 300
#: Where an application remembers the setting of the world that there is.
_EXTENSION = "slack-rate-limits"


def tier(method: str) -> int | None:
    """Return the tier of a method; None where it has none.

    Args:
        method: its name.
    """
    if method in _SPECIAL:
        return None
    return 2 if method in _TIER_2 else 4 if method in _TIER_4 else 3


def check(method: str, token: str) -> None:
    """Count a call, where calls are counted.

    Args:
        method: the method that is called.
        token: the token that the call bears.

    Raises:
        TooMany: the app called it as often as it may in this minute.
    """
    found = tier(method)
    if found is not None and _is_on():
        _count(method, token, TIERS[found], _MINUTE)


def check_posting(row: SlackConversation, token: str) -> None:
    """Count a message to a conversation, where calls are counted.

    Args:
        row: the conversation.
        token: the token that the call bears.

    Raises:
        TooMany: the app posted there faster than it may.
    """
    if _is_on():
        _count(f"chat.postMessage {ids.conversation_id(row)}", token, POSTED, _POSTING)


def _count(name: str, token: str, most: int, period: int) -> None:
    instance = here()
    row = instance.store.find(token)
    assert row is not None, "the token was taken"
    key = {"host": instance.host, "client_id": row.client_id, "method": name}
    now = int(instance.world.clock.now().timestamp())
    begins = now - now % period
    is_counted = counting.count(
        *(instance.world, SlackCallCount, key, {"begins": begins}), most=most, memory=_MEMORY
    )
    if not is_counted:
        raise TooMany(begins + period - now)


def _is_on() -> bool:
    """The workspace's setting, which is read once in each world."""
    instance = here()
    known: dict[str, bool] = current_app.extensions.setdefault(_EXTENSION, {})
    world = instance.world.known.id
    if world not in known:
        known.clear()
        row = instance.world.db.session.get(SlackWorkspace, instance.host)
        known[world] = row is not None and row.has_rate_limits
    return known[world]
