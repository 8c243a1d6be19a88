"""The one thing handed down: settings, time, keys, data and the ways out."""

from dataclasses import dataclass

from simulator.addresses import Addresses
from simulator.clock import Clock
from simulator.db import Database
from simulator.http import Http
from simulator.keys import Keys
from simulator.settings import Settings


@dataclass(frozen=True, kw_only=True)
class World:
    """What every system and every rule may use; the systems share this and nothing else."""

    settings: Settings
    clock: Clock
    keys: Keys
    db: Database
    addresses: Addresses
    http: Http
