"""The object that the CLI and tests hold: builds the world and every system, resets, dispatches."""

import json
import threading
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from sqlalchemy import select

from simulator.addresses import AIHUB, IDENTITY, MCP, Addresses
from simulator.clock import Clock
from simulator.db import Database, schema
from simulator.db.tables import AppInstance, Fact, Workspace
from simulator.errors import StartupError
from simulator.http import Http
from simulator.keys import Keys, load_master, new_secret
from simulator.settings import Settings
from simulator.world import WORLD_FACT, World, world_id

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ORIGINS = "origins"


class Simulator:
    """Every simulated system over one world; a WSGI application that goes by the Host.

    Systems are built when they are first asked, so that nobody waits for those he does not use.

    Args:
        settings: how to start.

    Raises:
        StartupError: the database or the scenario cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        db = Database(settings.database)

        def make_keys() -> Keys:
            return Keys(
                settings.secret_key or _kept_key(db),
                fast_passwords=settings.password_hashing == "fast",
            )

        schema.prepare(db, make_keys)
        addresses = Addresses()
        self.world = World(
            settings=settings,
            clock=Clock(),
            keys=make_keys(),
            db=db,
            addresses=addresses,
            http=Http(db, addresses),
        )
        self.world.http.mount(self)
        self._systems: dict[str, WSGIApplication] = {}
        self._building = threading.RLock()
        with db.unit() as session:
            if session.scalar(select(Workspace.id).limit(1)) is None:
                self._seed()
        self.settle({})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the database back."""
        self.world.db.close()

    def settle(self, origins: dict[str, str]) -> None:
        """Say where the systems listen (system name → origin), for people and other processes."""
        with self.world.db.unit() as session:
            hosts = session.scalars(select(AppInstance.host).order_by(AppInstance.host)).all()
            if origins:
                _keep_fact(self.world, _ORIGINS, json.dumps(origins))
        self.world.addresses.place(hosts, origins or self.world.addresses.origins)

    def recall(self) -> dict[str, str]:
        """Where the systems served from this database listen; empty if they never did."""
        with self.world.db.unit() as session:
            fact = session.get(Fact, _ORIGINS)
            origins: dict[str, str] = json.loads(fact.value) if fact else {}
        return origins

    def reset(self, scenario: str | None = None) -> None:
        """Delete every row and seed a scenario anew.

        Args:
            scenario: its name or file; by default the one this database was made from.
        """
        from simulator.scenarios import SCENARIO_FACT

        with self.world.db.unit() as session:
            made_from = session.get(Fact, SCENARIO_FACT)
            scenario = scenario or (made_from.value if made_from else None)
            fact = session.get(Fact, _ORIGINS)
            origins = fact.value if fact else None
            schema.wipe(self.world.db)
            session.expunge_all()
            self._seed(scenario)
            if origins:
                _keep_fact(self.world, _ORIGINS, origins)
        self.world.clock.reset()
        self.settle({})

    @property
    def id(self) -> str:
        """What tells this world from the one before the last reset."""
        with self.world.db.unit():
            return world_id(self.world)

    def describe(self) -> dict[str, Any]:
        """The document of `simulator describe --json` (see docs/describe.md)."""
        from simulator.description import describe

        with self.world.db.unit():
            return describe(self.world)

    def system(self, name: str) -> "WSGIApplication":
        """The application of a system, built on first use."""
        if name not in self._systems:
            with self._building:
                if name not in self._systems:
                    self._systems[name] = self._build(name)
        return self._systems[name]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Hand a request to the system that its Host header names (421 when there is none)."""
        host = environ.get("HTTP_HOST", "")
        name = self.world.addresses.system_at(host)
        if name is None:
            return _misdirected(host, start_response)
        if elsewhere := self._canonical(name, host, environ):
            return _redirect(elsewhere, start_response)
        return self.system(name)(environ, start_response)

    def _canonical(self, system: str, host: str, environ: "WSGIEnvironment") -> str | None:
        """Where a person who typed `localhost` belongs: sign-ins are kept at one host name."""
        origin = self.world.addresses.origins.get(system)
        is_page = environ["REQUEST_METHOD"] == "GET" and "text/html" in environ.get(
            "HTTP_ACCEPT", ""
        )
        if not is_page or origin is None or system == MCP or "localhost" not in host.lower():
            return None
        query = environ.get("QUERY_STRING")
        path = quote(environ["PATH_INFO"].encode("latin-1"))  # PEP 3333: bytes in disguise
        return origin + path + (f"?{query}" if query else "")

    def _build(self, name: str) -> "WSGIApplication":
        if name in (AIHUB, IDENTITY, MCP):
            create: Callable[..., Any] = import_module(f"simulator.{name}").create_app
            return create(self.world)  # type: ignore[no-any-return]
        host = name.removeprefix("app:")
        with self.world.db.unit() as session:
            provider = session.get_one(AppInstance, host).provider
        create = import_module(f"simulator.apps.{provider}").create_app
        return create(self.world, host)  # type: ignore[no-any-return]

    def _seed(self, scenario: str | None = None) -> None:
        from simulator.scenarios import load
        from simulator.scenarios.seed import seed

        seed(self.world, load(scenario or self.world.settings.scenario))
        _keep_fact(self.world, WORLD_FACT, new_secret(12))


def _kept_key(db: Database) -> str:
    """The key in the file beside the database; a random one for a database in memory."""
    if db.path is None and not db.in_memory:
        raise StartupError(
            "A database server keeps no key file: set SIM_SECRET_KEY to a long random text, and to "
            "the same one each time."
        )
    return load_master(db.path.with_name(f"{db.path.name}.key") if db.path else None)


def _keep_fact(world: World, name: str, value: str) -> None:
    world.db.session.merge(Fact(name=name, value=value, updated_at=world.clock.now()))


def _redirect(location: str, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("302 Found", [("Location", location), ("Content-Length", "0")])
    return [b""]


def _misdirected(host: str, start_response: "StartResponse") -> Iterable[bytes]:
    body = (
        f"No simulated system answers for the host '{host}'. Use an address that "
        "'simulator describe' prints.\n"
    ).encode()
    start_response(
        "421 Misdirected Request",
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]
