"""What options, settings and markers of a run name: scenarios, files and folders."""

from pathlib import Path

import pytest

_NO_NAME = (
    "The marker names one scenario: @pytest.mark.simulator_scenario('minimal'), or a YAML file."
)
#: How a scenario's file ends; anything else is the name of a shipped one.
_FILES = (".yaml", ".yml", ".json")


def path(config: pytest.Config, name: str) -> Path | None:
    """Return a file or folder that is configured: an option's is relative to where pytest started.

    Args:
        config: the config of the run.
        name: the name of the setting; the option is spelled alike.
    """
    if text := config.getoption(f"--{name.replace('_', '-')}"):
        return config.invocation_params.dir / str(text)
    text = str(config.getini(name))
    return (config.inipath.parent if config.inipath else config.rootpath) / text if text else None


def scenario(config: pytest.Config) -> str:
    """Return the scenario of the tests that name none: a shipped one's name, or a file's path.

    Args:
        config: the config of the run.
    """
    found = path(config, "simulator_scenario")
    if found and found.suffix in _FILES:
        return str(found)
    return str(config.getoption("--simulator-scenario") or config.getini("simulator_scenario"))


def scenario_of(request: pytest.FixtureRequest) -> str:
    """Return the scenario of a test: its marker's, whose file may lie beside it, or the run's.

    Args:
        request: the request of the fixture that the test asks for.

    Raises:
        pytest.UsageError: the marker names none.
    """
    marker = request.node.get_closest_marker("simulator_scenario")
    if marker is None:
        return scenario(request.config)
    names = [*marker.args, *marker.kwargs.values()]
    if len(names) != 1 or not isinstance(names[0], str) or set(marker.kwargs) - {"name"}:
        raise pytest.UsageError(_NO_NAME)
    beside = request.path.parent / names[0]
    return str(beside) if beside.suffix in _FILES and beside.is_file() else names[0]
