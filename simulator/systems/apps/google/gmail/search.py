"""What a query of the search box finds, as conditions of SQL."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true

from simulator.systems.apps.google.gmail import labels
from simulator.systems.apps.google.gmail.search_language import Node, Not, Some, Term, parse
from simulator.systems.apps.google.gmail.words import like_pattern
from simulator.systems.apps.google.tables import GmailLabel, GmailMessage, GmailMessageLabel

Condition = ColumnElement[bool]

#: "All dates used in the search query are interpreted as midnight on that date in the PST
#: timezone" (Gmail API, "Search and filter messages").
_ZONE = ZoneInfo("America/Los_Angeles")
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_AMERICAN_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_PERIOD = re.compile(r"(\d{1,4})([hdwmy])")
_PERIODS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30, "y": 24 * 365}
_SIZE = re.compile(r"(\d{1,12})([kKmM]?)[bB]?")
_UNITS = {"": 1, "k": 1024, "m": 1024 * 1024}
_COLUMNS = {
    "from": (GmailMessage.sender_words,),
    "to": (GmailMessage.to_words, GmailMessage.cc_words, GmailMessage.bcc_words),
    "cc": (GmailMessage.cc_words,),
    "bcc": (GmailMessage.bcc_words,),
    "subject": (GmailMessage.subject_words,),
    "filename": (GmailMessage.file_words,),
    "list": (GmailMessage.list_words,),
    "deliveredto": (GmailMessage.to_words, GmailMessage.cc_words, GmailMessage.bcc_words),
}
_ANYWHERE = (
    *(GmailMessage.subject_words, GmailMessage.body_words, GmailMessage.sender_words),
    *(GmailMessage.to_words, GmailMessage.cc_words, GmailMessage.bcc_words),
    GmailMessage.file_words,
)
_PLACES = {"draft": "DRAFT", "drafts": "DRAFT", "all": "", "anywhere": ""}
_STATES = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT"}


class Search:
    """A query for one mailbox.

    Args:
        query: the query as typed.
        email: address of the mailbox, which `me` stands for.
        now: moment that periods go back from.
    """

    def __init__(self, query: str, email: str, now: datetime) -> None:
        self._email, self._now = email, now
        self._terms: dict[str, Callable[[str], Condition]] = {
            "label": self._label,
            "category": lambda value: self._has(f"CATEGORY_{value.upper()}"),
            "in": self._place,
            "is": self._state,
            "has": self._having,
            "after": lambda value: self._compare_moment(value, is_after=True),
            "newer": lambda value: self._compare_moment(value, is_after=True),
            "before": lambda value: self._compare_moment(value, is_after=False),
            "older": lambda value: self._compare_moment(value, is_after=False),
            "newer_than": lambda value: self._compare_period(value, is_newer=True),
            "older_than": lambda value: self._compare_period(value, is_newer=False),
            "size": lambda value: self._compare_size(value, is_larger=True),
            "larger": lambda value: self._compare_size(value, is_larger=True),
            "smaller": lambda value: self._compare_size(value, is_larger=False),
            "rfc822msgid": lambda value: GmailMessage.rfc822_id == value.strip("<>"),
        }
        self._tree = parse(query)
        self.condition = self._build(self._tree)

    @property
    def names_hidden_places(self) -> bool:
        """Whether the query itself looks into Spam, Trash or everywhere."""
        return _names_hidden(self._tree)

    def _build(self, node: Node) -> Condition:
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Not):
            return not_(self._build(node.inner))
        parts = [self._build(each) for each in node.parts]
        return or_(false(), *parts) if isinstance(node, Some) else and_(true(), *parts)

    def _term(self, term: Term) -> Condition:
        if build := self._terms.get(term.operator):
            return build(term.value.strip())
        value = term.value
        if value.lower() == "me" and term.operator in ("from", "to", "cc", "bcc", "deliveredto"):
            value = self._email
        pattern = like_pattern(value)
        if pattern is None:
            return true()
        columns = _COLUMNS.get(term.operator, _ANYWHERE)
        return or_(*(column.like(pattern) for column in columns))

    @staticmethod
    def _has(label_id: str) -> Condition:
        label = GmailMessageLabel
        own = label.message_key == GmailMessage.id
        return exists(select(label.label_id).where(own, label.label_id == label_id))

    def _label(self, name: str) -> Condition:
        if system := labels.find_system(name):
            return self._has(system)
        own = GmailMessageLabel.message_key == GmailMessage.id
        named = (
            GmailLabel.label_id == GmailMessageLabel.label_id,
            GmailLabel.user_id == GmailMessage.user_id,
            or_(GmailLabel.normalized_name == labels.normalize(name), GmailLabel.label_id == name),
        )
        return exists(select(GmailLabel.id).where(own, *named))

    def _place(self, name: str) -> Condition:
        place = name.lower()
        if place in ("archive", "archived"):
            return not_(or_(*map(self._has, ("INBOX", "SENT", "DRAFT", "TRASH", "SPAM"))))
        system = _PLACES.get(place)
        if system == "":
            return true()
        return self._has(system) if system else self._label(name)

    def _state(self, name: str) -> Condition:
        state = name.lower()
        if state == "read":
            return not_(self._has("UNREAD"))
        if state in _STATES:
            return self._has(_STATES[state])
        return self._place(name)

    def _having(self, name: str) -> Condition:
        what = name.lower()
        if what == "attachment":
            return GmailMessage.has_attachment.is_(True)
        own = GmailMessageLabel.message_key == GmailMessage.id
        users = exists(
            select(GmailMessageLabel.label_id).where(
                own, GmailMessageLabel.label_id.like(f"{labels.OWN_PREFIX}%")
            )
        )
        if what in ("userlabels", "nouserlabels"):
            return users if what == "userlabels" else not_(users)
        if what.endswith("-star"):
            return self._has("STARRED")
        return false()

    def _compare_moment(self, value: str, *, is_after: bool) -> Condition:
        moment = read_moment(value)
        if moment is None:
            return false()
        return GmailMessage.at >= moment if is_after else GmailMessage.at < moment

    def _compare_period(self, value: str, *, is_newer: bool) -> Condition:
        found = _PERIOD.fullmatch(value.lower())
        if found is None:
            return false()
        hours = int(found[1]) * _PERIODS[found[2]]
        try:
            moment = int((self._now - timedelta(hours=hours)).timestamp() * 1000)
        except OverflowError:
            moment = 0
        return GmailMessage.at >= moment if is_newer else GmailMessage.at < moment

    @staticmethod
    def _compare_size(value: str, *, is_larger: bool) -> Condition:
        found = _SIZE.fullmatch(value)
        if found is None:
            return false()
        octets = int(found[1]) * _UNITS[found[2].lower()]
        return GmailMessage.size > octets if is_larger else GmailMessage.size < octets


def read_moment(value: str) -> int | None:
    """Return a day, or a number of seconds since 1970, in milliseconds since then; None if none."""
    if re.fullmatch(r"\d{5,13}", value):
        number = int(value)
        return number if len(value) > 10 else number * 1000
    if found := _DAY.fullmatch(value):
        year, month, day = found.groups()
    elif found := _AMERICAN_DAY.fullmatch(value):
        month, day, year = found.groups()
    else:
        return None
    try:
        at = date(int(year), int(month), int(day))
        midnight = datetime(at.year, at.month, at.day, tzinfo=_ZONE)
        return int(midnight.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _names_hidden(node: Node) -> bool:
    if isinstance(node, Term):
        hidden = ("anywhere", "trash", "spam")
        return node.operator in ("in", "is", "label") and node.value.lower() in hidden
    if isinstance(node, Not):
        return _names_hidden(node.inner)
    return any(_names_hidden(each) for each in node.parts)
