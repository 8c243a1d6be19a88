"""What seeding one scenario works with: the world, the scenario, and names → ids."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from simulator.db.tables import Base
from simulator.systems.apps._kit.seeding import FIRST_BULK_ID
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios.schema import Scenario

#: The one workspace that a scenario describes.
WORKSPACE_ID = 1


@dataclass(frozen=True, kw_only=True)
class SeedContext:
    """The state of one seeding; each `add_rows` adds rows and ids to it.

    Attributes:
        scenario: what is seeded.
        now: the time of creation of every row that has no date of its own.
        prepared: statements that make the rows of the apps' records, if there are some.
        rows: what is inserted at the end, in any order.
        environments: name → id.
        projects: name → id.
        app_users: (host, login) → id.
        connections: name → id.
        recipes: name → id.
        bulk_ids: ids for made-up records, behind all that a scenario may spell out.
        own_ids: ids for rows of tables in which it spells out none.
    """

    world: World
    scenario: "Scenario"
    now: datetime
    prepared: str | None = None
    rows: list[Base] = field(default_factory=list)
    environments: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)
    app_users: dict[tuple[str, str], int] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    recipes: dict[str, int] = field(default_factory=dict)
    bulk_ids: Iterator[int] = field(default_factory=lambda: count(FIRST_BULK_ID))
    own_ids: Iterator[int] = field(default_factory=lambda: count(1))
