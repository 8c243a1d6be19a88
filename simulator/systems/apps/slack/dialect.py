"""How Slack speaks OAuth 2.0 ("OAuth v2")."""

from datetime import timedelta

from simulator.systems.apps._kit.dialect import Dialect, TokenRotation

DIALECT = Dialect(
    # docs.slack.dev, "Scopes"; what people read of them is in our words.
    scopes={
        "channels:read": "View basic information about public channels",
        "channels:history": "View messages in public channels that you are in",
        "channels:write": "Manage your public channels and create new ones",
        "chat:write": "Send messages in your name",
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
    },
    offline_scope="",  # no refresh token: a token ends when it is revoked
    usual_scopes=("channels:read", "channels:history", "chat:write", "users:read"),
    grant_types={"authorization_code": "OAuth v2, user token"},
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
#: What a consent page lists under "do"; all others under "view".
DOING = ":write"
