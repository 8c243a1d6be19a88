"""Read the list of mutants, and plant one in a copy of the checkout."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tests.tools.requirements import ROOT

#: One YAML list for each area, whose name is the file's.
FOLDER = ROOT / "fixtures/mutants"


class DoesNotApply(Exception):
    """The code that a mutant changes is not there, or stands there more than once."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One bug.

    Attributes:
        id: names it, in lower case with hyphens.
        kind: the kind of bug, one of `KINDS`.
        bug: what is wrong then, in one sentence.
        file: path of the file that is changed, from the top of the checkout.
        old: text that stands in that file exactly once.
        new: what stands there instead; it may be empty.
        suite: pytest arguments that choose the tests meant to notice it.
    """

    id: str
    kind: str
    bug: str
    file: str
    old: str
    new: str
    suite: str

    def planted(self, root: Path = ROOT) -> str:
        """Return the text of the file with the bug in it.

        Args:
            root: top of the checkout.

        Raises:
            DoesNotApply: with what to do.
        """
        path = root / self.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (times := text.count(self.old)) != 1:
            raise DoesNotApply(
                f"{self.id}: the text of 'old' stands {times} times in {self.file}, and must stand "
                f"there once. Renew the mutant in {FOLDER.relative_to(ROOT)}."
            )
        return text.replace(self.old, self.new)


#: Every kind of bug that somebody must notice.
KINDS = (
    "group check skipped",
    "PKCE verifier unchecked",
    "another user's connection",
    "foreign audience accepted",
    "resource ignored",
    "refresh not rotated",
    "removed group keeps access",
    "consent order reversed",
    "label typo",
    "label case",
    "no CSRF",
    "secret in a page",
    "expiry off by one",
    "foreign single document",
    "foreign list",
    "family alive after reuse",
    "link for anybody",
    "state or completion reusable",
    "consent of one server serves another",
    "scope widened silently",
    "no iss in errors",
    "oracle blind",
    "limit off by one",
    "allow beats deny",
    "token survives a switch",
    "secret in the journal",
    "code replay harmless",
    "count shown wrong",
    "script line deleted",
    "connection kept over an OAuth change",
    "loopback path may differ",
    "lock-out late",
    "auth_time now",
    "fault does nothing",
    "admission cached per token",
    "foreign client's refresh token",
    "headless obeyed though off",
    "old keys dropped",
)


@cache
def mutants() -> tuple[Mutant, ...]:
    """Return every mutant, by kind in the order of `KINDS`."""
    rows = [
        Mutant(**row)
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    return tuple(sorted(rows, key=lambda each: KINDS.index(each.kind)))


def paths(chosen: Iterable[Mutant]) -> tuple[str, ...]:
    """Return the files and folders of tests that the suites of mutants are chosen from, once each.

    Args:
        chosen: the mutants.
    """
    words = (word for each in chosen for word in shlex.split(each.suite))
    return tuple(
        dict.fromkeys(
            path for path in (word.partition("::")[0] for word in words) if (ROOT / path).exists()
        )
    )
