"""The lowest versions that our ranges allow, for pip: `python -m tests.tools.lowest`.

pip takes the newest of what a range allows; `make lowest` has it take the oldest.
"""

import tomllib
from itertools import chain

from packaging.requirements import Requirement

from tests.tools.requirements import ROOT

#: The suite itself needs a newer one; tests/wire/test_wheel.py runs the oldest.
_OWN = {"pytest"}


def pins() -> list[str]:
    """`name==version` of everything that the package and its extras name, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ranges = chain(project["dependencies"], *project["optional-dependencies"].values())
    found = {
        f"{requirement.name}=={bound.version}"
        for requirement in map(Requirement, ranges)
        if requirement.name not in _OWN
        for bound in requirement.specifier
        if bound.operator == ">="
    }
    return sorted(found)


if __name__ == "__main__":
    print(*pins(), sep="\n")
