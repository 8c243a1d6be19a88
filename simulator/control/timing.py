"""The simulated time: read it, travel, freeze it, let it tick."""

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from simulator.clock import ImpossibleTime
from simulator.control.models import Body, ResponseModel
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
_IMPOSSIBLE = {422: "time cannot be at that moment, or a member is wrong"}


class Time(ResponseModel):
    """The simulated time."""

    now: AwareDatetime
    frozen: Annotated[bool, Field(description="Whether it stands still.")]


class SetTime(Body):
    """What the simulated time is to be."""

    now: Annotated[AwareDatetime, Field(description="A moment with its time zone.")]
    frozen: Annotated[bool, Field(description="Whether it is to stand still there.")] = False


class By(Body):
    """How far to move."""

    by: Annotated[float, Field(description="Seconds of simulated time; below 0 is back.")]


class Freeze(Body):
    """Where to stand still."""

    at: Annotated[
        AwareDatetime | None,
        Field(description="A moment with its time zone; null, or nothing, is the present one."),
    ] = None


@ENDPOINTS.add("GET", "clock")
def get_clock(simulator: Simulator) -> Time:
    """Tell the simulated time."""
    clock = simulator.world.clock
    return Time(now=clock.now(), frozen=clock.frozen)


@ENDPOINTS.add("PUT", "clock", problems=_IMPOSSIBLE)
def set_clock(simulator: Simulator, body: SetTime) -> Time:
    """Set the simulated time; it runs on from there, or stands still."""
    clock = simulator.world.clock
    if body.frozen:
        clock.freeze(body.now)
    else:
        clock.set(body.now)
    return get_clock(simulator)


@ENDPOINTS.add("DELETE", "clock")
def reset_clock(simulator: Simulator) -> None:
    """Go back to real time."""
    simulator.world.clock.reset()


@ENDPOINTS.add("POST", "clock/travel", problems=_IMPOSSIBLE)
def travel(simulator: Simulator, body: By) -> Time:
    """Move the simulated time, frozen or not."""
    simulator.world.clock.travel(_seconds(body.by))
    return get_clock(simulator)


@ENDPOINTS.add("POST", "clock/freeze", problems=_IMPOSSIBLE)
def freeze(simulator: Simulator, body: Freeze) -> Time:
    """Stop the simulated time."""
    simulator.world.clock.freeze(body.at)
    return get_clock(simulator)


@ENDPOINTS.add("POST", "clock/tick", problems=_IMPOSSIBLE | {409: "the time is not frozen"})
def tick(simulator: Simulator, body: By) -> Time:
    """Move the frozen time.

    Raises:
        NotFrozen: the time is not frozen.
    """
    simulator.world.clock.tick(_seconds(body.by))
    return get_clock(simulator)


@ENDPOINTS.add("POST", "clock/resume")
def resume(simulator: Simulator) -> Time:
    """Let a frozen time run on from where it stands."""
    simulator.world.clock.resume()
    return get_clock(simulator)


def _seconds(number: float) -> timedelta:
    try:
        return timedelta(seconds=number)
    except OverflowError:
        raise ImpossibleTime(f"{number} seconds lead out of the calendar.") from None
