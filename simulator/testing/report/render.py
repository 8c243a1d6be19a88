"""Make the pages of a report out of what was collected: plain HTML, to be opened from a disk."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from simulator.testing.report.collect import collected
from simulator.testing.report.sequence import svg

_HERE = Path(__file__).parent
_STYLE = "report.css"


class WrongRequirements(Exception):
    """The file with the requirements' sentences cannot be used."""


@dataclass(frozen=True, kw_only=True)
class FeaturePage:
    """One page: a feature and its scenarios, in rules (their name, or nothing)."""

    name: str
    description: str
    file: str
    page: str
    rules: list[tuple[str, list[dict[str, Any]]]]

    @property
    def scenarios(self) -> list[dict[str, Any]]:
        """All of them, in order."""
        return [scenario for _, scenarios in self.rules for scenario in scenarios]

    @property
    def outcomes(self) -> Counter[str]:
        """How many of its scenarios passed, failed, were skipped."""
        return Counter(scenario["outcome"] for scenario in self.scenarios)


def sentences(path: Path | None) -> dict[str, str]:
    """Requirement id → its sentence, of a YAML list of entries with `id` and `sentence`.

    Raises:
        WrongRequirements: there is no such file, or it is something else.
    """
    if path is None:
        return {}
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {str(each["id"]): str(each["sentence"]) for each in entries}
    except OSError as error:
        raise WrongRequirements(f"Cannot read {path}: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, LookupError, TypeError):
        raise WrongRequirements(
            f"{path} must be a YAML list of entries with 'id' and 'sentence'."
        ) from None


def render(folder: Path, requirements: dict[str, str], seed: int) -> Path:
    """Write the pages; returns the first one.

    Args:
        folder: of the report, with what was collected in it.
        requirements: id → sentence, of those that have one.
        seed: of the run.
    """
    features = _features(collected(folder))
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sequence"] = lambda exchanges, label: Markup(svg(exchanges, label))  # noqa: S704  # it escapes
    shared = {"sentences": requirements, "features": features, "seed": seed}
    for feature in features:
        page = environment.get_template("feature.html").render(feature=feature, **shared)
        (folder / feature.page).write_text(page, encoding="utf-8")
    index = folder / "index.html"
    proofs = _proofs(features)
    total: Counter[str] = sum((feature.outcomes for feature in features), Counter())
    text = environment.get_template("index.html").render(proofs=proofs, total=total, **shared)
    index.write_text(text, encoding="utf-8")
    shutil.copyfile(_HERE / "templates" / _STYLE, folder / _STYLE)
    return index


def _features(scenarios: list[dict[str, Any]]) -> list[FeaturePage]:
    pages = []
    for file, found in groupby(scenarios, key=lambda each: each["file"]):
        of_one = list(found)
        rules = groupby(of_one, key=lambda each: each["rule"])
        pages.append(
            FeaturePage(
                name=of_one[0]["feature"],
                description=of_one[0]["description"],
                file=file,
                page=f"feature-{re.sub(r'[^A-Za-z0-9]+', '-', file.removesuffix('.feature'))}.html",
                rules=[(rule, list(each)) for rule, each in rules],
            )
        )
    return pages


def _proofs(features: list[FeaturePage]) -> dict[str, list[tuple[FeaturePage, dict[str, Any]]]]:
    """Requirement id → (page, scenario) of each proof."""
    proofs: dict[str, list[tuple[FeaturePage, dict[str, Any]]]] = {}
    for feature in features:
        for scenario in feature.scenarios:
            for each in scenario["requirements"]:
                proofs.setdefault(each, []).append((feature, scenario))
    return dict(sorted(proofs.items(), key=lambda item: _natural(item[0])))


def _natural(requirement: str) -> tuple[str, int]:
    area, _, number = requirement.rpartition("-")
    return area, int(number)
