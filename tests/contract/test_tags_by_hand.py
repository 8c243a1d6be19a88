"""Tags in the web app: made, changed, deleted, given and taken, and lists filtered by them."""

import re

import pytest
from sqlalchemy import insert, select

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
def test_a_tag_is_made_changed_and_deleted(hub: Hub, builder: HubBrowser) -> None:
    assert "This workspace has no tags yet. Create one" in text_of(builder.get(TAGS))
    at = _make(builder, "Accounting", description="Of the books", color="green")
    assert "Accounting Of the books Builder 0 0 Edit Delete" in text_of(builder.get(TAGS))
    for fields, name, sentence in (
        ({"title": " "}, "title", "The title can't be blank."),
        ({"title": "accounting"}, "title", "The title has already been taken."),
        ({"title": "x" * 31}, "title", "The title is too long (maximum is 30 characters)."),
        ({"title": "a", "color": "pink"}, "color", "The color is none of these."),
    ):
        sent = builder.post(NEW, NEW, **fields)
        assert (sent.status_code, field_error(sent, name)) == (422, sentence)
    wrong = builder.post(at, at, title="Books", description="x" * 151)
    assert field_error(wrong, "description").startswith("The description is too long")
    assert builder.post(at, at, title="Books", color="red").status_code == 303
    with hub.world.db.unit() as session:
        tag = session.scalars(select(Tag)).one()
        assert (tag.title, tag.description, tag.color) == ("Books", "", "red")
        assert tag.author is not None
        assert tag.author.name == "Builder"
    assert "0 recipes and 0 connections have this tag" in text_of(builder.get(f"{at}/delete"))
    assert builder.post(f"{at}/delete", f"{at}/delete").status_code == 303
    assert "Deleted the tag 'Books'." in text_of(builder.get(TAGS))
    assert builder.get(at).status_code == 404


@pytest.mark.requirement("TAG-2")
def test_a_tag_is_given_taken_and_filtered_by(builder: HubBrowser) -> None:
    at = _make(builder, "Accounting", color="green")
    handle = at.rpartition("/")[2]
    recipe, connection = "/recipes/1/settings", "/connections/1"
    missing = builder.post(f"{recipe}/tags", recipe, tag="Nothing")
    assert field_error(missing, "tag") == "There is no tag 'Nothing'."
    assert field_error(builder.post(f"{connection}/tags", connection), "tag").startswith("Enter")
    assert '<option value="Accounting">' in builder.get(recipe).text
    for page in (recipe, connection):
        assert builder.post(f"{page}/tags", page, tag="accounting").status_code == 303
        assert "Tag Accounting" in text_of(builder.get(page))
    assert "Tag Accounting" in text_of(builder.get("/recipes/1/jobs")), "above every tab"
    whole = text_of(builder.get("/projects/1"))
    assert "Recipe 1 Tags: Accounting" in whole
    assert "Coupa (shared) Tags: Accounting" in whole
    filtered = text_of(builder.get(f"/projects/1?tag={handle}"))
    assert "Recipe 1" in filtered
    assert "Recipe 2" not in filtered
    assert "Coupa (parent)" not in filtered
    everywhere = text_of(builder.get(at))
    assert "Recipe 1 Running Finance" in everywhere
    assert "Coupa (shared) Connected Finance" in everywhere
    assert builder.post(f"{recipe}/tags", recipe, remove=handle).status_code == 303
    assert "No recipe here has the tag Accounting." in text_of(
        builder.get(f"/projects/1?tag={handle}")
    )
    assert builder.get("/projects/1?tag=tag-none").status_code == 404


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
        assert tags.get_author(hub.world, mine).name == "Owner", "once the author is gone"
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
