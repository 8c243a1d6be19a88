"""What commands share that work on the database of a sandbox."""

import os
from collections.abc import Callable
from typing import Any

import click

from simulator.settings import DEFAULT_DATABASE, MEMORY, Settings

#: Which database; without it, the one that a sandbox has here.
DATABASE_OPTION = click.option(
    "--database",
    metavar="URL",
    envvar="SIM_DATABASE",
    help=f"SQLAlchemy URL, or 'memory'.  [default: {DEFAULT_DATABASE}]",
)


def with_existing(settings: Settings, action: Callable[[Any], None]) -> None:
    """Call an action with the simulator of a database that is there.

    Args:
        settings: which database.
        action: takes the simulator.

    Raises:
        click.ClickException: there is none, or none that another process could open.
    """
    from simulator.sandbox.simulator import Simulator

    if settings.database == MEMORY:
        raise click.ClickException(
            "A database in memory belongs to the sandbox that made it, and to no other command: "
            "ask that sandbox's control API (docs/control-api.md)."
        )
    path = settings.database.removeprefix("sqlite:///")
    if settings.database.startswith("sqlite:///") and not os.path.exists(path):
        raise click.ClickException(
            f"There is no sandbox at {path}. Start one with 'make sandbox' or 'simulator serve'."
        )
    with Simulator(settings) as simulator:
        action(simulator)
