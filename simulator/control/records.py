"""The journal: what the systems were asked and answered, to be searched, verified and drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from simulator.control.models import Body, ResponseModel
from simulator.control.pages import Next, Part, page
from simulator.control.problems import Problem
from simulator.journal import Exchange
from simulator.journal.exchange import HEADER_NAMES
from simulator.journal.verification import VerificationError
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
_NOT_SO = "it is not so; `exchanges` is a page of what there was instead"
_NEVER = "nothing could ever fit: there is no such request, system, person, tool, parameter …"
#: Requests that wait at once, in one process: fewer than the control API has threads.
MAX_WAITING = 16
_FULL = f"{MAX_WAITING} requests wait already"
_WAITING_SLOTS = BoundedSemaphore(MAX_WAITING)
_REQUEST = Field(
    description="Method and path, such as `POST /oauth/token`; `*` stands for anything."
)
_SYSTEM = Field(description="A system's name or a pattern: `identity`, `app:*`.")
_STATUS = Field(description="Of the answer; 0 where the system hung up.")
_PERSON = Field(
    description="On whose behalf: name or e-mail address. Told by the token, code or state that is "
    "carried or brought, or by the tool call that it is part of.",
    json_schema_extra={"minLength": 1},
)
_TOOL = Field(description="Name of the tool whose call it is, or is part of.")
_HEADERS = Field(
    description="Of the request, values or patterns of those that are recorded.",
    json_schema_extra={"propertyNames": {"enum": [*HEADER_NAMES]}},
)


_FIRST = Part()


class ExchangeOut(ResponseModel):
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
    tool: str | None
    status: int
    answer: Any
    location: str | None
    seconds: float


class Exchanges(ResponseModel):
    """Exchanges, oldest first: a page of them."""

    exchanges: list[ExchangeOut]
    next: Next


class Filters(Body):
    """Which exchanges; every member must fit, and what could never fit is refused."""

    request: Annotated[str, _REQUEST] = "*"
    system: Annotated[str, _SYSTEM] = "*"
    status: Annotated[int | None, _STATUS] = None
    person: Annotated[str | None, _PERSON] = None
    tool: Annotated[str | None, _TOOL] = None
    headers: Annotated[dict[str, str], _HEADERS] = {}
    fields: Annotated[
        dict[str, Any],
        Field(
            description="Parameters of the query or form, or members of the JSON body; a dot leads "
            "to a member of a member: `params.name`."
        ),
    ] = {}


class Search(Filters, Part):
    """Which exchanges; every member must fit, and what could never fit is refused."""

    # The text of a query is a number; in a body a number is one.
    status: Annotated[int | None, Field(strict=False, description=_STATUS.description), DIGITS] = (
        None
    )
    headers: Annotated[
        dict[str, str],
        Field(
            description=f"{_HEADERS.description} `headers[name]=value`.",
            json_schema_extra=_HEADERS.json_schema_extra,
        ),
    ] = {}
    fields: Annotated[
        dict[str, str],
        Field(
            description="Parameters of the query or body that are text: `fields[name]=value`; a "
            "dot leads to a member of a member: `fields[params.name]=value`."
        ),
    ] = {}


class Verification(Filters):
    """Which exchanges there are to be, and how many: `times`, or one of the bounds, or both."""

    request: Annotated[str, _REQUEST]
    times: Annotated[int | None, Field(ge=0, description="Exactly so many.")] = None
    at_least: Annotated[
        int | None,
        # 0 would be always so, and is refused with a sentence about it.
        Field(ge=0, description="So many, or more.", json_schema_extra={"minimum": 1}),
    ] = None
    at_most: Annotated[int | None, Field(ge=0, description="So many, or fewer.")] = None


class Order(Body):
    """Which exchanges there are to be, one after the other; others may lie between."""

    steps: Annotated[list[Filters], Field(min_length=2, description="In this order.")]


class Expectation(Filters):
    """Which exchanges to wait for."""

    request: Annotated[str, _REQUEST]
    within: Annotated[float, Field(gt=0, le=600, description="Real seconds, at most.")]
    times: Annotated[int, Field(ge=1, description="So many, or more.")] = 1


@ENDPOINTS.add("GET", "journal", problems={422: _NEVER})
def find_exchanges(simulator: Simulator, query: Search) -> Exchanges:
    """List a page of the exchanges that fit, oldest first.

    Raises:
        Problem: none ever could.
    """
    with _as_problem(simulator):
        return _page_of(simulator.journal.find(**_filters(query)), query)


@ENDPOINTS.add("POST", "journal/verify", problems={409: _NOT_SO, 422: _NEVER})
def verify_exchanges(simulator: Simulator, body: Verification) -> Exchanges:
    """List the exchanges that fit if there are as many as there should be.

    Raises:
        Problem: there are more or fewer; its `exchanges` are what there was instead. Or none ever
            could fit.
    """
    count = {name: getattr(body, name) for name in ("times", "at_least", "at_most")}
    with _as_problem(simulator):
        return _page_of(simulator.journal.verify(**_filters(body), **count))


@ENDPOINTS.add("POST", "journal/order", problems={409: _NOT_SO, 422: _NEVER})
def verify_order(simulator: Simulator, body: Order) -> Exchanges:
    """List an exchange for each step if they were made in this order.

    Raises:
        Problem: as `verify_exchanges`.
    """
    with _as_problem(simulator):
        return _page_of(simulator.journal.in_order(*map(_filters, body.steps)))


@ENDPOINTS.add("POST", "journal/nothing-else", problems={409: _NOT_SO, 422: _NEVER})
def verify_nothing_else(simulator: Simulator, body: Filters) -> None:
    """Say whether all that fits was verified, waited for or in order before.

    Raises:
        Problem: there is more, or none ever could fit.
    """
    with _as_problem(simulator):
        simulator.journal.nothing_else(**_filters(body))


@ENDPOINTS.add("POST", "journal/wait", problems={409: _NOT_SO, 422: _NEVER, 503: _FULL})
def await_exchanges(simulator: Simulator, body: Expectation) -> Exchanges:
    """Answer as soon as so many exchanges fit, for clients that run by themselves.

    Raises:
        Problem: as `verify_exchanges`; or too many wait, and nobody else would be answered.
    """
    with _waiting_slot(), _as_problem(simulator):
        exchanges = simulator.journal.wait(**_filters(body), within=body.within, times=body.times)
        return _page_of(exchanges)


@ENDPOINTS.add("GET", "journal/diagram")
def draw_exchanges(simulator: Simulator) -> str:
    """Draw the exchanges as a Mermaid sequence diagram."""
    return simulator.journal.diagram()


@ENDPOINTS.add("DELETE", "journal")
def clear_journal(simulator: Simulator) -> None:
    """Forget every exchange."""
    simulator.journal.clear()


def _filters(filters: Filters) -> dict[str, Any]:
    """Return filters as `Journal.find` takes them; fields may share names with its parameters."""
    names = ("request", "system", "status", "person", "tool", "headers")
    return {name: getattr(filters, name) for name in names} | {"members": filters.fields}


@contextmanager
def _waiting_slot() -> Iterator[None]:
    """Hold a thread of the control API, unless the others are needed for those who do not wait."""
    if not _WAITING_SLOTS.acquire(blocking=False):
        raise Problem(503, f"{MAX_WAITING} requests wait for exchanges already: ask again later.")
    try:
        yield
    finally:
        _WAITING_SLOTS.release()


@contextmanager
def _as_problem(simulator: Simulator) -> Iterator[None]:
    """Refuse a question that makes no sense, and tell what there was where it is answered no."""
    try:
        yield
    except ValueError as error:
        raise Problem(422, str(error)) from None
    except VerificationError as error:
        exchanges = _page_of(list(simulator.journal)).model_dump(mode="json")
        listed = "All that was exchanged is listed under 'exchanges'."
        raise Problem(409, f"{error.reason} {listed}", **exchanges) from None


def _page_of(exchanges: list[Exchange], part: Part = _FIRST) -> Exchanges:
    items, next_number = page(exchanges, ExchangeOut, part)
    return Exchanges(exchanges=items, next=next_number)
