"""Sweeps: what is over is deleted from time to time, when there were enough requests."""

import logging

from sqlalchemy.exc import OperationalError

from simulator.domain import retention
from simulator.world import World

#: So many POST requests from outside, to one process, are followed by a sweep: each leaves a few
#: rows behind, at most. No timer runs: what nobody uses does not grow.
REQUESTS = 500
_log = logging.getLogger("simulator")


def sweep(world: World) -> None:
    """Delete what is over; a database that has no time for it is left in peace.

    Args:
        world: without an open unit of work.
    """
    try:
        with world.db.unit():
            deleted = retention.sweep(world)
    except OperationalError as error:
        _log.warning("Nothing was swept: %s", error.orig)
    else:
        if deleted:
            _log.info("Swept %d rows that were over.", deleted)
