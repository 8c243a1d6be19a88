"""Slack in a scenario file: channels and direct messages, the rows made of them, and mistakes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from simulator.systems.apps._kit.scenario import App
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.slack import ids
from simulator.systems.apps.slack.tables import (
    SlackConversation,
    SlackMember,
    SlackMessage,
    SlackWorkspace,
)
from simulator.validation.fields import Strict, Text, matches
from simulator.validation.mistakes import Mistakes, Place, find_repeated, find_unknown

_FORMAT = "%Y-%m-%d %H:%M"
#: Messages of one minute are this far apart, in microseconds.
_APART = 100
#: Conversations without messages are as old as that (our choice).
_EARLIEST = datetime(2026, 1, 5, 9, tzinfo=UTC)


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def _checked(text: str) -> str:
    try:
        _read_moment(text)
    except ValueError:
        raise ValueError("expected a moment in UTC such as 2026-08-24 09:30") from None
    return text


Moment = Annotated[str, AfterValidator(_checked)]


class Answer(Strict):
    """A message in a thread."""

    author: str
    at: Moment
    text: Text


class Message(Answer):
    """A message in a conversation; its answers stand in a thread."""

    answers: list[Answer] = []


class Channel(Strict):
    """A channel and who is in it."""

    name: Annotated[str, matches(r"[a-z0-9_-]{1,80}", "a name of a-z, 0-9, - and _")]
    private: bool = False
    topic: str = ""
    purpose: str = ""
    members: Annotated[list[str], Field(min_length=1)]
    messages: list[Message] = []


class Direct(Strict):
    """A direct message of two people, or of more."""

    members: Annotated[list[str], Field(min_length=2, max_length=9)]
    messages: list[Message] = []


class Records(Strict):
    """What stands under `data`.

    Attributes:
        channels: with members and messages.
        direct: messages of two people or more.
        rate_limits: whether calls are counted as Slack counts them; else there is no limit.
    """

    channels: list[Channel] = []
    direct: list[Direct] = []
    rate_limits: bool = False


class SlackApp(App):
    """One workspace."""

    kind: Literal["slack"]
    data: Records = Records()


MODEL = SlackApp
_Row = SlackConversation | SlackMember | SlackMessage | SlackWorkspace


def rows(seed: AppSeed, app: SlackApp) -> Iterator[_Row]:
    """Make the rows of a workspace's settings and conversations."""
    yield SlackWorkspace(host=app.host, has_rate_limits=app.data.rate_limits)
    number = 0
    for channel in app.data.channels:
        number += 1
        about = {"name": channel.name, "topic": channel.topic, "purpose": channel.purpose}
        kind = "private_channel" if channel.private else "public_channel"
        yield from _conversation(seed, app.host, number, channel, {"kind": kind, **about})
    for direct in app.data.direct:
        number += 1
        people = sorted(seed.users[login] for login in direct.members)
        kind = "im" if len(people) < 3 else "mpim"
        name = f"{kind}:{'-'.join(map(str, people))}"
        about = {"kind": kind, "name": name, "topic": "", "purpose": ""}
        yield from _conversation(seed, app.host, number, direct, about)


def _conversation(
    seed: AppSeed, host: str, number: int, found: Channel | Direct, about: dict[str, str]
) -> Iterator[_Row]:
    times = _Times()
    created = min((_read_moment(each.at) for each in found.messages), default=_EARLIEST)
    creator = seed.users[found.members[0]]
    common = {"creator_id": creator, "is_archived": False, "created_at": created}
    yield SlackConversation(id=number, host=host, **about, **common)
    for login in found.members:
        yield SlackMember(conversation_id=number, user_id=seed.users[login])
    for message in found.messages:
        ts = times.next(message)
        thread_ts = ts if message.answers else None
        yield _message(seed, number, message, ts, thread_ts)
        for answer in message.answers:
            yield _message(seed, number, answer, times.next(answer), ts)


class _Times:
    """The timestamps of one conversation, each its own."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def next(self, message: Answer) -> int:
        ts = ids.micros(_read_moment(message.at)) + _APART
        while ts in self._taken:
            ts += _APART
        self._taken.add(ts)
        return ts


def _message(
    seed: AppSeed, conversation: int, message: Answer, ts: int, thread_ts: int | None
) -> SlackMessage:
    author = seed.users[message.author]
    where = {"conversation_id": conversation, "ts": ts, "thread_ts": thread_ts}
    return SlackMessage(author_id=author, text=message.text, extras={}, **where)


def mistakes(apps: Mapping[Place, SlackApp]) -> Mistakes:
    """Find names that are there twice, and people who have no account or are not in a channel."""
    for place, app in apps.items():
        data, logins = app.data, [user.login for user in app.users]
        names = [channel.name for channel in data.channels]
        yield from find_repeated((*place, "data", "channels"), names, "name")
        sets = ["-".join(sorted(direct.members)) for direct in data.direct]
        yield from find_repeated((*place, "data", "direct"), sets, "members")
        for number, channel in enumerate(data.channels):
            yield from _unknown((*place, "data", "channels", number), channel, logins)
        for number, direct in enumerate(data.direct):
            yield from _unknown((*place, "data", "direct", number), direct, logins)


def _unknown(at: Place, found: Channel | Direct, logins: list[str]) -> Mistakes:
    for index, login in enumerate(found.members):
        yield from find_unknown((*at, "members", index), login, logins)
    for where, message in _every((*at, "messages"), found.messages):
        yield from find_unknown((*where, "author"), message.author, found.members)


def _every(at: Place, found: list[Message]) -> Iterator[tuple[Place, Answer]]:
    for index, message in enumerate(found):
        yield (*at, index), message
        for number, answer in enumerate(message.answers):
            yield (*at, index, "answers", number), answer
