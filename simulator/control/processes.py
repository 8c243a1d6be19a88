"""The processes that serve the same database: what this control API does not reach."""

from typing import Annotated

from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError

from simulator.control.models import ResponseModel
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
#: The header of an answer that does not speak for everybody.
UNREACHED = "Simulator-Unreached"


class ProcessOut(ResponseModel):
    """A process that serves the database."""

    pid: Annotated[int, Field(description="Its number on its machine.")]
    machine: str
    control: Annotated[str, Field(description="Origin of its control API; empty without one.")]
    is_this: Annotated[bool, Field(description="Whether it is the one that answers.")]


class ProcessList(ResponseModel):
    """The processes that serve the database, the one that answers first."""

    processes: list[ProcessOut]


@ENDPOINTS.add("GET", "processes")
def list_processes(simulator: Simulator) -> ProcessList:
    """List the processes that serve this database; journal and oracle are each one's own."""
    found = [
        ProcessOut(pid=each.pid, machine=each.machine, control=each.control, is_this=each.is_this)
        for each in simulator.processes.list_all()
    ]
    return ProcessList(processes=found)


def name_unreached(simulator: Simulator) -> str:
    """Return the other processes as a list of strings (RFC 9651 §3.1); empty where none is.

    Args:
        simulator: the simulator that answers.
    """
    try:
        others = simulator.processes.list_others()
    except SQLAlchemyError:  # what was asked of it says so
        return ""
    return ", ".join(f'"{each}"' for each in others)
