"""Tags in the web app: mistakes, many of them, and who manages them; see features/tags.feature."""

import re

import pytest
from sqlalchemy import insert

from simulator.db.tables import Collaborator, Tag
from simulator.domain import collaborators, tags
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
TAGS, NEW = "/tags", "/tags/new"
RESTRICT = "/workspace_admin/settings"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def _make(browser: HubBrowser, title: str, **fields: str) -> str:
    """Create a tag; returns the address of its page."""
    sent = browser.post(NEW, NEW, title=title, **fields)
    assert sent.status_code == 303, text_of(sent)
    found = re.search(rf'href="(/tags/tag-[\w-]+)">{title}</a>', browser.get(TAGS).text)
    assert found, f"no tag {title}"
    return found[1]


@pytest.mark.requirement("TAG-1")
def test_what_is_wrong_with_a_tag_stands_at_its_field(builder: HubBrowser) -> None:
    for fields, name, sentence in (
        ({"title": " "}, "title", "The title can't be blank."),
        ({"title": "x" * 31}, "title", "The title is too long (maximum is 30 characters)."),
        ({"title": "a", "color": "pink"}, "color", "The color is not one of"),
        ({"title": "a", "description": "x" * 151}, "description", "The description is too long"),
    ):
        sent = builder.post(NEW, NEW, **fields)
        assert sent.status_code == 422
        assert field_error(sent, name).startswith(sentence)


@pytest.mark.requirement("TAG-3")
def test_who_manages_tags(hub: Hub, builder: HubBrowser) -> None:
    admin = hub.browser("admin")
    own, other = _make(builder, "Mine"), _make(admin, "Theirs")
    assert "Theirs – Admin 0 0 Edit" not in text_of(builder.get(TAGS))
    refused = builder.get(f"{other}/delete")
    assert refused.status_code == 403
    assert "This tag is somebody else's." in text_of(refused)
    assert builder.post(other, "/recipes/1/settings", title="Taken over").status_code == 403
    assert admin.post(own, own, title="Mine, too").status_code == 303, "admins manage all"

    assert admin.post(RESTRICT, RESTRICT, restricts_tags="yes").status_code == 303
    for address in (NEW, f"{own}/delete"):
        page = builder.get(address)
        assert page.status_code == 403
        assert "owners and admins alone in this workspace" in text_of(page)
    given = builder.post("/recipes/1/settings/tags", "/recipes/1/settings", tag="Theirs")
    assert given.status_code == 303, "applying stays open"
    assert builder.get(RESTRICT).status_code == 403
    assert admin.post(RESTRICT, RESTRICT).status_code == 303
    assert builder.get(NEW).status_code == 200
    with hub.world.db.unit() as session:
        collaborators.remove(hub.world, session.get_one(Collaborator, 3), by=1, by_role="owner")
    with hub.world.db.unit():
        (mine,) = tags.find_tags(hub.world, 1, text="Mine").first(2)
        authors = tags.list_authors(hub.world, 1, [mine])
        assert authors[mine.id].name == "Owner", "once the author is gone"
        assert tags.find_tags(hub.world, 1, author_id=1).count() == 1


@pytest.mark.requirement("TAG-1")
def test_many_tags_have_pages(hub: Hub, builder: HubBrowser) -> None:
    now = hub.world.clock.now()
    with hub.world.db.unit() as session:
        rows = [
            {"workspace_id": 1, "handle": f"tag-{number}", "title": f"Tag {number:03}"}
            | {"description": "", "color": "teal", "created_at": now, "updated_at": now}
            for number in range(120)
        ]
        session.execute(insert(Tag), rows)
    page = builder.get(f"{TAGS}?q=tag+0&sort=updated_at")
    assert "100 tags, page 1 of 2 Next" in text_of(page)
    assert "sort=updated_at" in page.text
    assert "No tag matches “none”." in text_of(builder.get(f"{TAGS}?q=none"))
