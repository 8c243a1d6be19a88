"""The simulated time: read it, travel, freeze it, let it tick."""

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from simulator.clock import ImpossibleTime
from simulator.control.operations import Body, Operation, Reply, ResponseModel
from simulator.sandbox.simulator import Simulator


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


def get_clock(simulator: Simulator) -> Reply:
    """Return the simulated time."""
    clock = simulator.world.clock
    return Reply(value=Time(now=clock.now(), frozen=clock.frozen))


def set_clock(simulator: Simulator, body: SetTime) -> Reply:
    """Set the simulated time, running or frozen."""
    clock = simulator.world.clock
    if body.frozen:
        clock.freeze(body.now)
    else:
        clock.set(body.now)
    return get_clock(simulator)


def reset_clock(simulator: Simulator) -> Reply:
    """Go back to real time."""
    simulator.world.clock.reset()
    return Reply()


def travel(simulator: Simulator, body: By) -> Reply:
    """Move the simulated time, frozen or not."""
    simulator.world.clock.travel(_seconds(body.by))
    return get_clock(simulator)


def freeze(simulator: Simulator, body: Freeze) -> Reply:
    """Freeze the simulated time."""
    simulator.world.clock.freeze(body.at)
    return get_clock(simulator)


def tick(simulator: Simulator, body: By) -> Reply:
    """Move the frozen time.

    Raises:
        NotFrozen: the time is not frozen.
    """
    simulator.world.clock.tick(_seconds(body.by))
    return get_clock(simulator)


def resume(simulator: Simulator) -> Reply:
    """Let a frozen time run on."""
    simulator.world.clock.resume()
    return get_clock(simulator)


def _seconds(number: float) -> timedelta:
    try:
        return timedelta(seconds=number)
    except OverflowError:
        raise ImpossibleTime(f"{number} seconds lead out of the calendar.") from None


_IMPOSSIBLE = {422: "time cannot be at that moment, or a member is wrong"}

OPERATIONS = (
    Operation(
        method="GET",
        path="clock",
        summary="Tells the simulated time.",
        view=get_clock,
        answer=Time,
        problems={},
    ),
    Operation(
        method="PUT",
        path="clock",
        summary="Sets the simulated time; it runs on from there, or stands still.",
        view=set_clock,
        body=SetTime,
        answer=Time,
        problems=_IMPOSSIBLE,
    ),
    Operation(
        method="DELETE",
        path="clock",
        summary="Goes back to real time.",
        view=reset_clock,
        problems={},
    ),
    Operation(
        method="POST",
        path="clock/travel",
        summary="Moves the simulated time, frozen or not.",
        view=travel,
        body=By,
        answer=Time,
        problems=_IMPOSSIBLE,
    ),
    Operation(
        method="POST",
        path="clock/freeze",
        summary="Stops the simulated time.",
        view=freeze,
        body=Freeze,
        answer=Time,
        problems=_IMPOSSIBLE,
    ),
    Operation(
        method="POST",
        path="clock/tick",
        summary="Moves the frozen time.",
        view=tick,
        body=By,
        answer=Time,
        problems=_IMPOSSIBLE | {409: "the time is not frozen"},
    ),
    Operation(
        method="POST",
        path="clock/resume",
        summary="Lets a frozen time run on from where it stands.",
        view=resume,
        answer=Time,
        problems={},
    ),
)
