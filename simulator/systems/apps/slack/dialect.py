"""How Slack speaks OAuth 2.0 ("OAuth v2")."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from simulator.systems.apps._kit.dialect import Dialect, TokenRotation

#: What names of scopes for the app's bot begin with here; Slack asks for them in `scope`.
BOT = "bot:"
# docs.slack.dev, "Scopes"; what people read of them is in our words.
_OF_PEOPLE = {
    "channels:read": "View basic information about public channels",
    "channels:history": "View messages in public channels that you are in",
    "channels:write": "Manage your public channels and create new ones",
    "chat:write": "Send messages in your name",
    "files:read": "View files in the conversations that you are in",
    "files:write": "Upload, share and delete files in your name",
    "groups:read": "View basic information about your private channels",
    "groups:history": "View messages in your private channels",
    "groups:write": "Manage your private channels and create new ones",
    "im:read": "View basic information about your direct messages",
    "im:history": "View messages in your direct messages",
    "im:write": "Start direct messages with people",
    "mpim:read": "View basic information about your group direct messages",
    "mpim:history": "View messages in your group direct messages",
    "mpim:write": "Start group direct messages with people",
    "reactions:read": "View emoji reactions and the messages that have them",
    "reactions:write": "Add and remove emoji reactions",
    "search:read": "Search the messages that you can see",
    "team:read": "View the name and the domain of the workspace",
    "users:read": "View people in the workspace",
    "users:read.email": "View e-mail addresses of people in the workspace",
    "users.profile:read": "View details of people's profiles",
}
_OF_BOTS = {
    "channels:read": "view basic information about public channels",
    "channels:history": "view messages in public channels that it is in",
    "channels:join": "join public channels",
    "channels:manage": "manage public channels that it is in and create new ones",
    "chat:write": "send messages",
    "chat:write.public": "send messages to public channels that it is not in",
    "files:read": "view files in the conversations that it is in",
    "files:write": "upload, share and delete files",
    "groups:read": "view basic information about private channels that it is in",
    "groups:history": "view messages in private channels that it is in",
    "groups:write": "manage private channels that it is in and create new ones",
    "im:read": "view basic information about its direct messages",
    "im:history": "view messages in its direct messages",
    "im:write": "start direct messages with people",
    "mpim:read": "view basic information about its group direct messages",
    "mpim:history": "view messages in its group direct messages",
    "mpim:write": "start group direct messages with people",
    "reactions:read": "view emoji reactions and the messages that have them",
    "reactions:write": "add and remove emoji reactions",
    "team:read": "view the name and the domain of the workspace",
    "users:read": "view people in the workspace",
    "users:read.email": "view e-mail addresses of people in the workspace",
    "users.profile:read": "view details of people's profiles",
}
DIALECT = Dialect(
    scopes={
        **_OF_PEOPLE,
        **{f"{BOT}{name}": f"As a bot: {does}" for name, does in _OF_BOTS.items()},
    },
    offline_scope="",  # no refresh token: a token ends when it is revoked
    usual_scopes=("channels:read", "channels:history", "chat:write", "users:read"),
    grant_types={"authorization_code": "OAuth v2"},
    code_lifetime=timedelta(minutes=10),
    access_lifetime=None,
    access_prefix="xoxp-",
    # Slack, "Token rotation", which an app opts in to: here an instance that is set to refresh.
    rotation=TokenRotation(
        lifetime=timedelta(hours=12), access_prefix="xoxe.xoxp-", refresh_prefix="xoxe-1-"
    ),
    scopes_add_up=True,
    parameters_in_query=True,
    parameters_in_json=True,
)
#: The same for the tokens of bots.
BOT_DIALECT = replace(
    DIALECT,
    access_prefix="xoxb-",
    rotation=TokenRotation(
        lifetime=timedelta(hours=12), access_prefix="xoxe.xoxb-", refresh_prefix="xoxe-1-"
    ),
)
#: What a consent page lists under "do"; all others under "view".
DOING = (":write", ":write.public", ":join", ":manage")


def ordered(names: Collection[str]) -> list[str]:
    """Return scopes of one token in the order of Slack's pages, as the Web API names them."""
    every = dict.fromkeys(name.removeprefix(BOT) for name in DIALECT.scopes)
    return [name for name in every if name in names]
