"""Have whoever asks for a database in memory get a new one on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.db import Database
from simulator.sandbox import master_key
from simulator.settings import MEMORY
from tests.postgres.cluster import Cluster
from tests.postgres.pool import DatabasePool


@contextmanager
def standing_in(cluster: Cluster, pool: DatabasePool) -> Iterator[None]:
    """In this block no database is in memory; each is given back when it is closed.

    Args:
        cluster: that runs.
        pool: databases of it that have the tables.
    """
    make, close, find_key = Database.__init__, Database.close, master_key.master_key
    names: dict[int, str] = {}

    def make_on_postgres(self: Database, url: str, *others: Any) -> None:
        if url == MEMORY:
            names[id(self)] = pool.take()
            url = cluster.url(names[id(self)])
        make(self, url, *others)

    def close_and_give_back(self: Database) -> None:
        close(self)
        if name := names.pop(id(self), None):
            pool.give_back(name)

    def find_key_as_in_memory(db: Database, *others: Any) -> str:
        stand_in: Any = SimpleNamespace(in_memory=True) if id(db) in names else db
        return find_key(stand_in, *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", make_on_postgres)
        patch.setattr(Database, "close", close_and_give_back)
        patch.setattr("simulator.sandbox.simulator.master_key", find_key_as_in_memory)
        yield
