"""Lists of the web app that are longer than a page: pages, searches, and what menus offer."""

import re

import pytest
from sqlalchemy import insert, select

from simulator.db.listing import PAGE_SIZE
from simulator.db.tables import EndUser, EndUserGroup
from tests.contract.aihub_world import READY, Hub, hub, text_of

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("GROW-4")
MANY = 120
USERS, GROUPS = "/workspace_admin/end_users", "/workspace_admin/groups"
NEW, ACCESS = f"{GROUPS}/new", f"/ai_hub/mcp/{READY}/end_user_access"


@pytest.fixture
def long_lists(hub: Hub) -> Hub:
    """A hundred and twenty end users and groups more."""
    now = hub.world.clock.now()
    people = [
        {
            "id": f"eu-many-{number}",
            "workspace_id": 1,
            "name": f"Mäny {number:03}",
            "first_name": "Mäny",
            "email": f"Many{number}@acme.example",
            "normalized_email": f"many{number}@acme.example",
            "password_hash": "-",
            "status": "active",
            "created_at": now,
        }
        for number in range(MANY)
    ]
    groups = [
        {
            "id": f"eug-many-{number}",
            "environment_id": 1,
            "name": f"Many {number:03}",
            "created_at": now,
            "updated_at": now,
        }
        for number in range(MANY)
    ]
    with hub.world.db.unit() as session:
        session.execute(insert(EndUser), people)
        session.execute(insert(EndUserGroup), groups)
    return hub


def test_a_long_list_has_pages_and_links_to_those_before_and_after(long_lists: Hub) -> None:
    """What is searched for stays in the links, and in the field."""
    browser = long_lists.browser("admin")
    first = browser.get(USERS)
    assert first.text.count('<th scope="row">') == PAGE_SIZE
    assert "122 end users, page 1 of 3 Next" in text_of(first)

    second = browser.get(f"{USERS}?q=MÄNY&page=2")

    assert "120 end users, page 2 of 3 Previous Next" in text_of(second)
    assert 'value="MÄNY"' in second.text
    (earlier,) = re.findall(r'<a rel="prev" href="([^"]+)"', second.text)
    (later,) = re.findall(r'<a rel="next" href="([^"]+)"', second.text)
    assert "Mäny 000" in browser.get(earlier.replace("&amp;", "&")).text
    last = browser.get(later.replace("&amp;", "&"))
    assert last.text.count('<th scope="row">') == MANY - 2 * PAGE_SIZE
    assert "page 3 of 3 Previous" in text_of(last)
    assert "page 3 of 3" in text_of(browser.get(f"{USERS}?page=99"))


def test_a_search_that_finds_nobody_says_so_and_leads_back(long_lists: Hub) -> None:
    browser = long_lists.browser("admin")

    for path, sentence in (
        (USERS, "No end user matches “nobody_%”."),
        (GROUPS, "No end-user group of Production matches “nobody_%”."),
        (f"{GROUPS}/eug-one/members", "No member matches “nobody_%”."),
        ("/workspace_admin", "No collaborator matches “nobody_%”."),
        (ACCESS, "No user group with access matches “nobody_%”."),
    ):
        page = browser.get(f"{path}?q=nobody_%25")
        assert f"{sentence} Show all" in text_of(page), path
        assert 'value="nobody_%"' in page.text, path


def test_who_was_chosen_stays_chosen_while_others_are_looked_for(long_lists: Hub) -> None:
    """The name that was typed, too; then the group has all of them."""
    browser = long_lists.browser("admin")
    page = text_of(browser.get(NEW))
    assert f"The first {PAGE_SIZE} of 122 end users: find others by name or e-mail." in page

    found = browser.post(
        NEW, NEW, environment="1", name="Mixed", find="MANY117@", end_users=["eu-ada"], do="find"
    )

    assert found.status_code == 200
    assert 'value="Mixed"' in found.text
    assert 'id="eu-ada"\n                checked' in found.text
    assert "Chosen: 1 Ada ada@acme.example 1 more end user matches “MANY117@”. Mäny 117" in text_of(
        found
    )
    chosen = ["eu-ada", "eu-many-117"]
    assert (
        browser.post(NEW, NEW, environment="1", name="Mixed", end_users=chosen).status_code == 303
    )
    with long_lists.world.db.unit() as session:
        made = session.scalars(select(EndUserGroup).where(EndUserGroup.name == "Mixed")).one()
        assert [member.id for member in made.members] == chosen


def test_enter_looks_for_another_text_or_else_creates(long_lists: Hub) -> None:
    """Browsers press a form's first button for it, wherever the cursor is."""
    browser = long_lists.browser("admin")
    first_button = re.search(
        r"<button type=\"submit\"[^>]*>", browser.get(NEW).text.split("<h2")[1]
    )
    assert first_button is not None
    assert 'name="do" value="enter"' in first_button[0]
    form = {"environment": "1", "name": "Entered", "end_users": ["eu-ada"], "do": "enter"}

    looked = browser.post(NEW, NEW, **form, find="MANY117@", found="")
    created = browser.post(NEW, NEW, **form, find="MANY117@", found="MANY117@")

    assert looked.status_code == 200
    assert "1 more end user matches “MANY117@”" in text_of(looked)
    assert 'name="found" value="MANY117@"' in looked.text
    assert created.status_code == 303


@pytest.mark.requirement("USR-10")
def test_groups_that_a_menu_leaves_out_are_found_by_name(long_lists: Hub) -> None:
    browser = long_lists.browser("admin")
    dialog = browser.get(f"{ACCESS}?dialog=add-groups")
    assert f"The first {PAGE_SIZE} of 121 user groups are offered" in text_of(dialog)
    assert 'value="eug-many-117"' not in dialog.text

    found = browser.get(f"{ACCESS}?dialog=add-groups&find=MANY%20117")

    assert re.search(r'<dialog id="add-groups"[^>]* open>', found.text)
    assert 'name="groups" value="eug-many-117"> Many 117' in found.text
    assert "1 user group matches “MANY 117”." in text_of(found)
    form = {"groups": ["eug-many-117"], "find": "MANY 118", "do": "find"}
    kept = browser.post(f"/ai_hub/mcp/{READY}/groups", ACCESS, **form)
    assert re.search(r'value="eug-many-117" checked', kept.text), "what was ticked stays"
    assert 'value="eug-many-118">' in kept.text
    assert "1 more user group matches “MANY 118”." in text_of(kept)
    none = text_of(browser.get(f"{ACCESS}?dialog=add-groups&find=nothing"))
    assert "0 user groups match “nothing”." in none
    assert "has access already" not in none
