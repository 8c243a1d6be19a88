"""What an import did, asset by asset."""

from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What became of an asset; nothing is ever deleted by an import."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of one asset.

    Attributes:
        project: the project's name.
        zip_name: the asset's file.
        kind: the kind of asset.
        name: the asset's name.
        action: what was done.
        row_id: the row id of the recipe, connection or server that was made of it; None for the
            rest.
    """

    project: str
    zip_name: str
    kind: str
    name: str
    action: Action
    row_id: int | None = None


@dataclass(kw_only=True)
class Outcome:
    """What an import did.

    Attributes:
        projects: name → id, in the order of the package.
        changes: one for each file, in that order.
        remarks: sentences about what is to be done, or was ignored.
    """

    projects: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def count(self, action: Action) -> int:
        """Return how many files had this done to them.

        Args:
            action: the action that is counted.
        """
        return sum(each.action is action for each in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Return the same for programs: `{projects, changes, remarks}`."""
        return {
            "projects": [{"name": name, "id": number} for name, number in self.projects.items()],
            "changes": [asdict(each) for each in self.changes],
            "remarks": self.remarks,
        }


class Stage(StrEnum):
    """What an import does with every file, one stage after the other."""

    STORING = "Storing files"
    BUILDING = "Building recipes and servers"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an import is.

    Attributes:
        stage: what is being done.
        done: with so many files.
        total: of so many.
        place: the last of them.
    """

    stage: Stage
    done: int
    total: int
    place: str

    @property
    def percent(self) -> int:
        """The whole import's, from 0 to 100."""
        stages = list(Stage)
        before = stages.index(self.stage) * self.total
        return 100 * (before + self.done) // (len(stages) * self.total)


#: An import under way: yields how far it is, and returns what was done.
Steps = Generator[Progress, None, Outcome]
