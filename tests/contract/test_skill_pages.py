"""AI Hub > Skills: skills are listed, made of recipes, and told of."""

from typing import Any

import pytest

from simulator.db.tables import McpTool, PackageAsset, Recipe
from simulator.domain import skills
from tests.contract.aihub_world import Hub, hub, text_of
from tests.packages import recipe

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("HUB-31")
AT = "/ai_hub/skills"


def add_recipe(hub: Hub, number: int, name: str, provider: str = "workato_skill") -> None:
    """A recipe of the project Finance that begins with that trigger."""
    with hub.world.db.unit() as session:
        now = hub.world.clock.now()
        session.add(
            Recipe(
                id=number,
                workspace_id=1,
                project_id=1,
                name=name,
                description=f"What {name} does",
                running=True,
                code=recipe(name)["code"] | {"provider": provider, "name": "start_workflow"},
                config=[],
                created_at=now,
                updated_at=now,
            )
        )


def make(browser: Any, number: int) -> str:
    """Create a skill by hand; return the path of its page."""
    made = browser.post(AT, f"{AT}/new", recipe_id=number)
    assert made.status_code == 303, text_of(made)
    return str(made.headers["Location"])


@pytest.mark.long
def test_a_skill_is_made_of_a_recipe_and_told_of(hub: Hub) -> None:
    builder = hub.browser("builder")
    assert "no skills yet" in text_of(builder.get(AT))
    assert "no recipe that could become a skill" in text_of(builder.get(f"{AT}/new"))
    add_recipe(hub, 10, "Find an order")
    add_recipe(hub, 11, "Cancel an order")
    add_recipe(hub, 12, "A function", "workato_recipe_function")

    offered = text_of(builder.get(f"{AT}/new"))
    assert offered.index("Cancel an order") < offered.index("Find an order")
    assert "A function" not in offered
    assert "Cancel" not in text_of(builder.get(f"{AT}/new?q=find"))
    at = make(builder, 10)
    page = text_of(builder.get(at))
    assert "Created the skill 'Find an order'." in page
    assert "When to use it What Find an order does" in page
    assert "No MCP server has it as a tool yet" in page
    assert "Find an order" not in text_of(builder.get(f"{AT}/new"))
    again = builder.post(AT, f"{AT}/new", recipe_id=10)
    assert again.status_code == 422
    assert "is a skill already" in text_of(again)
    assert builder.post(AT, f"{AT}/new", recipe_id=999).status_code == 404

    with hub.world.db.unit() as session:
        tool = McpTool(server_number=1, recipe_id=10, name="Find", description="", position=9)
        session.add(tool)
    assert "Server ready" in text_of(builder.get(at))
    assert "Find an order Find an order Running Finance" in text_of(builder.get(AT))
    assert "No skill fits" in text_of(builder.get(f"{AT}?q=cancel"))


def test_a_skill_whose_recipe_is_gone_and_those_who_only_look(hub: Hub) -> None:
    add_recipe(hub, 10, "Find an order")
    builder = hub.browser("builder")
    at = make(builder, 10)
    assert hub.browser("stranger").get(at).status_code == 404
    with hub.world.db.unit() as session:
        row = session.query(PackageAsset).filter_by(kind="recipe").one()
        row.zip_name = "elsewhere.recipe.json"
    for page in (AT, at):
        assert "Recipe missing" in text_of(builder.get(page))
    with hub.world.db.unit():
        found = skills.search(hub.world, 1, "").first(1)
        assert skills.read(hub.world, found[0]).recipe is None
