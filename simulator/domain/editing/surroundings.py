"""What steps of a recipe can name that is in no step: recipes, tables, properties."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import String, cast, select

from simulator.db.tables import DataTable, Job, LookupTable, Property, Recipe
from simulator.db.tables.recipes import JobStatus
from simulator.domain.engine.compiling import get_schemas, list_steps
from simulator.domain.engine.errors import RecipeInvalid
from simulator.domain.engine.schemas import Fields, read_fields
from simulator.domain.engine.steps import RECIPE_FUNCTION
from simulator.domain.recipe_data import LOOKUP
from simulator.validation.parsing import parse_foreign_json, parse_whole_number
from simulator.world import World

#: So many of each kind are offered in a menu: more is no menu any more (our choice).
_MOST = 300

#: Value, and what people read.
Option = tuple[str, str]


@dataclass(frozen=True)
class Surroundings:
    """A recipe's workspace, as the editor needs it; read from the database on demand.

    Attributes:
        workspace_id: the workspace's id.
        project_id: the project id of the recipe.
        recipe_id: the id of the recipe.
    """

    world: World
    workspace_id: int
    project_id: int
    recipe_id: int

    @cached_property
    def functions(self) -> Sequence[Option]:
        """Recipe functions, by name: what a step can call."""
        rows = self.world.db.session.execute(
            select(Recipe.id, Recipe.name)
            .where(
                Recipe.workspace_id == self.workspace_id,
                cast(Recipe.code, String).contains(f'"{RECIPE_FUNCTION}"'),
            )
            .order_by(Recipe.name, Recipe.id)
            .limit(_MOST)
        )
        return [(str(number), name) for number, name in rows]

    def get_schemas(self, reference: Any) -> tuple[Fields, Fields]:
        """Return the parameters and the result of a recipe that a step calls; empty for none.

        Args:
            reference: the recipe's id, as the step has it.
        """
        number = parse_whole_number(str(reference))
        row = None if number is None else self.world.db.session.get(Recipe, number)
        if row is None or row.workspace_id != self.workspace_id:
            return [], []
        try:
            trigger = list_steps(row.code, row.config)[0]
        except RecipeInvalid:
            return [], []
        parameters, result = get_schemas(trigger)
        return read_fields(parameters), read_fields(result)

    def list_tables(self, kind: str) -> Sequence[Option]:
        """Return lookup tables, or data tables, by name.

        Args:
            kind: `lookup_table`, or anything else for data tables.

        Returns:
            (id, name) of each.
        """
        model: Any = LookupTable if kind == LOOKUP else DataTable
        found = select(model.id, model.name).where(model.workspace_id == self.workspace_id)
        rows = self.world.db.session.execute(found.order_by(model.name, model.id).limit(_MOST))
        return [(str(number), name) for number, name in rows]

    def list_columns(self, kind: str, table: Any) -> Sequence[Option]:
        """Return what recipes call the columns of a table; empty where there is none.

        Args:
            kind: see `list_tables`.
            table: the table's id, as the step has it.

        Returns:
            (what recipes write, what people read) of each.
        """
        model: Any = LookupTable if kind == LOOKUP else DataTable
        number = parse_whole_number(str(table))
        row = None if number is None else self.world.db.session.get(model, number)
        if row is None or row.workspace_id != self.workspace_id:
            return []
        return [
            (
                str(each.get("id") or each.get("name")).replace("-", "_"),
                str(each.get("title") or each.get("label") or each.get("name")),
            )
            for each in row.columns
            if isinstance(each, dict) and (each.get("id") or each.get("name"))
        ]

    @cached_property
    def samples(self) -> dict[tuple[int, str], Any]:
        """What steps gave in the newest job that succeeded: (number, title) → output."""
        newest = (
            select(Job.steps)
            .where(Job.recipe_id == self.recipe_id, Job.status == JobStatus.SUCCEEDED.value)
            .order_by(Job.sequence.desc())
            .limit(1)
        )
        found = {}
        for entry in self.world.db.session.scalar(newest) or ():
            output = parse_foreign_json(str(entry.get("output") or "").encode())
            if output is not None and "title" in entry:
                found[entry["number"], entry["title"]] = output
        return found

    @cached_property
    def properties(self) -> Sequence[str]:
        """Names of the project's and the workspace's properties."""
        found = select(Property.name).where(
            Property.workspace_id == self.workspace_id,
            Property.project_id.is_(None) | (Property.project_id == self.project_id),
        )
        rows = self.world.db.session.scalars(found.order_by(Property.name).distinct().limit(_MOST))
        return list(rows)
