"""The table of every operation: routes, OpenAPI document and documentation are made from it."""

from simulator.control import misbehaviour, oracle, persons, records, timing, visiting, worlds
from simulator.control.operations import Operation, Reply, ResponseModel
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator


class Link(ResponseModel):
    """One operation."""

    method: str
    path: str
    summary: str


class Index(ResponseModel):
    """What there is."""

    name: str
    openapi: str
    operations: list[Link]


def index(_simulator: Simulator) -> Reply:
    """List the operations."""
    links = [
        Link(method=each.method, path=each.address, summary=each.summary) for each in OPERATIONS
    ]
    name = "Control API of the simulator"
    return Reply(value=Index(name=name, openapi=f"{CONTROL_PATH}openapi.json", operations=links))


def openapi(_simulator: Simulator) -> Reply:
    """Return the OpenAPI document."""
    from simulator.control.openapi import document

    return Reply(value=document(OPERATIONS))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="",
        summary="Tells what there is.",
        view=index,
        answer=Index,
        problems={},
    ),
    Operation(
        method="GET",
        path="openapi.json",
        summary="Describes all of this for programs (OpenAPI 3.1).",
        view=openapi,
        answer=dict,
        problems={},
    ),
    *worlds.OPERATIONS,
    *persons.OPERATIONS,
    *visiting.OPERATIONS,
    *timing.OPERATIONS,
    *misbehaviour.OPERATIONS,
    *records.OPERATIONS,
    *oracle.OPERATIONS,
)
