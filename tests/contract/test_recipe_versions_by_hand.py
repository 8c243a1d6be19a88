"""The Versions tab of a recipe: who changed what and when, and the way back."""

import re

import pytest

from simulator.db.tables import Connection, Recipe
from simulator.domain import recipe_versions
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("EDIT-1")
AT = "/recipes/3/versions"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """Signed in; recipe 3, which is stopped, has a second version of theirs."""
    browser = hub.browser("builder")
    page = "/recipes/3/edit?step=1&connection=your"
    sent = browser.post("/recipes/3/steps/1/connection", page, connection_id="1", **{"as": "your"})
    assert sent.status_code == 303
    return browser


def change(hub: Hub, **values: object) -> int:
    """Change recipe 3; returns the number of its new version."""
    with hub.world.db.unit() as session:
        row = session.get_one(Recipe, 3)
        recipe_versions.save(hub.world, row, **values)
        return row.version_no


def test_versions_are_listed_with_who_made_them_and_comments(builder: HubBrowser) -> None:
    page = text_of(builder.get(AT))
    assert "Version 2 Current Builder" in page
    assert "Version 1 Author not known" in page
    assert re.search(rf'href="{AT}[^"]*">Versions</a>', builder.get("/recipes/3").text)

    assert builder.post(f"{AT}/1/comment", AT, comment=" As imported ").status_code == 303
    assert "As imported" in text_of(builder.get(AT))
    long = builder.post(f"{AT}/1/comment", AT, comment="x" * 256)
    assert long.status_code == 422
    assert "maximum is 255 characters" in field_error(long, "comment-1")


def test_two_versions_are_compared(builder: HubBrowser) -> None:
    answer = builder.get(f"{AT}/compare?old=1&new=2")
    page = text_of(answer)
    assert "From version 1 to version 2" in page
    assert "'Coupa (parent)' as End user's connection 'Coupa (shared)'" in page
    assert "Code, line by line" not in page
    assert builder.get(f"{AT}/compare?old=9&new=2").status_code == 404


def test_a_version_is_restored_as_a_new_one(hub: Hub, builder: HubBrowser) -> None:
    code = hub.read(Recipe, 3).code
    block = code["block"][0]
    changed = {**block, "input": {"status": "#{_('data.workato_recipe_function.trigger.status')}!"}}
    change(hub, code={**code, "block": [changed, *code["block"][1:]]})
    shown = text_of(builder.get(f"{AT}/compare"))
    assert "Changed 2 Search invoices in Coupa status was Step 1 · status is" in shown

    answer = builder.post(f"{AT}/1/restore", f"{AT}/1/restore", version="3")

    assert answer.status_code == 303
    recipe = hub.read(Recipe, 3)
    assert (recipe.version_no, recipe.code, recipe.config[0]["account_id"]) == (4, code, 2)
    assert "Restored from version 1" in text_of(builder.get(AT))


def test_a_connection_that_was_deleted_meanwhile_is_chosen_again(
    hub: Hub, builder: HubBrowser
) -> None:
    config = hub.read(Recipe, 3).config
    change(hub, config=[{**config[0], "account_id": 3}])
    with hub.world.db.unit() as session:
        session.delete(session.get_one(Connection, 3))
    change(hub, config=config)
    builder.post(f"{AT}/3/restore", f"{AT}/3/restore", version="4")
    assert hub.read(Recipe, 3).config[0]["account_id"] is None


def test_nothing_is_restored_over_what_somebody_else_saved(hub: Hub, builder: HubBrowser) -> None:
    change(hub, code={**hub.read(Recipe, 3).code, "comment": "Newer"})
    answer = builder.post(f"{AT}/1/restore", f"{AT}/1/restore", version="2")
    assert answer.status_code == 409
    assert "changed the recipe meanwhile. Nothing was restored" in text_of(answer)
    assert hub.read(Recipe, 3).code["comment"] == "Newer"


def test_a_running_recipe_is_not_changed(hub: Hub, builder: HubBrowser) -> None:
    with hub.world.db.unit() as session:
        session.get_one(Recipe, 3).running = True
    page = builder.get(f"{AT}/1/restore")
    assert "Stop it first." in text_of(page)
    assert ">Restore version 1</button>" not in page.text
    answer = builder.post(f"{AT}/1/restore", f"{AT}", version="2")
    assert answer.status_code == 409
    assert "It is running: stop it first." in text_of(answer)
