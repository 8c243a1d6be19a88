"""The isolation oracle: who was served with somebody else's account or rows."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from simulator.call_record import AppCall
from simulator.control.models import Body, ResponseModel
from simulator.control.problems import Problem
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)


class AppCallOut(ResponseModel):
    """One call of an app on somebody's behalf; people are told by e-mail address."""

    person: Annotated[str | None, Field(description="In the MCP token; null: token access.")]
    server: str
    tool: str
    app: str
    account: Annotated[str, Field(description="Owner of the token that the app was shown.")]
    rows: Annotated[dict[str, int], Field(description="Owner → rows that were answered.")]
    at: datetime
    exchange: Annotated[int | None, Field(description="Its number in the journal.")]


class Violations(ResponseModel):
    """What the oracle saw since the last reset."""

    violations: list[AppCallOut]
    calls: Annotated[int, Field(description="Calls of apps it looked at, of the last 2000.")]


class AcceptedAccount(Body):
    """Somebody who uses an account under another address on purpose."""

    person: Annotated[str, Field(min_length=1, description="Name, or e-mail address there.")]
    account: Annotated[str, Field(min_length=1, description="Whose: name, or e-mail address.")]


@ENDPOINTS.add("GET", "violations")
def list_violations(simulator: Simulator) -> Violations:
    """List who was served with somebody else's account or rows, oldest first."""
    isolation = simulator.isolation
    violations = [to_response(each) for each in isolation.violations]
    return Violations(violations=violations, calls=len(isolation.calls))


@ENDPOINTS.add(
    "POST", "violations/accepted", problems={422: "nobody is called this, or a member is wrong"}
)
def accept_account(simulator: Simulator, body: AcceptedAccount) -> None:
    """Have a person use somebody else's account on purpose, until the next reset.

    Raises:
        Problem: there is nobody of that name.
    """
    try:
        simulator.isolation.accept(body.person, body.account)
    except ValueError as error:
        raise Problem(422, str(error)) from None


def to_response(call: AppCall) -> AppCallOut:
    """Return what the API answers about a call of an app.

    Args:
        call: the call as the oracle has it.
    """
    return AppCallOut(
        person=call.context.person,
        server=call.context.server,
        tool=call.context.tool,
        app=call.app,
        account=call.account,
        rows=dict(call.rows),
        at=call.at,
        exchange=call.exchange,
    )
