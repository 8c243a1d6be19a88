"""Bring a simulator into a pytest run, as the run's options have it."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest

from simulator.extras import has, lacking
from simulator.testing.choices import scenario

if TYPE_CHECKING:  # pragma: no cover
    from simulator.sandbox.simulator import Simulator
    from simulator.settings import Settings
    from simulator.testing.workspace_factory import WorkspaceFactory


def run(config: pytest.Config) -> "AbstractContextManager[Simulator]":
    """Start a simulator that listens, as the run's options have it.

    Args:
        config: the config of the run.
    """
    from simulator.serving.server import running

    return running(_settings(config))


def factory(config: pytest.Config) -> "WorkspaceFactory":
    """Return what opens workspaces of any scope, as the run's options have them.

    Args:
        config: the config of the run.
    """
    from simulator.testing.workspace_factory import WorkspaceFactory

    return WorkspaceFactory(
        settings=_settings(config), watch=lambda simulator: watch_faults(config, simulator)
    )


def demand(fixture: str, module: str) -> None:
    """Fail the test whose fixture needs a package that only an extra brings, in one line.

    Args:
        fixture: its name.
        module: the module that the extra brings.
    """
    if not has(module):
        pytest.fail(lacking(fixture, module), pytrace=False)


def watch_faults(config: pytest.Config, simulator: "Simulator") -> None:
    """Report each test's faults that never struck.

    Args:
        config: the config of the run.
        simulator: the simulator whose faults they are.
    """
    from simulator.testing.idle_faults import IdleFaults

    strict = config.getini("simulator_strict_faults")
    config.pluginmanager.register(IdleFaults(simulator, strict=strict))


def _settings(config: pytest.Config) -> "Settings":
    from simulator.settings import Settings

    headless, requested = "simulator_headless_consent", "simulator_request_faults"
    code, navigation = "simulator_allow_code", "simulator_navigation"
    return Settings(
        database="memory",
        port_base=0,
        scenario=scenario(config),
        seed=config.option.simulator_seed,
        request_faults=bool(config.getoption(requested) or config.getini(requested)),
        headless_consent=bool(config.getoption(headless) or config.getini(headless)),
        allow_code=bool(config.getoption(code) or config.getini(code)),
        navigation=config.getoption(navigation) or config.getini(navigation),
    )
