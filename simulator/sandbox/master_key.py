"""The key with which secrets at rest are sealed, where the settings name none."""

from functools import cache

from simulator.crypto import load_master_key
from simulator.db import Database
from simulator.errors import StartupError
from simulator.randomness import Randomness


def master_key(db: Database, randomness: Randomness) -> str:
    """Return the key in the file beside the database; a fresh one for a database in memory.

    Raises:
        StartupError: the database is on a server, which keeps no key file.
    """
    if db.in_memory:
        return randomness.secret("master key") if randomness.is_seeded else _key_in_memory()
    if db.path is None:
        raise StartupError(
            "A database server keeps no key file: set SIM_SECRET_KEY to a long random text, and to "
            "the same one each time."
        )
    return load_master_key(db.path.with_name(f"{db.path.name}.key"))


@cache
def _key_in_memory() -> str:
    """One for all databases in the memory of this process: what it sealed can be put back."""
    return Randomness().secret("master key")
