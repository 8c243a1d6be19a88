"""Ordinary work at Slack with slack_sdk: `slack_client.py GRANT APP`, then one answer.

APP is JSON: client and addresses. Both OAuth libraries read the token where they are told to: it
stands with the person.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from grants_client import open_in_browser
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator


def with_requests_oauthlib(app: Mapping[str, Any]) -> dict[str, Any]:
    """The person's token, by requests-oauthlib and a hook that reads Slack's answer."""
    from requests_oauthlib import OAuth2Session

    session = OAuth2Session(app["client_id"], redirect_uri=app["redirect_uri"])

    def read(answer: Any) -> Any:
        own = answer.json()["authed_user"]
        answer._content = json.dumps(own | {"token_type": "Bearer"}).encode()
        return answer

    session.register_compliance_hook("access_token_response", read)
    url, _state = session.authorization_url(
        app["authorize"], user_scope=app["scope"].replace(" ", ",")
    )
    back = open_in_browser(url)
    found = session.fetch_token(
        app["token"], authorization_response=back, client_secret=app["client_secret"]
    )
    return dict(found) | {"token_type": "user"}


def with_authlib(app: Mapping[str, Any]) -> dict[str, Any]:
    """The person's token: slack_sdk makes the link, Authlib redeems the code."""
    from authlib.integrations.requests_client import OAuth2Session

    links = AuthorizeUrlGenerator(
        client_id=app["client_id"],
        user_scopes=app["scope"].split(),
        redirect_uri=app["redirect_uri"],
        authorization_url=app["authorize"],
    )
    back = open_in_browser(links.generate("st4te"))
    assert parse_qs(urlsplit(back).query)["state"] == ["st4te"]
    session = OAuth2Session(
        *(app["client_id"], app["client_secret"]),
        redirect_uri=app["redirect_uri"],
        token_endpoint_auth_method="client_secret_basic",
    )
    answer = session.fetch_token(app["token"], authorization_response=back)
    return dict(answer["authed_user"])


def work(client: WebClient) -> dict[str, Any]:
    """What a program does at Slack all day."""
    me = client.auth_test()
    kinds = "public_channel,private_channel"
    pages = client.conversations_list(types=kinds, limit=1)
    channels = [each for page in pages for each in page["channels"]]
    general = channels[0]["id"]
    ts = client.chat_postMessage(channel="#general", text="Made by slack_sdk")["ts"]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Changed*"}}]
    client.chat_update(channel=general, ts=ts, text="Changed by slack_sdk", blocks=blocks)
    client.chat_postMessage(channel=general, text="An answer", thread_ts=ts)
    client.reactions_add(channel=general, name="tada", timestamp=ts)
    latest = client.conversations_history(channel=general, limit=1)["messages"]
    thread = client.conversations_replies(channel=general, ts=ts)["messages"]
    found = client.search_messages(query='"Changed by" from:me')["messages"]["matches"]
    try:
        client.conversations_info(channel="C0000000999")
        refused: dict[str, Any] = {}
    except SlackApiError as error:
        refused = {"error": error.response["error"], "status": error.response.status_code}
    people = [each["name"] for page in client.users_list(limit=2) for each in page["members"]]
    return {
        "user": me["user"],
        "team": me["team"],
        "channels": [each["name"] for each in channels],
        "history": [each["text"] for each in latest],
        "reactions": [each["name"] for each in latest[0]["reactions"]],
        "thread": len(thread),
        "found": [each["text"] for each in found],
        "refused": refused,
        "people": people,
        "deleted": client.chat_delete(channel=general, ts=ts)["ok"],
    }


def main(grant: str, app: Mapping[str, Any]) -> None:
    """Get a token, work with it, and give it back."""
    grants: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
        "requests-oauthlib": with_requests_oauthlib,
        "Authlib": with_authlib,
    }
    own = grants[grant](app)
    client = WebClient(token=own["access_token"], base_url=app["api"])
    answer = work(client) | {"token_type": own["token_type"]}
    answer["revoked"] = client.auth_revoke()["revoked"]
    try:
        client.auth_test()
    except SlackApiError as error:
        answer["after"] = error.response["error"]
    print(json.dumps({"answer": answer}), flush=True)


main(sys.argv[1], json.loads(sys.argv[2]))
