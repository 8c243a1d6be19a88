"""Databases to be broken: each is a fresh copy of one that was prepared."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.postgres.cluster import Cluster
from tests.postgres.plugin import SECRET_KEY

#: The kinds of databases that are prepared.
KINDS = ("empty", "old", "seeded")


class Place(Protocol):
    """Where databases are."""

    @contextmanager
    def copy(self, kind: str) -> Iterator[Settings]:
        """What a sandbox on a fresh copy is started with; the copy goes with the block."""


class FilePlace:
    """A folder of SQLite files.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        for kind in KINDS:
            (folder / kind).mkdir()
            prepare(_settings(f"sqlite:///{folder}/{kind}/sandbox.db"), kind)

    @contextmanager
    def copy(self, kind: str) -> Iterator[Settings]:
        """As `Place.copy`."""
        folder = self._folder / str(next(self._numbers))
        shutil.copytree(self._folder / kind, folder)
        yield _settings(f"sqlite:///{folder}/sandbox.db")
        shutil.rmtree(folder)


class ServerPlace:
    """A server of PostgreSQL.

    Args:
        cluster: that runs.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._templates = {kind: cluster.create_database() for kind in KINDS}
        for kind, name in self._templates.items():
            prepare(_settings(cluster.url(name)), kind)

    @contextmanager
    def copy(self, kind: str) -> Iterator[Settings]:
        """As `Place.copy`."""
        name = self._cluster.create_database(self._templates[kind])
        yield _settings(self._cluster.url(name))
        self._cluster.drop_database(name)


def prepare(settings: Settings, kind: str) -> None:
    """Make a database of a kind.

    Args:
        settings: with its address.
        kind: one of `KINDS`.
    """
    if kind == "seeded":
        Simulator(settings).close()
    if kind == "old":
        db = Database(settings.database)
        schema.migrate(db, Keys(SECRET_KEY), "0001")
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO workspaces VALUES (1, 'Acme')"))
        db.close()


def _settings(url: str) -> Settings:
    return Settings(database=url, secret_key=SECRET_KEY)
