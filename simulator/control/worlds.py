"""The world as a whole: describe it, reset it, take a snapshot and restore it."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from simulator import scenarios
from simulator.control.operations import Body, Operation, Reply, ResponseModel
from simulator.db.snapshot import NamedSnapshot
from simulator.sandbox.simulator import Simulator


class Scenario(ResponseModel):
    """A world that the sandbox can be reset to."""

    name: str
    summary: str


class Scenarios(ResponseModel):
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


class World(ResponseModel):
    """The world that is there now."""

    world: Annotated[str, Field(description="A random id, another one after each reset.")]
    scenario: str | None
    unserved: Annotated[
        list[str],
        Field(description="Systems that no port listens for until the sandbox is restarted."),
    ]


class Snapshot(ResponseModel):
    """A snapshot of the world."""

    name: str
    scenario: str | None
    at: Annotated[datetime, Field(description="The simulated moment of it.")]


class Snapshots(ResponseModel):
    """The snapshots, by name."""

    snapshots: list[Snapshot]


class NewSnapshot(Body):
    """The name of a new snapshot."""

    name: Annotated[
        str, Field(description="1 to 64 letters, digits and `. _ -`; an old one is replaced.")
    ]


def describe(simulator: Simulator) -> Reply:
    """Return the description of the sandbox."""
    return Reply(value=simulator.describe())


def list_scenarios(_simulator: Simulator) -> Reply:
    """List the scenarios that are shipped."""
    listing = [Scenario(name=name, summary=title) for name, title in scenarios.names()]
    return Reply(value=Scenarios(scenarios=listing))


def reset(simulator: Simulator, body: Reset) -> Reply:
    """Reset the world to a scenario.

    Raises:
        ScenarioError: there is no such scenario, or it is wrong.
    """
    simulator.reset(body.scenario)
    return _world(simulator)


def list_snapshots(simulator: Simulator) -> Reply:
    """List the snapshots, by name."""
    return Reply(
        value=Snapshots(snapshots=[to_response(snapshot) for snapshot in simulator.snapshots])
    )


def add_snapshot(simulator: Simulator, body: NewSnapshot) -> Reply:
    """Take a snapshot that is named in the body."""
    return put_snapshot(simulator, body.name)


def put_snapshot(simulator: Simulator, name: str) -> Reply:
    """Take a snapshot that is named in the path; an older one of that name is replaced."""
    is_new = name not in {snapshot.name for snapshot in simulator.snapshots}
    snapshot = simulator.keep_snapshot(name)
    location = f"snapshots/{quote(name)}" if is_new else None
    return Reply(value=to_response(snapshot), status=201 if is_new else 200, location=location)


def restore_snapshot(simulator: Simulator, name: str) -> Reply:
    """Put the world of a snapshot back.

    Raises:
        NotFound: no snapshot has this name.
    """
    simulator.restore_snapshot(name)
    return _world(simulator)


def drop_snapshot(simulator: Simulator, name: str) -> Reply:
    """Delete a snapshot.

    Raises:
        NotFound: no snapshot has this name.
    """
    simulator.drop_snapshot(name)
    return Reply()


def to_response(snapshot: NamedSnapshot) -> Snapshot:
    """Return what the API answers about a snapshot."""
    return Snapshot(name=snapshot.name, scenario=snapshot.scenario, at=snapshot.at)


def _world(simulator: Simulator) -> Reply:
    addresses = simulator.world.addresses
    origins = addresses.origins
    return Reply(
        value=World(
            world=simulator.id,
            scenario=simulator.scenario,
            unserved=[name for name in addresses.systems if name not in origins],
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
