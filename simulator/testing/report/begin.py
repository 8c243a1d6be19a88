"""The beginning of a run that writes a report: what can be wrong is said before any test."""

from pathlib import Path

import pytest

from simulator.testing.report.collect import NotOurs, prepare
from simulator.testing.report.render import WrongRequirements, sentences


def begin(config: pytest.Config, report: Path) -> dict[str, str]:
    """Make the folder ready.

    Args:
        config: of the run.
        report: the folder.

    Returns:
        The sentences of requirements, by id.

    Raises:
        pytest.UsageError: the folder holds something else, or the requirements cannot be read.
    """
    said = config.getini("simulator_requirements")
    try:
        read = sentences((config.inipath or config.rootpath / "_").parent / said if said else None)
        prepare(report)
    except (NotOurs, WrongRequirements) as error:
        raise pytest.UsageError(str(error)) from None
    return read
