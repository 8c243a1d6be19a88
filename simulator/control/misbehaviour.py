"""Faults: what goes wrong on purpose; their members are those of `simulator.faults.Fault`."""

import dataclasses
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, Field, create_model

from simulator.control.operations import Body, Operation, Reply, Said
from simulator.control.problems import Problem
from simulator.errors import NotFound
from simulator.faults import INCIDENTS, Fault
from simulator.faults.fault import told
from simulator.sandbox.simulator import Simulator
from simulator.validation.parsing import parse_whole_number


def _members(*, asked: bool) -> dict[str, Any]:
    """Name → (type, field): what one can ask for, or everything that a fault is.

    Types and defaults come from the dataclass, descriptions from its docstring.
    """
    types = get_type_hints(Fault)
    descriptions = told()
    members: dict[str, Any] = {}
    for each in dataclasses.fields(Fault):
        if each.name.startswith("_") or (asked and not each.init):
            continue
        default: dict[str, Any] = {}
        if asked and each.default_factory is not dataclasses.MISSING:
            default = {"default_factory": each.default_factory}
        elif asked and each.default is not dataclasses.MISSING:
            default = {"default": each.default}
        members[each.name] = (
            _spoken(types[each.name]),
            Field(description=descriptions.get(each.name), **default),
        )
    return members


def _spoken(kind: Any) -> Any:
    """A type as JSON knows it: bytes are the text that they encode."""
    if get_origin(kind) in (Union, UnionType):
        return reduce(or_, map(_spoken, get_args(kind)))
    return str if kind is bytes else kind


NewFault = create_model(
    "NewFault",
    __base__=Body,
    __doc__="What is to go wrong; whatever is not said has its default.",
    **_members(asked=True),
)


FaultSaid = create_model(
    "Fault",
    __base__=Said,
    __doc__="What goes wrong, and how often it did.",
    **_members(asked=False),
)


class Faults(Said):
    """What goes wrong, oldest first."""

    faults: list[FaultSaid]  # type: ignore[valid-type]


class NewIncident(Body):
    """A classic that is to go wrong."""

    name: Annotated[str, Field(description="Such as `mix-up`; `GET incidents` lists them.")]
    person: Annotated[str | None, Field(description="Name or e-mail address.")] = None
    tool: str | None = None
    times: int | None = None
    probability: float | None = None
    seed: int | None = None


class IncidentSaid(Said):
    """A classic by name."""

    model_config = ConfigDict(title="Incident", from_attributes=True)

    name: str
    told: Annotated[str, Field(description="What happens.")]
    client_sees: Annotated[str, Field(description="What an MCP client gets to see of it.")]
    client_does: Annotated[str, Field(description="What a good client does then.")]
    narrowed: Annotated[list[str], Field(description="What it can be limited to.")]


class Incidents(Said):
    """The classics."""

    incidents: list[IncidentSaid]


def list_incidents(_simulator: Simulator) -> Reply:
    """Every incident that has a name."""
    said = [
        IncidentSaid(
            name=each.name,
            told=each.description,
            client_sees=each.client_sees,
            client_does=each.client_does,
            narrowed=list(each.narrowed),
        )
        for each in INCIDENTS
    ]
    return Reply(value=Incidents(incidents=said))


def add_incident(simulator: Simulator, body: NewIncident) -> Reply:
    """The faults that an incident is made of.

    Raises:
        Problem: there is no such incident, or it cannot happen like this.
    """
    asked = body.model_dump()
    try:
        planted = simulator.faults.incident(asked.pop("name"), **asked)
    except ValueError as error:
        raise Problem(422, f"This incident makes no sense: {error}") from None
    return Reply(value=Faults(faults=[_said(each) for each in planted]), status=201)


def list_faults(simulator: Simulator) -> Reply:
    """Every fault."""
    return Reply(value=Faults(faults=[_said(each) for each in simulator.faults]))


def add_fault(simulator: Simulator, body: Body) -> Reply:
    """A new fault.

    Raises:
        Problem: its values make no sense.
    """
    types = get_type_hints(Fault)
    asked = {name: _meant(getattr(body, name), types[name]) for name in body.model_fields_set}
    try:
        fault = simulator.faults.add(**asked)
    except ValueError as error:
        raise Problem(422, f"This fault makes no sense: {error}") from None
    return Reply(value=_said(fault), status=201, location=f"faults/{fault.number}")


def get_fault(simulator: Simulator, number: str) -> Reply:
    """One fault."""
    return Reply(value=_said(_fault(simulator, number)))


def clear_fault(simulator: Simulator, number: str) -> Reply:
    """One fault less."""
    simulator.faults.clear(_fault(simulator, number))
    return Reply()


def clear_faults(simulator: Simulator) -> Reply:
    """No fault any more."""
    simulator.faults.clear()
    return Reply()


def _fault(simulator: Simulator, number: str) -> Fault:
    wanted = parse_whole_number(number)
    for each in simulator.faults:
        if each.number == wanted:
            return each
    known = ", ".join(str(each.number) for each in simulator.faults) or "none"
    raise NotFound(f"There is no fault {number}. There are: {known}.")


def _meant(value: Any, kind: Any) -> Any:
    """A value of a body as the fault wants it."""
    return value.encode() if isinstance(value, str) and bytes in (kind, *get_args(kind)) else value


def _said(fault: Fault) -> Any:
    said = {name: getattr(fault, name) for name in FaultSaid.model_fields}
    return FaultSaid(**{name: _shown(value) for name, value in said.items()})


def _shown(value: Any) -> Any:
    """What was planted in-process may hold bytes, also in a plan; JSON knows texts alone."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list) else value


_NO_FAULT = {404: "no fault has this number"}

OPERATIONS = (
    Operation(
        method="GET",
        path="faults",
        summary="Lists what goes wrong on purpose, oldest first.",
        view=list_faults,
        answer=Faults,
        problems={},
    ),
    Operation(
        method="POST",
        path="faults",
        summary="Has something go wrong from now on.",
        view=add_fault,
        body=NewFault,
        answer=FaultSaid,
        created=True,
        problems={422: "a member is unknown, or makes no sense"},
    ),
    Operation(
        method="DELETE",
        path="faults",
        summary="Has everything go right again.",
        view=clear_faults,
        problems={},
    ),
    Operation(
        method="GET",
        path="incidents",
        summary="Lists the classic incidents that have a name.",
        view=list_incidents,
        answer=Incidents,
        problems={},
    ),
    Operation(
        method="POST",
        path="incidents",
        summary="Has a classic incident happen; answers the faults that it is made of.",
        view=add_incident,
        body=NewIncident,
        answer=Faults,
        created=True,
        problems={422: "there is no such incident, or it cannot happen like this"},
    ),
    Operation(
        method="GET",
        path="faults/{number}",
        summary="Tells of one fault how often it happened.",
        view=get_fault,
        answer=FaultSaid,
        problems=_NO_FAULT,
    ),
    Operation(
        method="DELETE",
        path="faults/{number}",
        summary="Has one thing go right again.",
        view=clear_fault,
        problems=_NO_FAULT,
    ),
)
