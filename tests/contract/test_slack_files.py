"""Files of Slack: announced, uploaded, completed, seen by those who see where they are shared."""

import io
import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.contract.browser import Browser
from tests.contract.slack_world import GENERAL, MICROSCOPES, WORKSPACE, Slack, demo, slack

__all__ = ["demo", "slack"]  # the fixtures

PRICES = b"article,price\nmicroscope,4200\n"


def announce(slack: Slack, who: str = "ada", **changes: Any) -> dict[str, Any]:
    """Where the content of a file goes."""
    return slack.fine(
        "files.getUploadURLExternal",
        who,
        **{"filename": "prices of may.csv", "length": len(PRICES)} | changes,
    )


def put(slack: Slack, who: str = "ada", *, channel: str = MICROSCOPES, **more: Any) -> Any:
    """Upload a file and share it."""
    found = announce(slack, who)
    assert slack.request("POST", found["upload_url"], data=PRICES).text == "OK - 30"
    files = json.dumps([{"id": found["file_id"], "title": "Prices"}])
    shared = {"channel_id": channel} if channel else {}
    return slack.fine("files.completeUploadExternal", who, files=files, **shared, **more)["files"][
        0
    ]


def fetch(slack: Slack, url: str, who: str = "ada", **headers: str) -> TestResponse:
    """The content of a file, for somebody."""
    bearer = {"Authorization": f"Bearer {slack.bearer(who)}"} if who else {}
    return slack.request("GET", url, headers=bearer | headers)


@pytest.mark.requirement("SLACK-15")
def test_a_file_is_uploaded_in_three_steps_and_comes_with_a_message(slack: Slack) -> None:
    made = put(slack, initial_comment="The prices of May")

    assert (made["name"], made["title"], made["size"]) == ("prices of may.csv", "Prices", 30)
    assert (made["mimetype"], made["filetype"], made["is_public"]) == ("text/csv", "csv", False)
    assert (made["channels"], made["groups"]) == ([], [MICROSCOPES])
    (message,) = slack.fine("conversations.history", "carla", channel=MICROSCOPES, limit=1)[
        "messages"
    ]
    assert (message["text"], message["upload"]) == ("The prices of May", True)
    assert [each["id"] for each in message["files"]] == [made["id"]]
    assert made["shares"]["private"][MICROSCOPES][0]["ts"] == message["ts"]
    for url in (made["url_private"], made["url_private_download"]):
        answer = fetch(slack, url, "carla")
        assert (answer.data, answer.mimetype) == (PRICES, "text/csv")
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.requirement("SLACK-15")
def test_a_file_is_seen_by_those_who_see_where_it_is_shared(slack: Slack) -> None:
    private, shared, own = put(slack), put(slack, channel=GENERAL), put(slack, channel="")

    def seen(who: str, **arguments: Any) -> list[str]:
        return [each["id"] for each in slack.fine("files.list", who, **arguments)["files"]]

    assert seen("ada") == [own["id"], shared["id"], private["id"]]
    assert seen("carla") == [shared["id"], private["id"]]
    assert seen("bob") == seen("carla", channel=GENERAL) == [shared["id"]]
    assert seen("carla", user=slack.user("bob")) == []
    assert seen("ada", ts_to="1000") == [] != seen("ada", ts_from="1000")
    second = slack.fine("files.list", count=2, page=2)
    assert second["paging"] == {"count": 2, "total": 3, "page": 2, "pages": 2}
    assert [each["id"] for each in second["files"]] == [private["id"]]
    assert slack.fine("files.info", "carla", file=private["id"])["file"]["title"] == "Prices"
    both = put(slack, channel="", channels=f"{GENERAL},{MICROSCOPES}")["id"]
    (told,) = slack.fine("files.list", "bob", channel=GENERAL, count=1)["files"]
    assert (told["id"], told["channels"], told["groups"]) == (both, [GENERAL], [])
    assert slack.fine("files.info", "carla", file=both)["file"]["groups"] == [MICROSCOPES]
    slack.fine("files.delete", file=both)
    for file in (private["id"], own["id"], "F0", "F0ZZZZZZZZZ"):
        assert slack.error("files.info", "bob", file=file) == "file_not_found"
    assert fetch(slack, private["url_private"], "bob").status_code == 404
    assert slack.error("files.delete", "bob", file=shared["id"]) == "cant_delete_file"
    slack.fine("files.delete", file=shared["id"])
    assert seen("bob") == []
    latest = slack.fine("conversations.history", channel=GENERAL, limit=1)["messages"]
    assert "files" not in latest[0]


@pytest.mark.requirement("SLACK-15")
def test_a_changed_message_keeps_its_file_and_people_open_it_on_the_page(slack: Slack) -> None:
    made = put(slack, initial_comment="The prices")
    ts = made["shares"]["private"][MICROSCOPES][0]["ts"]
    changed = slack.fine("chat.update", channel=MICROSCOPES, ts=ts, text="The prices of May")
    browser = Browser(slack.simulator).get(f"{WORKSPACE}/archives/{MICROSCOPES}")
    browser.press("Sign In", email="carla@acme.example", password="slack-Pass-1")
    path = made["permalink"].removeprefix(WORKSPACE)

    assert changed["message"]["upload"] is True
    assert f'<a href="{path}">Prices</a>' in browser.page.text
    assert browser.get(made["permalink"]).page.data == PRICES
    assert browser.get(made["permalink"] + "x").page.status_code == 404


@pytest.mark.requirement("SLACK-15")
def test_who_has_no_token_that_may_is_sent_to_the_sign_in(slack: Slack) -> None:
    """As at Slack: a program that follows finds a page in the place of the content."""
    made = put(slack)
    poor = slack.bearer("bob", "users:read")

    for answer in (
        fetch(slack, made["url_private"], ""),
        slack.request("GET", made["url_private"], headers={"Authorization": f"Bearer {poor}"}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{WORKSPACE}/signin")


@pytest.mark.requirement("SLACK-15")
def test_an_upload_has_the_announced_length_and_is_taken_once(slack: Slack) -> None:
    """By the body, or by a form as curl sends it."""
    found = announce(slack)
    url, files = found["upload_url"], json.dumps([{"id": found["file_id"]}])
    early = slack.error("files.completeUploadExternal", files=files)
    short = slack.request("POST", url, data=b"short")
    form = slack.request("POST", url, data={"filename": (io.BytesIO(PRICES), "p.csv")})
    again = slack.request("POST", url, data=PRICES)
    elsewhere = slack.request("POST", url[:-4], data=PRICES)

    assert early == "file_not_found"
    assert [each.status_code for each in (short, form, again, elsewhere)] == [400, 200, 404, 404]
    assert slack.error("files.completeUploadExternal", "bob", files=files) == "file_not_found"
    gone = slack.error("files.completeUploadExternal", files=files, channel_id="C0000000999")
    assert gone == "channel_not_found"
    twice = json.dumps([{"id": found["file_id"]}, {"id": "F0"}])
    assert slack.error("files.completeUploadExternal", files=twice) == "file_not_found"
    assert slack.fine("files.completeUploadExternal", files=files)["files"][0]["shares"] == {}
    assert slack.error("files.completeUploadExternal", files=files) == "file_not_found"


@pytest.mark.requirement("SLACK-15")
@pytest.mark.parametrize(
    "method, arguments, word",
    [
        ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "a/b", "length": 1}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"length": 1}, "invalid_arguments"),
        (
            "files.getUploadURLExternal",
            {"filename": "a", "length": 3 * 1024**2},
            "file_upload_size_restricted",
        ),
        ("files.completeUploadExternal", {"files": "[1]"}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": "[]"}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": "["}, "invalid_files"),
        ("files.completeUploadExternal", {"files": "[{}]"}, "file_not_found"),
        (
            "files.completeUploadExternal",
            {"files": "[{}]", "channel_id": GENERAL, "thread_ts": "1.2"},
            "thread_not_found",
        ),
        ("files.list", {"ts_from": "x"}, "invalid_arguments"),
    ],
)
def test_what_is_no_file_is_refused(
    slack: Slack, method: str, arguments: dict[str, Any], word: str
) -> None:
    assert slack.error(method, **arguments) == word


@pytest.mark.requirement("SLACK-15")
def test_an_account_has_twenty_uploads_under_way(slack: Slack) -> None:
    first, *others = [announce(slack) for _ in range(21)]
    upload = [slack.request("POST", each["upload_url"], data=PRICES) for each in (first, others[0])]

    assert [each.status_code for each in upload] == [404, 200]
