"""The Developer API gives up a request after 40 seconds (Workato docs, Developer API).

Seconds are those of the simulated clock, which moves by a fault, or while an app is asked. The
answer is our choice, and so is that what was done stays done, as where a proxy gives up.
"""

from datetime import timedelta

from flask import Flask, Response, g, jsonify, request

from simulator.clock import has_expired
from simulator.web.environ import HELD_UP
from simulator.world import World

LIMIT = timedelta(seconds=40)


def add_timeout(app: Flask, world: World) -> None:
    """Answer what took too long with 504.

    Args:
        app: the app of the Developer API.
        world: the world whose clock counts.
    """

    @app.before_request
    def _note_arrival() -> None:
        held_up = timedelta(seconds=request.environ.get(HELD_UP, 0))
        g.arrived_at = world.clock.now() - held_up

    @app.after_request
    def _give_up(response: Response) -> Response:
        now = world.clock.now()
        if not has_expired(g.get("arrived_at", now) + LIMIT, now):
            return response
        refusal = jsonify(
            message=f"Timeout: no answer within {LIMIT.seconds} seconds. What was asked for may "
            "have been done."
        )
        refusal.status_code = 504
        return refusal
