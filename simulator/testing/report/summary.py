"""What a report says first: how many scenarios hold, which do not, and what nothing covers."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: From the worst to the best; a requirement is as good as its worst scenario that was run.
_OUTCOMES = ("failed", "xpassed", "passed", "xfailed", "skipped")


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
        """Return all scenarios, in order."""
        return [scenario for _, scenarios in self.rules for scenario in scenarios]

    @property
    def outcomes(self) -> Counter[str]:
        """Return how many of its scenarios passed, failed, were skipped."""
        return Counter(scenario["outcome"] for scenario in self.scenarios)


@dataclass(frozen=True)
class Proof:
    """A scenario, the page that it is on, and the name of its feature."""

    page: str
    feature: str
    scenario: dict[str, Any]


@dataclass(frozen=True)
class Requirement:
    """One requirement of the list, or one that scenarios name besides.

    Attributes:
        id: its name.
        sentence: what is promised; empty where the list has no such id.
        proofs: the scenarios that are tagged with it.
    """

    id: str
    sentence: str
    proofs: Sequence[Proof]

    @property
    def outcome(self) -> str:
        """Return the worst outcome of its scenarios; `not covered` where none was run."""
        found = {each.scenario["outcome"] for each in self.proofs}
        worst = next((each for each in _OUTCOMES if each in found), "skipped")
        return "not covered" if worst == "skipped" else worst


@dataclass(frozen=True)
class Summary:
    """Of the whole run.

    Attributes:
        total: outcome → how many scenarios.
        failed: those that did not pass, each with its page.
        retried: those that passed only when they were run again.
        covered: the requirements that a scenario was run for.
        uncovered: those for which none was run.
        unlisted: ids that scenarios are tagged with, and the list does not have; if there is one.
    """

    total: Counter[str]
    failed: Sequence[Proof]
    retried: Sequence[Proof]
    covered: Sequence[Requirement]
    uncovered: Sequence[Requirement]
    unlisted: Sequence[str]

    @classmethod
    def of(cls, features: Sequence[FeaturePage], sentences: Mapping[str, str]) -> "Summary":
        """Sum up.

        Args:
            features: the features with every scenario of the run.
            sentences: the sentences of the list of requirements, by id; empty without one.
        """
        every = [
            Proof(each.page, each.name, scenario)
            for each in features
            for scenario in each.scenarios
        ]
        proofs: dict[str, list[Proof]] = {name: [] for name in sentences}
        for proof in every:
            for name in proof.scenario["requirements"]:
                proofs.setdefault(name, []).append(proof)
        requirements = [
            Requirement(name, sentences.get(name, ""), found)
            for name, found in sorted(proofs.items(), key=lambda item: _natural(item[0]))
        ]
        return cls(
            total=sum((each.outcomes for each in features), Counter()),
            failed=[each for each in every if each.scenario["outcome"] in ("failed", "xpassed")],
            retried=[
                each
                for each in every
                if each.scenario["earlier"] and each.scenario["outcome"] == "passed"
            ],
            covered=[each for each in requirements if each.outcome != "not covered"],
            uncovered=[each for each in requirements if each.outcome == "not covered"],
            unlisted=[each.id for each in requirements if sentences and each.id not in sentences],
        )


def _natural(name: str) -> list[tuple[int, str]]:
    """Orders `VUA-9` before `VUA-10`."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
