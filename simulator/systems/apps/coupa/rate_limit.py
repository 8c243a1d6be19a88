"""How many requests an instance takes in a second, where its scenario sets a limit.

Coupa takes 25 and queues a burst of up to 20 more; beyond that it refuses (429). Here nobody waits
in a queue: what would be queued is answered at once (our choice). Without a setting there is no
limit, for simulated load may be more than a tenant ever sees.
"""

from flask import current_app
from sqlalchemy import select

from simulator.systems.apps._kit import counting
from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.systems.apps.coupa.tables import CoupaRecord, CoupaRequestCount
from simulator.world import World

#: Where the instance's setting is: a record of this kind.
SETTINGS = "settings"
#: What is queued beside what is answered at once.
BURST = 20
#: Where an application remembers the setting of the world that there is.
EXTENSION = "coupa-rate-limit"
#: How long counts are kept, in seconds.
_MEMORY = 60


def check(world: World, host: str) -> None:
    """Count a request; several processes count together.

    Args:
        host: the instance.

    Raises:
        ApiError: 429; there were too many in this second of the simulated time.
    """
    limit = _find_limit(world, host)
    if limit is None:
        return
    is_counted = counting.count(
        world,
        CoupaRequestCount,
        {"host": host},
        {"second": int(world.clock.now().timestamp())},
        most=limit + BURST,
        memory=_MEMORY,
    )
    if not is_counted:
        sentence = f"More than {limit} requests in a second and a burst of {BURST}: wait a second."
        raise ApiError(429, {"error": [sentence]}, {"Retry-After": "1"})


def _find_limit(world: World, host: str) -> int | None:
    """Return the setting, which is read once in each world; None where there is none."""
    known: dict[str, int | None] = current_app.extensions.setdefault(EXTENSION, {})
    if world.known.id not in known:
        known.clear()
        own = CoupaRecord.host == host, CoupaRecord.kind == SETTINGS
        row = world.db.session.scalars(select(CoupaRecord).where(*own).limit(1)).first()
        known[world.known.id] = int(row.details["requests-per-second"]) if row else None
    return known[world.known.id]
