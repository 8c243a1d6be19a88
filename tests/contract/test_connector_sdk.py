"""Tools > Connector SDK: connectors made, changed, compared, restored and released by hand."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Collaborator, ConnectorVersion
from simulator.domain import custom_connectors
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("HUB-30")
AT = "/tools/connector_sdk"
NEW = f"{AT}/new"
ONE, TWO = "{\n  title: 'One'\n}\n", "{\n  title: 'Two'\n}\n"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """A collaborator, who builds and is no admin."""
    return hub.browser("builder")


def make(browser: HubBrowser, title: str = "Orders", code: str = ONE, **more: Any) -> str:
    """Create a connector; return the path of its page."""
    made = browser.post(NEW, NEW, title=title, code=code, **more)
    assert made.status_code == 303, text_of(made)
    return made.headers["Location"]


def save(browser: HubBrowser, at: str, code: str, version: int = 1, **more: Any) -> Any:
    """Save its code, as somebody who saw that version."""
    return browser.post(at, at, code=code, version=version, **more)


@pytest.mark.long
def test_a_connector_is_made_changed_and_released(hub: Hub, builder: HubBrowser) -> None:
    assert "no custom connectors yet" in text_of(builder.get(AT))
    at = make(builder, description="Of the shop", code=ONE.replace("\n", "\r\n"))
    page = text_of(builder.get(at))
    assert "Latest version 1" in page
    assert "Not released" in page
    assert "never runs it" in page

    assert "Saved version 2" in text_of(follow(builder, save(builder, at, TWO, note="Renamed")))
    assert "Nothing was changed" in text_of(follow(builder, save(builder, at, TWO, 2)))
    dialog = builder.get(at + "?dialog=release")
    assert "Summarize the changes" in text_of(dialog)
    out = builder.post(f"{at}/release", at, version=2, summary="It says two")
    assert "Successfully released version 2." in text_of(follow(builder, out))
    again = builder.post(f"{at}/release", at, version=2, summary="")
    assert "released already" in text_of(follow(builder, again))

    listed = text_of(builder.get(f"{at}/versions"))
    assert "Version 2 Latest In use It says two" in listed
    assert listed.count("by Builder") == 3, "two saved, one released"
    with hub.world.db.reading() as session:
        rows = session.scalars(select(ConnectorVersion).order_by(ConnectorVersion.version_no)).all()
        assert [(row.code, row.released_by) for row in rows] == [(ONE, None), (TWO, "Builder")]


def follow(browser: HubBrowser, answer: Any) -> Any:
    """The page that an answer leads to."""
    assert answer.status_code == 303, text_of(answer)
    return browser.get(answer.headers["Location"])


def test_versions_are_compared_and_restored(builder: HubBrowser) -> None:
    at = make(builder)
    save(builder, at, TWO)
    compared = builder.get(f"{at}/versions/compare?old=1&new=2").text
    assert re.findall(r'<span class="(?:plus|minus)">([^<]+)', compared) == [
        "-  title: &#39;One&#39;",
        "+  title: &#39;Two&#39;",
    ]
    old = f"{at}/versions/1"
    assert "Restore this version" in text_of(builder.get(old))
    assert builder.get(f"{at}/versions/3").status_code == 404
    late = follow(builder, builder.post(f"{old}/restore", old, version=1))
    assert "Builder saved version 2 meanwhile. Nothing was restored." in text_of(late)
    back = follow(builder, builder.post(f"{old}/restore", old, version=2))
    assert "Restored version 1 as version 3" in text_of(back)
    assert "Nothing is different." in text_of(builder.get(f"{at}/versions/compare?old=1&new=3"))


def test_whoever_saves_or_releases_what_another_changed_is_told(hub: Hub) -> None:
    builder, admin = hub.browser("builder"), hub.browser("admin")
    at = make(builder)
    save(admin, at, TWO)

    late = save(builder, at, "{ title: 'Mine' }")
    assert late.status_code == 409
    assert "Admin saved version 2 meanwhile" in text_of(late)
    assert "Mine" in late.text
    assert 'name="version" value="2"' in late.text, "pressed again, it is saved"
    unseen = builder.post(f"{at}/release", at, version=1, summary="What I saw")
    assert unseen.status_code == 409
    assert "Look at it before you release it" in text_of(unseen)
    assert "What I saw" in unseen.text


def test_what_is_wrong_is_told_beside_its_field(builder: HubBrowser) -> None:
    at = make(builder)
    for path, form, field in (
        (NEW, {"title": " ", "code": ONE}, "title"),
        (NEW, {"title": "X", "code": " "}, "code"),
        (at, {"code": TWO, "version": 1, "note": "x" * 1001}, "note"),
        (f"{at}/settings", {"title": ""}, "title"),
        (f"{at}/release", {"version": 1, "summary": "x" * 1001}, "summary"),
    ):
        answer = builder.post(path, at if path.endswith("release") else path, **form)
        assert answer.status_code == 422, path
        assert field_error(answer, field)
    no_text = {"title": "X", "code": ONE, "file": (io.BytesIO(b"PK\0\xff"), "x.rb")}
    assert "UTF-8" in field_error(builder.post(NEW, NEW, **no_text), "file")


def test_a_file_is_taken_instead_of_what_is_typed(hub: Hub, builder: HubBrowser) -> None:
    at = make(builder, code="{}", file=(io.BytesIO(b"\xef\xbb\xbf" + TWO.encode()), "two.rb"))

    number = int(at.rpartition("/")[2])
    with hub.world.db.unit():
        row = custom_connectors.get_connector(hub.world, 1, number)
        assert custom_connectors.read_code(hub.world, row) == TWO


def test_an_operator_and_another_workspace(hub: Hub, builder: HubBrowser) -> None:
    at = make(builder)
    assert hub.browser("stranger").get(at).status_code == 404
    with hub.world.db.unit() as session:
        session.get_one(Collaborator, 3).role = "operator"
    page = builder.get(at)
    assert "title: &#39;One&#39;" in page.text
    assert "Save changes" not in page.text
    assert "Release latest version" not in page.text
    for path in (NEW, f"{at}/settings"):
        assert builder.get(path).status_code == 403
