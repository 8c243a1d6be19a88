"""Make the pages of a report out of what was collected: plain HTML, to be opened from a disk.

Ours: pytest-html knows tests and no steps, and Allure's pages (the extra `allure`) need a program.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from simulator.testing.record import REQUIREMENT
from simulator.testing.report.collect import collected
from simulator.testing.report.sequence import svg
from simulator.testing.report.summary import FeaturePage, Summary

_HERE = Path(__file__).parent
_STYLE = "report.css"


class WrongRequirements(Exception):
    """The file with the requirements' sentences cannot be used."""


def sentences(path: Path | None) -> dict[str, str]:
    """Read requirement id → its sentence from a YAML list of entries with `id` and `sentence`.

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


def render(folder: Path, requirements: dict[str, str], facts: dict[str, str]) -> Path:
    """Write the pages, and return the first one.

    Args:
        folder: the folder of the report, with what was collected in it.
        requirements: id → sentence, of those that have one.
        facts: the facts of the run, by what they are called.
    """
    features = _features(collected(folder), requirements)
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sequence"] = lambda exchanges, label: Markup(svg(exchanges, label))  # noqa: S704  # it escapes
    shared = {"sentences": requirements, "features": features, "facts": facts}
    for feature in features:
        page = environment.get_template("feature.html").render(feature=feature, **shared)
        (folder / feature.page).write_text(page, encoding="utf-8")
    index = folder / "index.html"
    text = environment.get_template("index.html").render(
        summary=Summary.of(features, requirements), **shared
    )
    index.write_text(text, encoding="utf-8")
    shutil.copyfile(_HERE / "templates" / _STYLE, folder / _STYLE)
    return index


def _features(scenarios: list[dict[str, Any]], requirements: Iterable[str]) -> list[FeaturePage]:
    runs = Counter(map(_same, scenarios))
    seen: Counter[Any] = Counter()
    for each in scenarios:
        seen[_same(each)] += 1
        each["run"], each["runs"] = seen[_same(each)], runs[_same(each)]
        each["requirements"] = [
            tag for tag in each["tags"] if tag in requirements or REQUIREMENT.fullmatch(tag)
        ]
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


def _same(scenario: dict[str, Any]) -> tuple[Any, ...]:
    """What two runs of one scenario have in common."""
    example = tuple(sorted(scenario["example"].items()))
    return scenario["file"], scenario["line"], scenario["name"], example
