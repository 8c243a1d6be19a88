"""Ordinary work at Slack with slack_sdk: `slack_client.py GRANT APP`, then one answer.

APP is JSON: client and addresses. Both OAuth libraries read the token where they are told to: it
stands with the person.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from grants_client import open_in_browser
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation import TokenRotator


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
    """The tokens of person and bot: slack_sdk makes the link, Authlib redeems the code."""
    from authlib.integrations.requests_client import OAuth2Session

    links = AuthorizeUrlGenerator(
        client_id=app["client_id"],
        scopes=app["bot_scope"].split(),
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
    return dict(answer["authed_user"]) | {"bot": dict(answer)}


def rotated(app: Mapping[str, Any], own: Mapping[str, Any]) -> Installation:
    """The same tokens after slack_sdk refreshed both, long before they expire."""
    bot, client = own["bot"], WebClient(base_url=app["api"])
    installation = Installation(
        user_id=bot["authed_user"]["id"],
        app_id=bot["app_id"],
        team_id=bot["team"]["id"],
        bot_token=bot["access_token"],
        bot_id="B",
        bot_user_id=bot["bot_user_id"],
        bot_refresh_token=bot["refresh_token"],
        bot_token_expires_in=bot["expires_in"],
        user_token=own["access_token"],
        user_refresh_token=own["refresh_token"],
        user_token_expires_in=own["expires_in"],
    )
    secret = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    rotator = TokenRotator(**secret, client=client)
    found = rotator.perform_token_rotation(
        installation=installation, minutes_before_expiration=1_000_000
    )
    assert found is not None
    return found


def work_as_bot(client: WebClient) -> dict[str, Any]:
    """What a bot does: it enters, posts with a file, and reads."""
    me = client.auth_test()
    general = client.conversations_list()["channels"][0]["id"]
    client.conversations_join(channel=general)
    client.chat_postMessage(channel=general, text="I am a bot")
    made = client.files_upload_v2(channel=general, content="from a bot", filename="bot.txt")
    latest = client.conversations_history(channel=general, limit=2)["messages"]
    return {
        "user": me["user"],
        "is_bot": client.users_info(user=me["user_id"])["user"]["is_bot"],
        "name": client.bots_info(bot=me["bot_id"])["bot"]["name"],
        "posts": [(each["bot_profile"]["name"], each["text"]) for each in latest],
        "file": made["file"]["name"],
    }


def upload(client: WebClient, channel: str) -> dict[str, Any]:
    """Two files of one message: listed, described, fetched, deleted."""
    uploads = [
        {"content": "a,b\n1,2\n", "filename": "small.csv", "title": "Small"},
        {"content": b"\x00\x01", "filename": "raw.bin"},
    ]
    made = client.files_upload_v2(
        channel=channel, file_uploads=uploads, initial_comment="Two files"
    )["files"]
    described = client.files_info(file=made[0]["id"])["file"]
    headers = {"Authorization": f"Bearer {client.token}"}
    content = requests.get(described["url_private_download"], headers=headers, timeout=30).text
    listed = [each["name"] for each in client.files_list(channel=channel)["files"]]
    client.files_delete(file=made[1]["id"])
    return {
        "title": described["title"],
        "content": content,
        "listed": listed,
        "left": [each["name"] for each in client.files_list(channel=channel)["files"]],
    }


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
    token, more = own["access_token"], {}
    if "bot" in own:
        installation = rotated(app, own)
        token = str(installation.user_token)
        more["bot"] = work_as_bot(WebClient(token=installation.bot_token, base_url=app["api"]))
    client = WebClient(token=token, base_url=app["api"])
    answer = work(client) | {"token_type": own["token_type"]} | more
    answer["files"] = upload(client, client.conversations_list()["channels"][0]["id"])
    answer["revoked"] = client.auth_revoke()["revoked"]
    try:
        client.auth_test()
    except SlackApiError as error:
        answer["after"] = error.response["error"]
    print(json.dumps({"answer": answer}), flush=True)


main(sys.argv[1], json.loads(sys.argv[2]))
