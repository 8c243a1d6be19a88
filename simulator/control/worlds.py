"""The world as a whole: describe it, reset it, take a snapshot and restore it."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from simulator import scenarios
from simulator.control.models import Body, ResponseModel
from simulator.db.snapshot import NAME, NamedSnapshot
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
_NO_SNAPSHOT = {404: "no snapshot has this name"}
_NO_SNAPSHOTS = {400: "no snapshots are taken of the database, or the body is not JSON"}
_TOO_MANY = {409: "as many snapshots are kept as may be: drop one first"}
_BAD_NAME = {422: "nothing can have this name, or a member is wrong"}


class About(Body):
    """Whom to tell of in any case."""

    about: Annotated[
        list[str],
        Field(
            description="People by name, first name, e-mail address, login or id, and servers by "
            "name: they are listed however many there are. It may be there several times.",
        ),
    ] = []


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
        str,
        Field(
            description="1 to 64 letters, digits and `. _ -`; an old one is replaced.",
            json_schema_extra={"pattern": f"^{NAME}$"},
        ),
    ]


@ENDPOINTS.add("GET", "description")
def describe(simulator: Simulator, query: About) -> dict[str, Any]:
    """Tell where every system is and who is in it, as `simulator describe --json`."""
    return simulator.describe(*query.about)


@ENDPOINTS.add("GET", "scenarios")
def list_scenarios(_simulator: Simulator) -> Scenarios:
    """List the scenarios that are shipped."""
    listing = [Scenario(name=name, summary=title) for name, title in scenarios.names()]
    return Scenarios(scenarios=listing)


@ENDPOINTS.add(
    "POST",
    "reset",
    problems={400: "there is no such scenario, or it is wrong; or the body is not JSON"},
)
def reset(simulator: Simulator, body: Reset) -> World:
    """Make the world anew: nothing that was done since is left, time is real again.

    Raises:
        ScenarioError: there is no such scenario, or it is wrong.
    """
    simulator.reset(body.scenario)
    return _world(simulator)


@ENDPOINTS.add("GET", "snapshots")
def list_snapshots(simulator: Simulator) -> Snapshots:
    """List the snapshots, by name."""
    return Snapshots(snapshots=[to_response(snapshot) for snapshot in simulator.snapshots])


@ENDPOINTS.add("POST", "snapshots", problems=_NO_SNAPSHOTS | _BAD_NAME | _TOO_MANY)
def add_snapshot(simulator: Simulator, body: NewSnapshot) -> Reply[Snapshot]:
    """Keep the world and its time under the name in the body."""
    return put_snapshot(simulator, body.name)


@ENDPOINTS.add("PUT", "snapshots/:name", problems=_NO_SNAPSHOTS | _BAD_NAME | _TOO_MANY)
def put_snapshot(simulator: Simulator, name: str) -> Reply[Snapshot]:
    """Keep the world and its time under this name; an older snapshot of it is replaced."""
    is_new = name not in {snapshot.name for snapshot in simulator.snapshots}
    snapshot = simulator.keep_snapshot(name)
    location = f"{CONTROL_PATH}snapshots/{quote(name)}" if is_new else None
    return Reply(value=to_response(snapshot), status=201 if is_new else 200, location=location)


@ENDPOINTS.add("POST", "snapshots/:name/restore", problems=_NO_SNAPSHOT)
def restore_snapshot(simulator: Simulator, name: str) -> World:
    """Put world and time back; everybody is signed out, journal and faults are empty.

    Raises:
        NotFound: no snapshot has this name.
    """
    simulator.restore_snapshot(name)
    return _world(simulator)


@ENDPOINTS.add("DELETE", "snapshots/:name", problems=_NO_SNAPSHOT)
def drop_snapshot(simulator: Simulator, name: str) -> None:
    """Forget a snapshot.

    Raises:
        NotFound: no snapshot has this name.
    """
    simulator.drop_snapshot(name)


def to_response(snapshot: NamedSnapshot) -> Snapshot:
    """Return what the API answers about a snapshot.

    Args:
        snapshot: the snapshot that is kept under a name.
    """
    return Snapshot(name=snapshot.name, scenario=snapshot.scenario, at=snapshot.at)


def _world(simulator: Simulator) -> World:
    addresses = simulator.world.addresses
    origins = addresses.origins
    return World(
        world=simulator.id,
        scenario=simulator.scenario,
        unserved=[name for name in addresses.listeners if name not in origins],
    )
