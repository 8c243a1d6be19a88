"""The world as a whole: what is in it, making it anew, keeping it and putting it back."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from simulator import scenarios
from simulator.control.operations import Body, Operation, Reply, Said
from simulator.db.snapshot import NamedSnapshot
from simulator.sandbox.simulator import Simulator


class Scenario(Said):
    """A world that the sandbox can be reset to."""

    name: str
    summary: str


class Scenarios(Said):
    """The scenarios that are shipped."""

    scenarios: list[Scenario]


class Reset(Body):
    """What to reset to."""

    scenario: Annotated[
        str | None,
        Field(
            description="A scenario's name, or its YAML file as the sandbox sees it; by default "
            "the one that the world was made from."
        ),
    ] = None


class World(Said):
    """The world that is there now."""

    world: Annotated[str, Field(description="A random id, another one after each reset.")]
    scenario: str | None
    unserved: Annotated[
        list[str],
        Field(description="Systems that no port listens for until the sandbox is restarted."),
    ]


class Snapshot(Said):
    """A world that is kept."""

    name: str
    scenario: str | None
    at: Annotated[datetime, Field(description="The simulated moment of it.")]


class Snapshots(Said):
    """The worlds that are kept, by name."""

    snapshots: list[Snapshot]


class NewSnapshot(Body):
    """What to keep the world as."""

    name: Annotated[
        str, Field(description="1 to 64 letters, digits and `. _ -`; an old one is replaced.")
    ]


def describe(simulator: Simulator) -> Reply:
    """The description."""
    return Reply(value=simulator.describe())


def list_scenarios(_simulator: Simulator) -> Reply:
    """Every scenario."""
    listed = [Scenario(name=name, summary=title) for name, title in scenarios.names()]
    return Reply(value=Scenarios(scenarios=listed))


def reset(simulator: Simulator, body: Reset) -> Reply:
    """A fresh world."""
    simulator.reset(body.scenario)
    return _world(simulator)


def list_snapshots(simulator: Simulator) -> Reply:
    """Every snapshot."""
    return Reply(value=Snapshots(snapshots=[_said(kept) for kept in simulator.snapshots]))


def add_snapshot(simulator: Simulator, body: NewSnapshot) -> Reply:
    """A snapshot, named in the body."""
    return put_snapshot(simulator, body.name)


def put_snapshot(simulator: Simulator, name: str) -> Reply:
    """A snapshot, named in the path."""
    new = name not in {kept.name for kept in simulator.snapshots}
    kept = simulator.keep_snapshot(name)
    location = f"snapshots/{quote(name)}" if new else None
    return Reply(value=_said(kept), status=201 if new else 200, location=location)


def restore_snapshot(simulator: Simulator, name: str) -> Reply:
    """The world of then."""
    simulator.restore_snapshot(name)
    return _world(simulator)


def drop_snapshot(simulator: Simulator, name: str) -> Reply:
    """One snapshot less."""
    simulator.drop_snapshot(name)
    return Reply()


def _said(kept: NamedSnapshot) -> Snapshot:
    return Snapshot(name=kept.name, scenario=kept.scenario, at=kept.at)


def _world(simulator: Simulator) -> Reply:
    addresses = simulator.world.addresses
    served = addresses.origins
    return Reply(
        value=World(
            world=simulator.id,
            scenario=simulator.scenario,
            unserved=[name for name in addresses.systems if name not in served],
        )
    )


_NO_SNAPSHOT = {404: "no snapshot has this name"}
_NO_SQLITE = {400: "the database is not SQLite, or the body is not JSON"}
_BAD_NAME = {422: "nothing can have this name, or a member is wrong"}

OPERATIONS = (
    Operation(
        method="GET",
        path="description",
        summary="Tells where every system is and who is in it, as `simulator describe --json`.",
        view=describe,
        answer=dict,
        problems={},
    ),
    Operation(
        method="GET",
        path="scenarios",
        summary="Lists the scenarios that are shipped.",
        view=list_scenarios,
        answer=Scenarios,
        problems={},
    ),
    Operation(
        method="POST",
        path="reset",
        summary="Makes the world anew: nothing that was done since is left, time is real again.",
        view=reset,
        body=Reset,
        answer=World,
        problems={400: "there is no such scenario, or it is wrong; or the body is not JSON"},
    ),
    Operation(
        method="GET",
        path="snapshots",
        summary="Lists the snapshots, by name.",
        view=list_snapshots,
        answer=Snapshots,
        problems={},
    ),
    Operation(
        method="POST",
        path="snapshots",
        summary="Keeps the world and its time under the name in the body.",
        view=add_snapshot,
        body=NewSnapshot,
        answer=Snapshot,
        created=True,
        problems=_NO_SQLITE | _BAD_NAME,
    ),
    Operation(
        method="PUT",
        path="snapshots/{name}",
        summary="Keeps the world and its time under this name.",
        view=put_snapshot,
        answer=Snapshot,
        created=True,
        problems=_NO_SQLITE | _BAD_NAME,
    ),
    Operation(
        method="POST",
        path="snapshots/{name}/restore",
        summary="Puts world and time back; everybody is signed out, journal and faults are empty.",
        view=restore_snapshot,
        answer=World,
        problems=_NO_SNAPSHOT,
    ),
    Operation(
        method="DELETE",
        path="snapshots/{name}",
        summary="Forgets a snapshot.",
        view=drop_snapshot,
        problems=_NO_SNAPSHOT,
    ),
)
