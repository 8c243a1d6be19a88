"""Recipes to be ticked as tools: what a form about them chose, and what it looks for."""

from dataclasses import dataclass
from typing import Any

from flask import request

from simulator.db.tables import McpServer
from simulator.domain import recipes, server_tools, verified_recipes
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.domain.server_tools import Asset
from simulator.systems.aihub.context import person, searched_in_form
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world


@dataclass(frozen=True, kw_only=True)
class ToolChoice:
    """What a form chose.

    Attributes:
        chosen: the ids of recipes that are ticked.
        sought: part of a recipe's name.
        is_search: whether the form is sent to look for recipes, and not to do what it is for:
            Enter in a field does so where another text is sought than last time.
    """

    chosen: tuple[int, ...]
    sought: str
    is_search: bool

    @classmethod
    def read(cls) -> "ToolChoice":
        """Read the form that was sent."""
        numbers = (parse_whole_number(value) for value in request.form.getlist("tools"))
        sought, is_search = searched_in_form()
        return cls(
            chosen=tuple(dict.fromkeys(number for number in numbers if number is not None)),
            sought=sought,
            is_search=is_search,
        )

    @property
    def assets(self) -> list[Asset]:
        """What is to become tools."""
        return [Asset(recipe_id=number) for number in self.chosen]

    def offer(self, server: McpServer | None = None) -> dict[str, Any]:
        """Return what the template of the choice needs.

        Args:
            server: the server whose project the recipes are of, and of which they are no tools yet;
                None for every recipe of the workspace.
        """
        world, workspace_id = current_world(), person().workspace_id
        found = server_tools.find_publishable(
            world,
            workspace_id,
            self.sought,
            project_id=server.project_id if server else None,
            not_on=server,
            except_ids=self.chosen,
        )
        page, ticked = (
            found.page(1),
            server_tools.list_recipes(world, workspace_id, self.chosen),
        )
        shown = (*page.rows, *ticked)
        # The session has them as long as somebody holds them.
        held = recipes.load_connections(world, shown)
        obstacles = {each.id: verified_recipes.explain_use(world, each) for each in shown}
        del held
        return {
            "found": page,
            "ticked": ticked,
            "obstacles": obstacles,
            "chosen": self.chosen,
            "find": self.sought,
            "is_search": self.is_search,
            "kinds": TRIGGER_NAMES,
        }
