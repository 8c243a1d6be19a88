"""What an import did, asset by asset."""

from collections.abc import Callable
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
        kind: of asset.
        name: the asset's name.
        action: what was done.
        row_id: of the recipe, connection or server that was made of it; None for the rest.
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
        remarks: sentences about what is to be done, or was passed over.
    """

    projects: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def count(self, action: Action) -> int:
        """Return how many files had this done to them."""
        return sum(each.action is action for each in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Return the same for programs: `{projects, changes, remarks}`."""
        return {
            "projects": [{"name": name, "id": number} for name, number in self.projects.items()],
            "changes": [asdict(each) for each in self.changes],
            "remarks": self.remarks,
        }


#: Called as an import goes on: how many files are done, of how many, and the last one.
Progress = Callable[[int, int, str], None]
