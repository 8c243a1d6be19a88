"""The list of promises and the page made from it; `python -m tests.tools.requirements`."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from simulator.validation.model_errors import list_errors

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "fixtures/requirements.yaml"
LEGEND = ROOT / "fixtures/sources.yaml"
ABSENT = ROOT / "fixtures/not_simulated.yaml"
PAGE = ROOT / "docs/what-is-simulated.md"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Grade = Literal["A", "B", "C", "I", "U", "S"]

GRADES: dict[Grade, str] = {
    "A": "documented by the vendor",
    "B": "seen in code written against the live product",
    "C": "told by third parties",
    "I": "inferred from the above",
    "U": "unknown: our choice",
    "S": "the simulator's own promise",
}
#: The one in C takes a tenth of the time.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ManifestError(ValueError):
    """Raised when the list of promises cannot be read; the message names file and line."""


class Requirement(BaseModel):
    """One promise."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]+-[0-9]+$")]
    source: Text
    sentence: Text
    grade: Grade
    divergence: Text | None = None

    @property
    def area(self) -> str:
        """The letters of the id."""
        return self.id.partition("-")[0]


def load(path: Path = MANIFEST) -> dict[str, Requirement]:
    """The promises by id, in the order of the file.

    Raises:
        ManifestError: an entry is malformed, or an id stands there twice.
    """
    try:
        document = yaml.compose(path.read_text(encoding="utf-8"), _LOADER)
    except yaml.YAMLError as error:
        raise ManifestError(f"{path}: {error}") from None
    if not isinstance(document, yaml.SequenceNode):
        raise ManifestError(f"{path}: must be a list of entries.")
    found: dict[str, Requirement] = {}
    for node in document.value:
        requirement = _read(node, path)
        if requirement.id in found:
            raise ManifestError(f"{_place(path, node)}: {requirement.id} is there twice.")
        found[requirement.id] = requirement
    return found


def _read(node: yaml.Node, path: Path) -> Requirement:
    entry = yaml.SafeLoader("").construct_document(node)
    members = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if twice := [name for name, number in Counter(members).items() if number > 1]:
        raise ManifestError(f"{_place(path, node)}: {twice[0]} is there twice.")
    try:
        return Requirement.model_validate(entry)
    except ValidationError as error:
        complaints = "; ".join(
            f"{each.member or 'entry'}: {each.sentence}" for each in list_errors(error)
        )
        raise ManifestError(f"{_place(path, node)}: {complaints}") from None


def _place(path: Path, node: yaml.Node) -> str:
    return f"{path}, line {node.start_mark.line + 1}"


def render(requirements: Iterable[Requirement]) -> str:
    """The page for readers: every promise by area, and all known differences first."""
    requirements = list(requirements)
    areas: dict[str, list[Requirement]] = defaultdict(list)
    for requirement in requirements:
        areas[requirement.area].append(requirement)
    lines = [
        "# What is simulated",
        "",
        "Made from `fixtures/requirements.yaml` by `python -m tests.tools.requirements`; do not"
        " edit. Each row is proven by at least one scenario or test that carries its id"
        " (`pytest -k VUA-1` runs those of one row).",
        "",
        "How sure we are: "
        + " · ".join(f"**{grade}** {meaning}" for grade, meaning in GRADES.items())
        + ".",
        "",
        "Sources that are no address and no file: [the legend](#sources).",
        "",
        "## Known differences",
        "",
    ]
    different = [requirement for requirement in requirements if requirement.divergence]
    if different:
        lines += [f"- {each.id}: {each.divergence}" for each in different]
    else:
        lines.append("None known.")
    lines += ["", "## Known of Workato, and not here", "", "| what | why not |", "|---|---|"]
    lines += [f"| {_cell(one['what'])} | {_cell(one['why'])} |" for one in list_absent()]
    for area, rows in areas.items():
        lines += ["", f"## {area}", "", "| id | promise | sure | source |", "|---|---|---|---|"]
        lines += [
            f"| {row.id} | {_cell(row.sentence)} | {row.grade} | {_cell(row.source)} |"
            for row in rows
        ]
    lines += ["", "## Sources", "", "| name | what it stands for |", "|---|---|"]
    lines += [f"| {name} | {_cell(meaning)} |" for name, meaning in legend().items()]
    return "\n".join(lines) + "\n"


def legend(path: Path = LEGEND) -> dict[str, str]:
    """What names of sources stand for, where they are no address and no file."""
    known: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return known


def list_absent(path: Path = ABSENT) -> list[dict[str, str]]:
    """What is known of Workato and not simulated: `what`, and `why` not."""
    absent: list[dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return absent


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(load().values()), encoding="utf-8")


if __name__ == "__main__":
    main()
