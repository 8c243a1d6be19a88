"""A call of the Web API: who calls, what is sent, and which method answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.clock import has_expired
from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.slack import bots, conversations, ids, rate_limits
from simulator.systems.apps.slack.dialect import BOT, ordered
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import SlackConversation
from simulator.validation.media_types import is_json
from simulator.validation.parsing import NotJson, parse_strict_json, parse_whole_number
from simulator.web.bearer import read_bearer_token
from simulator.world import World

#: Rows on a page where a call does not say how many, and the most that it can have.
_USUAL, _MOST = 100, 1000
_LARGEST_ID = 2**31 - 1
#: A scope of people → the one that bots need in its place.
_OF_BOTS = {"channels:write": "channels:manage"}
#: Methods that take tokens of people alone.
_FOR_PEOPLE = ("search.messages",)
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call.

    Attributes:
        user: the user whose token it bears: a person, or an app's bot.
        scopes: what that token may do.
        token: its text.
        sent: the arguments.
    """

    user: AppUser
    scopes: frozenset[str]
    token: str
    sent: Mapping[str, Any]

    @property
    def is_bot(self) -> bool:
        """Whether it is made by an app's bot."""
        return bots.is_bot(self.user)

    @property
    def world(self) -> World:
        """The world that it is made in."""
        return here().world

    def require(self, scope: str) -> None:
        """Check that the token has a scope.

        Raises:
            Refused: it lacks it: `missing_scope`, with what is needed and what is there.
        """
        needed = _OF_BOTS.get(scope, scope) if self.is_bot else scope
        if needed not in self.scopes:
            provided = ",".join(ordered(self.scopes))
            raise Refused("missing_scope", needed=needed, provided=provided)

    def text(self, name: str, missing: str = "invalid_arguments") -> str:
        """Return an argument that must be there.

        Args:
            name: the name of the argument.
            missing: the error's word where it is not.

        Raises:
            Refused: it is not there, or no text.
        """
        found = self.sent.get(name)
        if found in (None, ""):
            raise Refused(missing, **_explain(f"missing required field: {name}"))
        if isinstance(found, dict | list):
            raise Refused("invalid_arguments", **_explain(f"must be a string: {name}"))
        return str(found)

    def maybe(self, name: str) -> str:
        """Return an argument as text; empty where it is not there."""
        return "" if self.sent.get(name) in (None, "") else self.text(name)

    def flag(self, name: str) -> bool:
        """Return an argument that is true or false; false where it is not there.

        Raises:
            Refused: it is neither.
        """
        found = self.sent.get(name) or False
        text = str(found).lower()
        if text not in (*_TRUE, *_FALSE):
            raise Refused("invalid_arguments", **_explain(f"must be a boolean: {name}"))
        return text in _TRUE

    def number(self, name: str, usual: int, most: int = _MOST) -> int:
        """Return a whole number of at least 1; one above `most` counts as that.

        Raises:
            Refused: it is none.
        """
        text = self.maybe(name)
        if text in ("", "0"):
            return usual
        found = parse_whole_number(text)
        if found is None:
            raise Refused("invalid_arguments", **_explain(f"must be a whole number: {name}"))
        return min(found, most)

    def limit(self) -> int:
        """Return how many rows a page has.

        Raises:
            Refused: as `number`.
        """
        return self.number("limit", _USUAL)

    def cursor(self, largest: int = _LARGEST_ID) -> int | None:
        """Return where the page begins; None at the beginning.

        Args:
            largest: the largest that a row can have.

        Raises:
            Refused: the cursor is none: `invalid_cursor`.
        """
        text = self.maybe("cursor")
        found = ids.read_cursor(text) if text else None
        if text and (found is None or found > largest):
            raise Refused("invalid_cursor")
        return found

    def list(self, name: str) -> "list[str]":
        """Return an argument that is names with commas between them, or a JSON list of names."""
        found = self.sent.get(name)
        if isinstance(found, str) and found.startswith("["):
            found = self.json(name)
        texts = found if isinstance(found, list) else str(found or "").split(",")
        return [str(each).strip() for each in texts if str(each).strip()]

    def json(self, name: str) -> Any:
        """Return an argument that is JSON, as it is or as text; None where it is not there.

        Raises:
            Refused: it is none: `invalid_` and the name of the argument.
        """
        found = self.sent.get(name)
        if not isinstance(found, str) or not found:
            return found or None
        try:
            return parse_strict_json(found.encode())
        except NotJson:
            raise Refused(f"invalid_{name}") from None

    def conversation(self, scope: str = "") -> SlackConversation:
        """Return the conversation that the argument `channel` names.

        Args:
            scope: what comes behind the colon of the scope that is needed for its kind.

        Raises:
            Refused: there is none that the person may see: `channel_not_found`; or a scope lacks.
        """
        found = conversations.find(self.world, self.user, self.text("channel", "channel_not_found"))
        if found is None:
            raise Refused("channel_not_found")
        if scope:
            self.require(f"{conversations.SCOPES[found.kind]}:{scope}")
        return found

    def person(self, name: str, word: str = "user_not_found") -> AppUser:
        """Return the account with an id.

        Raises:
            Refused: the workspace has none.
        """
        number = ids.read_id(name, "UW")
        found = people.by_id(self.world, self.user.host, number) if number else None
        if found is None:
            raise Refused(word)
        return found

    def record(self, count: int) -> None:
        """Have the isolation oracle know how many rows are answered: what one may see is own."""
        self.world.calls.record_rows([self.user.email] * count)


def _explain(message: str) -> dict[str, Any]:
    return {"response_metadata": {"messages": [f"[ERROR] {message}"]}}


def page_of(rows: Any, most: int, key: Callable[[Any], int]) -> tuple[Any, dict[str, Any]]:
    """Return the rows of a page, and what an answer says of the next.

    Args:
        rows: one more than a page has, if there are more.
        most: rows on a page.
        key: the key of a row, where the next page begins behind it.
    """
    shown, more = rows[:most], len(rows) > most
    cursor = ids.write_cursor(key(shown[-1])) if more else ""
    return shown, {"response_metadata": {"next_cursor": cursor}}


Method = Callable[[Call], Mapping[str, Any]]
#: Name of a method → what answers, and the scope that every call of it needs.
METHODS: dict[str, tuple[Method, str]] = {}
views = Blueprint("web_api", __name__, url_prefix="/api")
views.register_error_handler(Refused, lambda error: error.answer)


def method(name: str, scope: str = "") -> Callable[[Method], Method]:
    """Make a function the answer to a method.

    Args:
        name: the name of the method.
        scope: the scope that every call of it needs; empty where that depends.
    """

    def register(answer: Method) -> Method:
        METHODS[name] = answer, scope
        return answer

    return register


# SLACK-1
@views.route("/<name>", methods=["GET", "POST"])
def call(name: str) -> Response:
    """Answer a call."""
    if name not in METHODS:
        raise Refused("unknown_method", req_method=name[:100])
    answer, scope = METHODS[name]
    sent = _read_arguments()
    token = read_bearer_token() or str(sent.get("token") or "")
    user, scopes = _authenticate(token)
    made = Call(user=user, scopes=scopes, token=token, sent=sent)
    try:
        rate_limits.check(name, token)
        if made.is_bot and name in _FOR_PEOPLE:
            raise Refused("not_allowed_token_type")
        if scope:
            made.require(scope)
        response = jsonify({"ok": True, **answer(made)})
    except Refused as refused:
        response = refused.answer
    response.headers["X-OAuth-Scopes"] = ",".join(sorted(scopes))
    response.headers["X-Accepted-OAuth-Scopes"] = scope
    return response


def _read_arguments() -> dict[str, Any]:
    """The arguments: of the query, and of a body that is a form or JSON."""
    found: dict[str, Any] = request.values.to_dict()
    if is_json(request.content_type) and (body := request.get_data()):
        try:
            members = parse_strict_json(body)
        except NotJson:
            raise Refused("invalid_json") from None
        if not isinstance(members, dict):
            raise Refused("json_not_object")
        found |= members
    return found


# SLACK-4
def _authenticate(token: str) -> tuple[AppUser, frozenset[str]]:
    """Whose token a call bears, in its header or as the argument `token`, and its scopes."""
    instance = here()
    world, host = instance.world, instance.host
    if not token:
        raise Refused("not_authed")
    found = people.by_access_token(world, host, token)
    if found is None:
        raise Refused(_explain_token(token))
    user, scope = found
    world.calls.record_token_use(host, user.email, sees_all=bots.is_bot(user))
    return user, frozenset(name.removeprefix(BOT) for name in scope.split())


def _explain_token(token: str) -> str:
    """The word for a token that is not taken."""
    row = here().store.find(token)
    if row is None:
        return "invalid_auth"
    if row.revoked_at is not None:
        return "token_revoked"
    is_over = has_expired(row.expires_at, here().world.clock.now())
    return "token_expired" if is_over else "account_inactive"
