"""Faults: what goes wrong on purpose; their members are those of `simulator.faults.Fault`."""

import dataclasses
from functools import reduce
from http import HTTPStatus
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, Field, create_model

from simulator.control.models import Body, ResponseModel
from simulator.control.problems import Problem
from simulator.errors import NotFound
from simulator.faults import INCIDENTS, Fault
from simulator.faults.checks import BOUNDS, EFFECTS, TOKEN_EFFECTS
from simulator.faults.fault import attribute_descriptions
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Endpoint, Reply, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
_NO_FAULT = {404: "no fault has this number"}
#: What a fault refuses by itself, for the document to say.
_BOUNDS: dict[str, dict[str, Any]] = {
    "times": {"minimum": 1},
    "status": {"enum": [each.value for each in HTTPStatus] + [None]},
    "token": {"enum": [*TOKEN_EFFECTS, None]},
    "effect": {"enum": [*EFFECTS, None]},
    **{name: {"minimum": least, "maximum": most} for name, (least, most) in BOUNDS.items()},
}


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
        if each.name in _BOUNDS:
            default["json_schema_extra"] = _BOUNDS[each.name]
        if for_request and each.default_factory is not dataclasses.MISSING:
            default["default_factory"] = each.default_factory
        elif for_request and each.default is not dataclasses.MISSING:
            default["default"] = each.default
        members[each.name] = (
            json_type(types[each.name]),
            Field(description=descriptions.get(each.name), **default),
        )
    return members


def json_type(kind: Any) -> Any:
    """Return a type as JSON has it: bytes are the text that they encode.

    Args:
        kind: a type, or a union of types.
    """
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

    name: Annotated[
        str,
        Field(
            description="Such as `mix-up`; `GET incidents` lists them.",
            json_schema_extra={"enum": [each.name for each in INCIDENTS]},
        ),
    ]
    person: Annotated[str | None, Field(description="Name or e-mail address.")] = None
    tool: str | None = None
    times: Annotated[int | None, Field(json_schema_extra=_BOUNDS["times"])] = None
    probability: Annotated[float | None, Field(json_schema_extra=_BOUNDS["probability"])] = None
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


@ENDPOINTS.add("GET", "incidents")
def list_incidents(_simulator: Simulator) -> Incidents:
    """List the classic incidents that have a name."""
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
    return Incidents(incidents=incidents)


@ENDPOINTS.add(
    "POST", "incidents", problems={422: "there is no such incident, or it cannot happen like this"}
)
def add_incident(simulator: Simulator, body: NewIncident) -> Reply[Faults]:
    """Have a classic incident happen; answer the faults that it is made of.

    Raises:
        Problem: there is no such incident, or it cannot happen like this.
    """
    attributes = body.model_dump()
    try:
        faults = simulator.faults.incident(attributes.pop("name"), **attributes)
    except ValueError as error:
        raise Problem(422, f"This incident makes no sense: {error}") from None
    return Reply(value=Faults(faults=[to_response(each) for each in faults]), status=201)


@ENDPOINTS.add("GET", "faults")
def list_faults(simulator: Simulator) -> Faults:
    """List what goes wrong on purpose, oldest first."""
    return Faults(faults=[to_response(each) for each in simulator.faults])


@ENDPOINTS.add(
    "POST",
    "faults",
    body=NewFault,
    answer=FaultOut,
    problems={422: "a member is unknown, or makes no sense"},
)
def add_fault(simulator: Simulator, body: Body) -> Reply[Any]:
    """Have something go wrong from now on.

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
    location = f"{CONTROL_PATH}faults/{fault.number}"
    return Reply(value=to_response(fault), status=201, location=location)


@ENDPOINTS.add("GET", "faults/:number", answer=FaultOut, problems=_NO_FAULT)
def get_fault(simulator: Simulator, number: str) -> Any:
    """Tell of one fault how often it happened.

    Raises:
        NotFound: no fault has this number.
    """
    return to_response(_fault(simulator, number))


@ENDPOINTS.add("DELETE", "faults/:number", problems=_NO_FAULT)
def clear_fault(simulator: Simulator, number: str) -> None:
    """Have one thing go right again.

    Raises:
        NotFound: no fault has this number.
    """
    simulator.faults.clear(_fault(simulator, number))


@ENDPOINTS.add("DELETE", "faults")
def clear_faults(simulator: Simulator) -> None:
    """Have everything go right again."""
    simulator.faults.clear()


def _fault(simulator: Simulator, number: str) -> Fault:
    expected_number = parse_whole_number(number)
    for each in simulator.faults:
        if each.number == expected_number:
            return each
    known = ", ".join(str(each.number) for each in simulator.faults) or "none"
    raise NotFound(f"There is no fault {number}. There are: {known}.")


def from_json(value: Any, kind: Any) -> Any:
    """Return a value of a body as the fault takes it.

    Args:
        value: the value of the body's member.
        kind: the type of the fault's attribute.
    """
    return value.encode() if isinstance(value, str) and bytes in (kind, *get_args(kind)) else value


def to_response(fault: Fault) -> Any:
    """Return what the API answers about a fault, a `FaultOut`.

    Args:
        fault: the fault that was planted.
    """
    values = {name: getattr(fault, name) for name in FaultOut.model_fields}
    return FaultOut(**{name: to_json(value) for name, value in values.items()})


def to_json(value: Any) -> Any:
    """Return a value as JSON has it: a fault that Python added may hold bytes, also in its plan.

    Args:
        value: the value of one of the fault's attributes.
    """
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {name: to_json(inner) for name, inner in value.items()}
    return [to_json(each) for each in value] if isinstance(value, list) else value
