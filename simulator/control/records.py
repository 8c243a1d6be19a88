"""The journal: what the systems were asked and answered, to be searched, verified and drawn."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from simulator.control.operations import Body, Operation, Reply, Said
from simulator.control.problems import Problem
from simulator.journal import CAPACITY, Exchange
from simulator.simulator import Simulator

_REQUEST = Field(
    description="Method and path, such as `POST /oauth/token`; `*` stands for anything."
)
_SYSTEM = Field(description="A system's name or a pattern: `identity`, `app:*`.")


class ExchangeSaid(Said):
    """One request and its answer, secrets masked; members as `simulator.journal.Exchange`."""

    model_config = ConfigDict(title="Exchange", from_attributes=True)

    number: int
    cause: int | None
    at: datetime
    caller: str
    system: str
    method: str
    path: str
    fields: dict[str, Any]
    headers: dict[str, str]
    status: int
    answer: Any
    location: str | None
    seconds: float


class Exchanges(Said):
    """Exchanges, oldest first."""

    exchanges: list[ExchangeSaid]


class Search(Body):
    """Which exchanges; all that is said must fit."""

    request: Annotated[str, _REQUEST] = "*"
    system: Annotated[str, _SYSTEM] = "*"
    # The text of a query is a number; in a body a number is one.
    status: Annotated[int | None, Field(strict=False, description="Of the answer.")] = None
    fields: Annotated[
        dict[str, str],
        Field(description="Parameters of the query or body that are text: `fields[name]=value`."),
    ] = {}


class Verification(Body):
    """Which exchanges there are to be, and how many."""

    request: Annotated[str, _REQUEST]
    times: Annotated[int, Field(ge=0, description="Exactly so many.")]
    system: Annotated[str, _SYSTEM] = "*"
    status: Annotated[int | None, Field(description="Of the answer.")] = None
    fields: Annotated[
        dict[str, Any], Field(description="Parameters of the query or members of the body.")
    ] = {}


def find_exchanges(simulator: Simulator, query: Search) -> Reply:
    """The exchanges that fit.

    Raises:
        Problem: no request looks like that.
    """
    return Reply(value=_listed(_found(simulator, query)))


def verify_exchanges(simulator: Simulator, body: Verification) -> Reply:
    """As many as there should be.

    Raises:
        Problem: there are more or fewer; its `exchanges` are what there was instead. Or no request
            looks like that.
    """
    found = _found(simulator, body)
    if len(found) != body.times:
        there = _listed(list(simulator.world.journal)).model_dump(mode="json")
        raise Problem(
            409,
            f"{body.request}: expected {body.times}, found {len(found)}. All that was exchanged is "
            "listed under 'exchanges'.",
            **there,
        )
    return Reply(value=_listed(found))


def draw_exchanges(simulator: Simulator) -> Reply:
    """A diagram."""
    return Reply(value=simulator.world.journal.diagram())


def clear_journal(simulator: Simulator) -> Reply:
    """An empty journal."""
    simulator.world.journal.clear()
    return Reply()


def _found(simulator: Simulator, wanted: Search | Verification) -> list[Exchange]:
    # Fields are compared here: theirs may be names that `find` has for something else.
    try:
        found = simulator.world.journal.find(
            wanted.request, system=wanted.system, status=wanted.status
        )
    except ValueError as error:
        raise Problem(422, str(error)) from None
    absent = object()
    return [
        each
        for each in found
        if all(each.fields.get(name, absent) == value for name, value in wanted.fields.items())
    ]


def _listed(found: list[Exchange]) -> Exchanges:
    return Exchanges(exchanges=[ExchangeSaid.model_validate(each) for each in found])


OPERATIONS = (
    Operation(
        method="GET",
        path="journal",
        summary=f"Lists the exchanges that fit, oldest first, of the last {CAPACITY}.",
        view=find_exchanges,
        query=Search,
        answer=Exchanges,
        problems={},
    ),
    Operation(
        method="DELETE",
        path="journal",
        summary="Forgets every exchange.",
        view=clear_journal,
        problems={},
    ),
    Operation(
        method="GET",
        path="journal/diagram",
        summary="Draws the exchanges as a Mermaid sequence diagram.",
        view=draw_exchanges,
        answer=str,
        problems={},
    ),
    Operation(
        method="POST",
        path="journal/verify",
        summary="Lists the exchanges that fit if there are exactly so many.",
        view=verify_exchanges,
        body=Verification,
        answer=Exchanges,
        problems={409: "there are more or fewer; `exchanges` lists what there was instead"},
    ),
)
