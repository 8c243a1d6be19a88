"""Faults: what goes wrong on purpose; their members are those of `simulator.faults.Fault`."""

import dataclasses
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, Field, create_model

from simulator.control.operations import Body, Operation, Reply, ResponseModel
from simulator.control.problems import Problem
from simulator.errors import NotFound
from simulator.faults import INCIDENTS, Fault
from simulator.faults.fault import attribute_descriptions
from simulator.sandbox.simulator import Simulator
from simulator.validation.parsing import parse_whole_number


def _members(*, for_request: bool) -> dict[str, Any]:
    """Return the members of a model of a fault: name → (type, field).

    Types and defaults come from the dataclass, descriptions from its docstring.

    Args:
        for_request: only what a request may set, with its defaults.
    """
    types = get_type_hints(Fault)
    descriptions = attribute_descriptions()
    members: dict[str, Any] = {}
    for each in dataclasses.fields(Fault):
        if each.name.startswith("_") or (for_request and not each.init):
            continue
        default: dict[str, Any] = {}
        if for_request and each.default_factory is not dataclasses.MISSING:
            default = {"default_factory": each.default_factory}
        elif for_request and each.default is not dataclasses.MISSING:
            default = {"default": each.default}
        members[each.name] = (
            json_type(types[each.name]),
            Field(description=descriptions.get(each.name), **default),
        )
    return members


def json_type(kind: Any) -> Any:
    """Return a type as JSON has it: bytes are the text that they encode."""
    if get_origin(kind) in (Union, UnionType):
        return reduce(or_, map(json_type, get_args(kind)))
    return str if kind is bytes else kind


NewFault = create_model(
    "NewFault",
    __base__=Body,
    __doc__="What is to go wrong; a member that is left out has its default.",
    **_members(for_request=True),
)


FaultOut = create_model(
    "Fault",
    __base__=ResponseModel,
    __doc__="What goes wrong, and how often it did.",
    **_members(for_request=False),
)


class Faults(ResponseModel):
    """What goes wrong, oldest first."""

    faults: list[FaultOut]  # type: ignore[valid-type]


class NewIncident(Body):
    """A classic that is to go wrong."""

    name: Annotated[str, Field(description="Such as `mix-up`; `GET incidents` lists them.")]
    person: Annotated[str | None, Field(description="Name or e-mail address.")] = None
    tool: str | None = None
    times: int | None = None
    probability: float | None = None
    seed: int | None = None


class IncidentOut(ResponseModel):
    """A classic by name."""

    model_config = ConfigDict(title="Incident", from_attributes=True)

    name: str
    description: Annotated[str, Field(description="What happens.")]
    client_sees: Annotated[str, Field(description="What an MCP client gets to see of it.")]
    client_does: Annotated[str, Field(description="What a good client does then.")]
    narrowed: Annotated[list[str], Field(description="What it can be limited to.")]


class Incidents(ResponseModel):
    """The classics."""

    incidents: list[IncidentOut]


def list_incidents(_simulator: Simulator) -> Reply:
    """List the incidents that have a name."""
    incidents = [
        IncidentOut(
            name=each.name,
            description=each.description,
            client_sees=each.client_sees,
            client_does=each.client_does,
            narrowed=list(each.narrowed),
        )
        for each in INCIDENTS
    ]
    return Reply(value=Incidents(incidents=incidents))


def add_incident(simulator: Simulator, body: NewIncident) -> Reply:
    """Add the faults that an incident is made of.

    Raises:
        Problem: there is no such incident, or it cannot happen like this.
    """
    attributes = body.model_dump()
    try:
        faults = simulator.faults.incident(attributes.pop("name"), **attributes)
    except ValueError as error:
        raise Problem(422, f"This incident makes no sense: {error}") from None
    return Reply(value=Faults(faults=[to_response(each) for each in faults]), status=201)


def list_faults(simulator: Simulator) -> Reply:
    """List the faults that are active, oldest first."""
    return Reply(value=Faults(faults=[to_response(each) for each in simulator.faults]))


def add_fault(simulator: Simulator, body: Body) -> Reply:
    """Add a fault.

    Raises:
        Problem: its values make no sense.
    """
    types = get_type_hints(Fault)
    attributes = {
        name: from_json(getattr(body, name), types[name]) for name in body.model_fields_set
    }
    try:
        fault = simulator.faults.add(**attributes)
    except ValueError as error:
        raise Problem(422, f"This fault makes no sense: {error}") from None
    return Reply(value=to_response(fault), status=201, location=f"faults/{fault.number}")


def get_fault(simulator: Simulator, number: str) -> Reply:
    """Return one fault.

    Raises:
        NotFound: no fault has this number.
    """
    return Reply(value=to_response(_fault(simulator, number)))


def clear_fault(simulator: Simulator, number: str) -> Reply:
    """Clear one fault.

    Raises:
        NotFound: no fault has this number.
    """
    simulator.faults.clear(_fault(simulator, number))
    return Reply()


def clear_faults(simulator: Simulator) -> Reply:
    """Clear every fault."""
    simulator.faults.clear()
    return Reply()


def _fault(simulator: Simulator, number: str) -> Fault:
    expected_number = parse_whole_number(number)
    for each in simulator.faults:
        if each.number == expected_number:
            return each
    known = ", ".join(str(each.number) for each in simulator.faults) or "none"
    raise NotFound(f"There is no fault {number}. There are: {known}.")


def from_json(value: Any, kind: Any) -> Any:
    """Return a value of a body as the fault takes it."""
    return value.encode() if isinstance(value, str) and bytes in (kind, *get_args(kind)) else value


def to_response(fault: Fault) -> Any:
    """Return what the API answers about a fault, a `FaultOut`."""
    values = {name: getattr(fault, name) for name in FaultOut.model_fields}
    return FaultOut(**{name: to_json(value) for name, value in values.items()})


def to_json(value: Any) -> Any:
    """Return a value as JSON has it: a fault that Python added may hold bytes, also in its plan."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {name: to_json(inner) for name, inner in value.items()}
    return [to_json(each) for each in value] if isinstance(value, list) else value


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
        answer=FaultOut,
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
        answer=FaultOut,
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
