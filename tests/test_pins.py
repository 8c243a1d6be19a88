"""What a fresh environment installs is pinned: the same proof here and on a build machine."""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.tools import lowest
from tests.tools.requirements import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins() -> dict[str, str]:
    """Canonical name → line, of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        canonicalize_name(line.partition("==")[0]): line
        for line in lines
        if line[:1] not in ("#", "")
    }


def brought(requirements: Iterable[str]) -> set[str]:
    """Canonical names of everything that these requirements install here."""
    found: set[str] = set()
    waiting = [(Requirement(each), frozenset({""})) for each in requirements]
    seen = set()
    while waiting:
        requirement, extras = waiting.pop()
        if requirement.marker and not any(
            requirement.marker.evaluate({"extra": extra}) for extra in extras
        ):
            continue
        name = canonicalize_name(requirement.name)
        found.add(name)
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        within = frozenset({"", *requirement.extras})
        waiting += [(Requirement(each), within) for each in requires(requirement.name) or ()]
    return found


def test_everything_that_setup_installs_is_pinned() -> None:
    groups = PYPROJECT["dependency-groups"]
    project = PYPROJECT["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    others = [each for each in extras if Requirement(each).name != project["name"]]
    requirements = [*project["dependencies"], *others, *groups["test"], *groups["lint"]]

    assert sorted(brought(requirements) - pins().keys()) == []


def test_pins_are_exact_and_without_addresses() -> None:
    assert [line for line in pins().values() if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line)] == []


def test_a_package_without_a_pin_is_noticed() -> None:
    """Also one that only a marker, an extra or another package brings."""
    assert {"flask", "jinja2", "psycopg-binary"} <= brought(["flask", "psycopg[binary]"])
    assert "psycopg-binary" not in brought(["psycopg"])
    assert brought(['flask; python_version < "3"']) == set()
    with pytest.raises(PackageNotFoundError):
        brought(["no-such-package-anywhere"])


@pytest.mark.requirement("RAIL-12")
def test_upper_bounds_follow_the_rule() -> None:
    """CONTRIBUTING, Packages."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    requirements = [Requirement(each) for each in [*project["dependencies"], *chain(*extras)]]

    bounds = {each.name: _bounds(each) for each in requirements if each.name != project["name"]}

    numberless = {"argon2-cffi", "cryptography", "faker", "pytest", "regex", "tzdata"}
    assert {name for name, (_, upper) in bounds.items() if upper is None} == numberless
    for name, (lower, upper) in bounds.items():
        if upper is not None:
            at = lower.release
            following = (at[0], at[1] + 1) if name == "sqlalchemy" else (at[0] + 1,)
            assert upper.release == following, name


def _bounds(requirement: Requirement) -> tuple[Version, Version | None]:
    """The lowest version, and the one that is too high; None where any higher one will do."""
    found = {each.operator: Version(each.version) for each in requirement.specifier}
    assert found.keys() <= {">=", "<"}, requirement
    return found[">="], found.get("<")


@pytest.mark.requirement("RAIL-12")
def test_make_lowest_installs_the_lower_bound_of_every_range() -> None:
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    requirements = [Requirement(each) for each in [*project["dependencies"], *chain(*extras)]]

    pinned = {Requirement(line) for line in lowest.pins()}

    names = {each.name for each in requirements} - {project["name"], "pytest"}
    assert {each.name for each in pinned} == names
    for pin in pinned:
        (version,) = (Version(each.version) for each in pin.specifier)
        assert all(_bounds(each)[0] == version for each in requirements if each.name == pin.name)
