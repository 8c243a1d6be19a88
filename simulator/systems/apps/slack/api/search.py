"""Search among the messages that a person may see."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, select

from simulator.db.listing import Found
from simulator.db.tables import AppUser
from simulator.systems.apps.slack import conversations, ids, messages, shapes
from simulator.systems.apps.slack.api.calls import Call, method
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import SlackConversation, SlackMessage
from simulator.validation.paging import Page

_PART = re.compile(r'(-?)(?:(from|in|before|after|on):)?("[^"]*"|[^\s"]+)')
_USUAL, _MOST = 20, 100
#: So many words a query has at most (our choice).
_MOST_WORDS = 50


@dataclass
class _Query:
    """A search, word by word.

    Attributes:
        call: the call who asks.
        conditions: what a message must meet.
    """

    call: Call
    conditions: list[ColumnElement[bool]] = field(default_factory=list)

    def add(self, is_not: bool, modifier: str, text: str) -> None:
        """Add a word, a phrase in quotation marks, or `modifier:value`."""
        found = self._condition(modifier, text)
        self.conditions.append(~found if is_not else found)

    def _condition(self, modifier: str, text: str) -> ColumnElement[bool]:
        if modifier == "from":
            return self._from(text.removeprefix("@"))
        if modifier == "in":
            return self._in(text)
        if modifier:
            return self._at(modifier, text)
        return SlackMessage.text.icontains(text, autoescape=True)

    def _from(self, name: str) -> ColumnElement[bool]:
        user = self.call.user
        if name == "me":
            return SlackMessage.author_id == user.id
        number = ids.read_id(name.strip("<>@"), "UW")
        if number:
            return SlackMessage.author_id == number
        named = AppUser.normalized_email.startswith(f"{name.lower()}@", autoescape=True)
        of_name = select(AppUser.id).where(AppUser.host == user.host, named)
        return SlackMessage.author_id.in_(of_name)

    def _in(self, name: str) -> ColumnElement[bool]:
        world, user = self.call.world, self.call.user
        row = conversations.find(world, user, name)
        row = row or conversations.find_channel(world, user, name)
        return SlackMessage.conversation_id == row.id if row else false()

    @staticmethod
    def _at(modifier: str, text: str) -> ColumnElement[bool]:
        try:
            begins = datetime.combine(date.fromisoformat(text), time(tzinfo=UTC))
        except ValueError:
            return false()
        first, last = (ids.micros(begins + timedelta(days=each)) for each in (0, 1))
        if modifier == "before":
            return SlackMessage.ts < first
        if modifier == "after":
            return SlackMessage.ts >= last
        return (SlackMessage.ts >= first) & (SlackMessage.ts < last)


# SLACK-7
@method("search.messages", "search:read")
def search(call: Call) -> dict[str, Any]:
    """Find messages by words, "phrases", and `from:`, `in:`, `before:`, `after:`, `on:`."""
    text = call.text("query", "no_query")
    parts = _PART.findall(text)
    if not parts:
        raise Refused("no_query")
    if len(parts) > _MOST_WORDS:
        raise Refused("invalid_arguments")
    query = _Query(call)
    for is_not, modifier, value in parts:
        query.add(bool(is_not), modifier, value.strip('"'))
    size, number = call.number("count", _USUAL, _MOST), call.number("page", 1, 10_000)
    order = SlackMessage.ts.asc() if call.maybe("sort_dir") == "asc" else SlackMessage.ts.desc()
    every = messages.readable(call.user).where(*query.conditions).order_by(order, SlackMessage.id)
    found: Found[SlackMessage] = Found(call.world.db.session, every)
    total = found.count()
    page = Page(number=number, size=size, total=total)
    rows = found.cut(page.offset, size)
    call.record(len(rows))
    matches = [_match(row, row.conversation, row.author) for row in rows]
    return {
        "query": text,
        "messages": {"total": total, "paging": shapes.paging(page), "matches": matches},
    }


def _match(row: SlackMessage, where: SlackConversation, author: AppUser) -> dict[str, Any]:
    common = shapes.message(row, where.host)
    name = where.name if where.kind in conversations.CHANNELS else ids.user_id(author)
    about = {
        "id": ids.conversation_id(where),
        "name": name,
        "is_channel": where.kind in conversations.CHANNELS,
        "is_private": where.kind != conversations.PUBLIC,
        "is_im": where.kind == conversations.DIRECT,
        "is_mpim": where.kind == conversations.GROUP,
    }
    link = shapes.permalink(where.host, where, row.ts)
    return {**common, "username": shapes.handle(author), "channel": about, "permalink": link}
