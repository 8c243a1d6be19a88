"""What Workato knows of Slack: one host for all, user scopes, errors in answers with status 200."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.connectors.base import (
    AccountEndpoint,
    Action,
    AppRequest,
    Connector,
    account_label,
)
from simulator.connectors.body_errors import BodyErrors

_SLACK = "https://slack.com"
_TOKEN_ERRORS = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")


@dataclass(frozen=True, kw_only=True)
class _Method(Action):
    """An action that is one method of the Web API, which takes all arguments in a form.

    Attributes:
        member: what of the answer is the step's output; empty for the whole of it.
        more: further members of the output, from the answer.
    """

    member: str = ""
    more: Callable[[Mapping[str, Any]], Mapping[str, Any]] = field(default=lambda answer: {})

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        given = {name: value for name, value in inputs.items() if value is not None}
        form = {sent: _text(given[name]) for name, sent in self.body.items() if name in given}
        return AppRequest(method=self.method, path=self.path, form=form)

    def output(self, answer: Any) -> Any:
        if not isinstance(answer, Mapping):
            return answer
        found = answer.get(self.member) if self.member else answer
        return {**found, **self.more(answer)} if isinstance(found, Mapping) else answer


def _text(value: Any) -> str:
    """A value as a form has it: what is no text as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _method(
    name: str, title: str, method: str, scope: str, arguments: str, member: str = "", **more: Any
) -> _Method:
    """Return an action; arguments as `input=argument`, or one name where they are the same."""
    pairs = (each.partition("=")[::2] for each in arguments.split())
    return _Method(
        name=name,
        title=title,
        method="POST",
        path=f"/{method}",
        scopes=(scope,),
        body={given: sent or given for given, sent in pairs},
        member=member,
        **more,
    )


def _thread(answer: Mapping[str, Any]) -> dict[str, Any]:
    message = answer.get("message") or {}
    return {name: message[name] for name in ("thread_ts", "type") if name in message}


_MESSAGE = "channel text thread_ts blocks attachments"
_ACTIONS = (
    _method(
        *("post_message_to_channel", "Post message", "chat.postMessage", "chat:write"),
        f"{_MESSAGE} parse",
        more=_thread,
    ),
    _method(
        *("post_message", "Post message", "chat.postMessage", "chat:write"),
        f"{_MESSAGE} parse",
        more=_thread,
    ),
    _method(
        *("update_message", "Update message", "chat.update", "chat:write"),
        "channel ts text blocks",
    ),
    _method("delete_message", "Delete message", "chat.delete", "chat:write", "channel ts"),
    _method(
        *("search_messages", "Search messages", "search.messages", "search:read"),
        "query count page sort sort_dir",
        "messages",
    ),
    _method(
        *("get_user_by_email", "Get user by email", "users.lookupByEmail", "users:read.email"),
        *("email", "user"),
    ),
    _method("get_user_by_id", "Get user by ID", "users.info", "users:read", "user", "user"),
    _method("list_users", "List users", "users.list", "users:read", "limit cursor"),
    _method(
        *("list_conversations", "List conversations", "conversations.list", "channels:read"),
        "types exclude_archived limit cursor",
    ),
    _method(
        *("list_my_conversations", "List my conversations", "users.conversations"),
        *("channels:read", "types exclude_archived limit cursor"),
    ),
    _method(
        *("get_conversation_history", "Get conversation history"),
        *("conversations.history", "channels:history"),
        "channel oldest latest limit cursor",
    ),
    _method(
        *("create_conversation", "Create conversation", "conversations.create", "channels:write"),
        *("conversation_name=name private=is_private", "channel"),
    ),
    *(
        _method(
            *(name, "Invite user to conversation", "conversations.invite", "channels:write"),
            *("channel user=users users", "channel"),
        )
        for name in ("invite_user_to_conversation", "invite_user_to_channel")
    ),
    _method(
        *("archive_conversation", "Archive conversation", "conversations.archive"),
        *("channels:write", "channel"),
    ),
    _method(
        *("unarchive_conversation", "Unarchive conversation", "conversations.unarchive"),
        *("channels:write", "channel"),
    ),
    _method(
        *("set_conversation_topic", "Set conversation topic", "conversations.setTopic"),
        *("channels:write", "channel topic", "channel"),
    ),
    _method(
        *("set_conversation_purpose", "Set conversation purpose", "conversations.setPurpose"),
        *("channels:write", "channel purpose"),
    ),
)


class _Profile(AccountEndpoint):
    """`users.profile.get`: whose members are those of `profile`."""

    def account(self, answer: Mapping[str, Any]) -> str | None:
        profile = answer.get("profile")
        return super().account(profile) if isinstance(profile, Mapping) else None


class _Test(AccountEndpoint):
    """`auth.test`: the name at a workspace."""

    def account(self, answer: Mapping[str, Any]) -> str | None:
        user, team = str(answer.get("user", "")), str(answer.get("team", ""))
        return account_label(user, team, "") if answer.get("ok") else None


_USER = "id name real_name profile.email profile.display_name profile.title tz"
_CONVERSATIONS = (
    "channels[].id channels[].name channels[].num_members:integer "
    "channels[].topic.value channels[].purpose.value channels[].is_private:boolean"
)
_CONVERSATION = "id name is_private:boolean is_archived:boolean creator topic.value purpose.value"
_POSTED = "ts channel type thread_ts message.text message.user"
#: What a builder finds as data pills before anything ran (our choice of fields).
_OUTPUTS = {
    "post_message_to_channel": _POSTED,
    "post_message": _POSTED,
    "update_message": "ts channel text",
    "delete_message": "ts channel",
    "list_users": " ".join(f"members[].{each}" for each in _USER.split()),
    "get_user_by_email": _USER,
    "get_user_by_id": _USER,
    "list_conversations": _CONVERSATIONS,
    "list_my_conversations": _CONVERSATIONS,
    "create_conversation": _CONVERSATION,
    "invite_user_to_conversation": _CONVERSATION,
    "invite_user_to_channel": _CONVERSATION,
    "set_conversation_topic": _CONVERSATION,
    "set_conversation_purpose": "purpose",
    "get_conversation_history": (
        "messages[].text messages[].user messages[].ts messages[].type has_more:boolean"
    ),
    "search_messages": "total:integer matches[].text matches[].username matches[].ts "
    "matches[].permalink matches[].channel.id matches[].channel.name",
}
_CHANNEL = "channel: needed | Channel | Its ID, for example C024BE91L."
_TS = "ts: needed | Message timestamp | The pill ts of the step that posted it."
_LIST = """
        limit: integer | At most
        cursor: | Cursor
"""
_POST = f"""
        {_CHANNEL}
        text: lines | Message text
        thread_ts: | Thread timestamp | To answer in a thread.
        blocks: lines | Blocks | JSON of Slack's Block Kit.
        attachments: lines | Attachments | JSON.
        parse: = none, None; full, Full | Parse
"""
_INVITE = f"""
        {_CHANNEL}
        user: | User | An ID.
        users: | Users | Several IDs, separated by commas.
"""
_TYPES = f"""
        types: | Types | For example public_channel,private_channel.
        exclude_archived: boolean | Exclude archived
        {_LIST.strip()}
"""
#: How a builder reads the inputs (our choice of words).
_INPUTS = {
    "post_message_to_channel": _POST,
    "post_message": _POST,
    "update_message": f"{_CHANNEL}\n{_TS}\ntext: lines | Message text\nblocks: lines | Blocks",
    "delete_message": f"{_CHANNEL}\n{_TS}",
    "search_messages": """
        query: needed | Search for | For example from:me invoice.
        count: integer | Messages on a page
        page: integer | Page
        sort: = score, Score; timestamp, Time | Sort by
        sort_dir: = asc, Ascending; desc, Descending | Direction
    """,
    "get_user_by_email": "email: needed | E-mail address",
    "get_user_by_id": "user: needed | User ID",
    "list_users": _LIST,
    "list_conversations": _TYPES,
    "list_my_conversations": _TYPES,
    "get_conversation_history": f"""
        {_CHANNEL}
        oldest: | Oldest | A timestamp.
        latest: | Latest | A timestamp.
        {_LIST.strip()}
    """,
    "create_conversation": """
        conversation_name: needed | Conversation name | Lower case, without spaces.
        private: boolean | Private
    """,
    "invite_user_to_conversation": _INVITE,
    "invite_user_to_channel": _INVITE,
    "archive_conversation": _CHANNEL,
    "unarchive_conversation": _CHANNEL,
    "set_conversation_topic": f"{_CHANNEL}\ntopic: needed | Topic",
    "set_conversation_purpose": f"{_CHANNEL}\npurpose: needed | Purpose",
}


def _read_tokens(answer: dict[str, Any]) -> dict[str, Any]:
    """The person's token stands with the person, after a refresh alone; scopes have commas."""
    own = answer if answer.get("token_type") == "user" else answer.get("authed_user")
    if not isinstance(own, dict):
        return {name: value for name, value in answer.items() if name != "access_token"}
    return {**own, "scope": str(own.get("scope", "")).replace(",", " ")}


def _read_error(members: Mapping[str, Any]) -> str:
    """`{"ok": false, "error": word}`, for a missing scope with what is `needed`."""
    needed = members.get("needed")
    word = str(members.get("error", ""))
    return f"{word} (needed: {needed}; provided: {members.get('provided')})" if needed else word


CONNECTOR = Connector(
    provider="slack",
    name="Slack",
    authorize_url=f"{_SLACK}/oauth/v2/authorize",
    scope_parameter="user_scope",
    scope_separator=",",
    token_url=f"{_SLACK}/api/oauth.v2.access",
    read_tokens=_read_tokens,
    client_errors=("invalid_client_id", "bad_client_secret"),
    grant_errors=("invalid_refresh_token",),
    scopes=(
        *("channels:read", "channels:history", "channels:write", "chat:write"),
        *("groups:read", "groups:history", "groups:write", "im:read", "im:history", "im:write"),
        *("mpim:read", "mpim:history", "mpim:write", "reactions:read", "reactions:write"),
        *("search:read", "team:read", "users:read", "users:read.email", "users.profile:read"),
    ),
    required_scopes=("channels:read", "chat:write", "users:read"),
    client_page="Your Apps",
    clients_path="/apps",
    grants_page="Apps in the workspace's settings",
    client_secret_label="Client Secret",
    actions={action.name: action for action in _ACTIONS},
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    read_error=_read_error,
    revoke_url=None,
    api_url=f"{_SLACK}/api",
    body_errors=BodyErrors(
        read=lambda members: (
            str(members.get("error") or "unknown") if members.get("ok") is False else ""
        ),
        token=_TOKEN_ERRORS,
    ),
    account_endpoints=(
        _Profile(
            path="/users.profile.get",
            scopes=frozenset({"users.profile:read"}),
            members=("real_name", "display_name", "email"),
        ),
        _Test(path="/auth.test", scopes=frozenset(), members=("user", "team", "")),
    ),
)
