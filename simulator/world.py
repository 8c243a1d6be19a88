"""The one thing handed down: settings, time, keys, data and the ways out."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from simulator.alarms import Alarms
from simulator.call_record import CallRecord
from simulator.clock import Clock
from simulator.crypto import Keys
from simulator.db import Database
from simulator.db.remembered import Remembered
from simulator.db.tables import Fact
from simulator.net.addresses import Addresses
from simulator.net.in_process import Http
from simulator.randomness import Randomness
from simulator.settings import Settings


@dataclass
class KnownWorld:
    """What this process knows of the world.

    Attributes:
        id: which world there is; whoever hands a request to a system renews it at the door. Empty
            before that.
        swept: the simulated minute in which sign-ins that are over were deleted last.
    """

    id: str = ""
    swept: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class World:
    """What every system and every rule may use; the systems share this and nothing else."""

    settings: Settings
    clock: Clock
    keys: Keys
    db: Database
    addresses: Addresses
    http: Http
    calls: CallRecord
    #: Every id and secret that is made up here.
    randomness: Randomness = field(default_factory=Randomness)
    #: What seldom changes, as this process read it last.
    remembered: Remembered = field(default_factory=Remembered)
    #: Compared with the database at the door of each request.
    known: KnownWorld = field(default_factory=KnownWorld)
    #: What is done about what takes long.
    alarms: Alarms = field(default_factory=Alarms)
    #: One lock per connection id, held while its tokens are refreshed.
    refreshing: defaultdict[int, Lock] = field(default_factory=lambda: defaultdict(Lock))


#: The `Fact` that tells one seeding of a database from the next.
WORLD_FACT = "world"


def world_id(world: World) -> str:
    """A random id that changes whenever the world is made anew; needs an open unit of work."""
    fact = world.db.session.get(Fact, WORLD_FACT)
    return fact.value if fact else ""
