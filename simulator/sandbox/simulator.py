"""The object that the CLI and tests hold: builds the world and every system, resets, dispatches."""

import json
import logging
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from simulator import installed_apps, oracle
from simulator.call_record import CallRecord
from simulator.clock import Clock
from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.db.snapshot import NamedSnapshot, Snapshot, SnapshotStore
from simulator.db.tables import AppInstance, Workspace
from simulator.domain import refresh_claims
from simulator.domain.lookup import find_account_email
from simulator.faults import Faults, header
from simulator.faults.effects import FaultEffects
from simulator.faults.owners import CredentialOwners
from simulator.journal import Journal, current
from simulator.net.addresses import Addresses
from simulator.net.in_process import Http
from simulator.oracle import IsolationOracle
from simulator.randomness import Randomness
from simulator.sandbox import facts
from simulator.sandbox.directory import Directory
from simulator.sandbox.instruments import Instruments
from simulator.sandbox.listeners import CONTROL, ORIGINS, Listeners
from simulator.sandbox.master_key import master_key
from simulator.sandbox.processes import Processes
from simulator.sandbox.routing import Router
from simulator.sandbox.sharing import Sharing
from simulator.sandbox.systems import Systems
from simulator.sandbox.time_travel import TimeTravel
from simulator.scenarios.provisioning import SeededSnapshot, fill
from simulator.settings import Settings
from simulator.world import WORLD_FACT, World, world_id

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from simulator.sandbox.interception import Interception

_GUESSABLE = "Seed %s: whoever knows it can guess every secret made here. For tests alone."
_ANYBODY = "Headless consent is on: a header signs anybody in and grants. For tests alone."
_log = logging.getLogger("simulator")


class Simulator(Instruments):
    """Every simulated system over one world; a WSGI application that goes by the Host.

    Systems are built when they are first asked, so that nobody waits for those they do not use. As
    a context manager, it fails at the end for violations of isolation that nobody judged.

    Args:
        settings: how to start.

    Raises:
        StartupError: the database cannot be used.
        ScenarioError: there is no such scenario, or it is wrong.
        SealError: the database was sealed with another key.

    Attributes:
        clock: the simulated time: `clock.travel(hours=1)`, `clock.freeze()`.
    """

    def __init__(self, settings: Settings) -> None:
        db = Database(settings.database, settings.pool_size)
        randomness = Randomness(settings.seed)
        if randomness.is_seeded:
            _log.warning(_GUESSABLE, settings.seed)
        if settings.headless_consent:
            _log.warning(_ANYBODY)
        if settings.request_faults:
            _log.warning(header.ON)

        def make_keys() -> Keys:
            return Keys(
                settings.secret_key or master_key(db, randomness),
                fast_passwords=settings.password_hashing == "fast",
                randomness=randomness,
            )

        if not db.in_memory:
            schema.prepare(db, make_keys)
        addresses = Addresses(data_center=settings.data_center)
        clock = Clock()
        self.isolation = IsolationOracle()
        self.world = World(
            settings=settings,
            clock=clock,
            keys=make_keys(),
            db=db,
            addresses=addresses,
            http=Http(db, addresses, settings.allowed_hosts),
            calls=CallRecord(clock, current, self.isolation),
            randomness=randomness,
        )
        self.clock = TimeTravel(clock)
        self.isolation.resolve = self.email_of
        self.isolation.resolve_account = partial(find_account_email, self.world)
        self.journal = Journal(clock)
        systems, owners = Systems(self.world), CredentialOwners(self.world)
        directory = Directory(self.world, self.journal, owners.owner, systems.get)
        self.journal.use_directory(directory)
        self.faults = Faults(self.world, FaultEffects(self.world, owners), directory)
        self.processes = Processes(self.world)
        self._sharing = Sharing(self.world, self.faults, self.processes, self._follow)
        refresh = None if db.in_memory else self._sharing.refresh
        self._router = Router(self.world, systems, self.journal, self.faults, refresh)
        self.world.http.mount(self._router)
        self._snapshots = SnapshotStore()
        self.listeners = Listeners(self.world)
        #: Held while the whole world is read or written, for one change leaves it whole.
        self._remaking = threading.RLock()
        self._resets = 0
        with db.starting():
            if db.in_memory or self._is_empty():
                fill(self.world, settings.scenario)
            else:
                with db.reading() as session:
                    installed_apps.check_installed(session.scalars(select(AppInstance.provider)))
            with db.unit():
                self._seed_context = ("start", facts.count_start(self.world))
                randomness.reseed(*self._seed_context)
                if not world_id(self.world):
                    facts.keep(self.world, WORLD_FACT, self._new_world_id())
                self._sharing.begin(world_id(self.world))
        self.refresh()
        self.set_addresses({})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        isolation = self.isolation
        # An error may be caught further out: it gets a note, and whoever judges next judges.
        violations = isolation.end_judgement() if error is None else isolation.unjudged
        self.close()
        oracle.fail(violations, error)

    def close(self) -> None:
        """Give the database back; whoever is still waiting for a delayed answer gets none."""
        self.faults.leave()
        self._snapshots.close()
        with suppress(SQLAlchemyError):  # where the database is gone, nobody asks
            self.processes.leave()
        self.world.db.close()

    def set_addresses(self, origins: dict[str, str], control: str | None = None) -> None:
        """Set the addresses at which the systems listen, for people and other processes.

        Args:
            origins: system name → origin.
            control: the origin of the control API.
        """
        self.listeners.set_addresses(origins, control)
        if origins:
            self.processes.enter(control or "")

    def refresh(self) -> str | None:
        """Take over what other processes on this database changed since; each request does so.

        Returns:
            The version of the catalogue, or None where it was not read.
        """
        return self._sharing.refresh()

    def intercept(self, *, others: str = "refuse") -> "Interception":
        """Have every call with `requests` to a simulated host answered in-process.

        `https://www.workato.com`, `https://id.workato.com`, `https://<n>.apim.mcp.workato.com` and
        the apps' hosts are answered by the same systems that listen elsewhere: same rules, same
        database. Works as a decorator, too.

        Args:
            others: what happens to calls to any other host: `refuse` raises
                `requests.ConnectionError` before anything is sent; `pass` lets them through.

        Returns:
            What gives the `responses` mock in a `with` block; its `calls` list what was called.

        Raises:
            ValueError: `others` is neither.
        """
        from simulator.sandbox.interception import Interception

        return Interception(self.world, others)

    def transport(self, library: ModuleType) -> Any:
        """A transport for `Client(transport=…)` of httpx, or of httpx2, that ends here.

        Args:
            library: the module, `httpx` or `httpx2`; any host that is not simulated gets 421.

        Raises:
            ValueError: it is neither.
        """
        if not hasattr(library, "WSGITransport"):
            raise ValueError(f"Give the module, as in transport(httpx), not {library!r}.")
        return library.WSGITransport(app=self, raise_app_exceptions=False)

    def async_transport(self, library: ModuleType) -> Any:
        """The same for `AsyncClient(transport=…)`; it is answered in a thread meanwhile."""
        from simulator.net.in_process import async_transport

        return async_transport(self.transport(library), library)

    def load_addresses(self) -> dict[str, str]:
        """Load the addresses at which this database was served last.

        Returns:
            System name → origin; empty if it never was.
        """
        known = facts.load(self.world)
        origins: dict[str, str] = json.loads(known.get(ORIGINS, "{}"))
        self.world.addresses.place(self.world.addresses.app_hosts, origins)
        self.world.addresses.control = known.get(CONTROL) or None
        return origins

    def reset(self, scenario: str | None = None, *, seed_context: str | None = None) -> None:
        """Delete every row and seed a scenario anew; everybody is signed out.

        Within ten minutes, a second reset to the same scenario puts back what the first one made,
        which takes milliseconds.

        Args:
            scenario: its name or file; by default the one this database was made from.
            seed_context: with a seed, what is drawn from now on depends on the two alone, such as
                a test's id; by default, on how many resets there were.

        Raises:
            ScenarioError: there is no such scenario, or it is wrong.
        """
        self._reset(scenario, seed_context)

    def reset_and_describe(
        self, scenario: str | None = None, *, seed_context: str | None = None
    ) -> dict[str, Any]:
        """Reset as `reset` does, and return what `describe` says then, from a cache if it can.

        Browser contexts that went along with the time of the world before do so no longer.
        """
        seeded = self._reset(scenario, seed_context)
        self.clock = TimeTravel(self.world.clock)
        if seeded is None:
            return self.describe()
        where = json.dumps([self.world.addresses.origins, self.world.addresses.control])
        if where not in seeded.descriptions:
            seeded.descriptions[where] = json.dumps(self.describe())
        description: dict[str, Any] = json.loads(seeded.descriptions[where])
        return description

    def _reset(self, scenario: str | None, context: str | None) -> SeededSnapshot | None:
        with self._remaking:
            chosen_scenario = scenario or self.scenario or self.world.settings.scenario
            self.world.clock.reset()
            lasting = facts.load_lasting(self.world)
            self._resets += 1
            seeded = fill(self.world, chosen_scenario)
            again = (*self._seed_context, "reset", str(self._resets))
            self.world.randomness.reseed(*(again if context is None else ("story", context)))
            self._begin_anew(lasting)
            return seeded

    def snapshot(self) -> Snapshot:
        """Everything that is in the database now, for `restore`.

        Raises:
            SnapshotError: it is neither SQLite nor PostgreSQL.
        """
        with self._remaking:
            return Snapshot(self.world.db, self.isolation.accepted)

    def restore(self, snapshot: Snapshot) -> None:
        """Put the database back to what it was; everybody is signed out, the time stays.

        Raises:
            SnapshotError: it is neither SQLite nor PostgreSQL.
        """
        with self._remaking:
            lasting = facts.load_lasting(self.world)
            snapshot.restore(self.world.db)
            self._begin_anew(lasting, snapshot.accepted)

    @property
    def snapshots(self) -> list[NamedSnapshot]:
        """What is kept under a name, by name; it lasts as long as this object."""
        with self._remaking:
            return list(self._snapshots)

    def keep_snapshot(self, name: str) -> NamedSnapshot:
        """Keep the database and the simulated time under a name; an old one of it is replaced.

        Raises:
            BadName: nothing can have this name.
            SnapshotError: it is neither SQLite nor PostgreSQL.
        """
        with self._remaking:
            self._snapshots.check(name)
            snapshot = NamedSnapshot(
                name=name,
                scenario=self.scenario,
                at=self.world.clock.now(),
                clock_state=self.world.clock.state,
                contents=self.snapshot(),
            )
            self._snapshots.add(snapshot)
        return snapshot

    def restore_snapshot(self, name: str) -> None:
        """Put database and time back to what they were; everybody is signed out.

        Raises:
            NotFound: nothing is kept under this name.
        """
        with self._remaking:
            snapshot = self._snapshots.get(name)
            self.restore(snapshot.contents)
            self.world.clock.restore(snapshot.clock_state)

    def drop_snapshot(self, name: str) -> None:
        """Forget what is kept under a name, and give its memory back.

        Raises:
            NotFound: nothing is.
        """
        with self._remaking:
            self._snapshots.drop(name)

    def _is_empty(self) -> bool:
        with self.world.db.reading() as session:
            return session.scalar(select(Workspace.id).limit(1)) is None

    def _begin_anew(
        self, lasting: Mapping[str, str], accepted: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        """A world that is another than before, with the lasting facts of the one before."""
        new = self._new_world_id()
        self.generation += 1
        self.journal.clear()
        self.faults.reset()
        self.isolation.clear(accepted)
        with self.world.db.unit() as session:
            facts.replace(self.world, {**lasting, WORLD_FACT: new})
            refresh_claims.forget_all(self.world)
            self.listeners.take_over(session)
        self._sharing.begin(new)
        self.processes.reenter()

    def _follow(self) -> None:
        """Another process has made the world anew: what this one knows is of the one before."""
        self.generation += 1
        self.journal.clear()
        self.faults.leave()
        self.isolation.clear()
        self.processes.reenter()

    @property
    def id(self) -> str:
        """What tells this world from the one before the last reset."""
        with self.world.db.reading():
            return world_id(self.world)

    @property
    def scenario(self) -> str | None:
        """What this world was made from: a scenario's name, or the path of its file."""
        from simulator.scenarios import SCENARIO_FACT

        return facts.load(self.world).get(SCENARIO_FACT)

    def describe(self, *about: str) -> dict[str, Any]:
        """The document of `simulator describe --json` (see docs/describe.md).

        Args:
            *about: people and servers that are listed in any case, however many there are: by name;
                people also by first name, e-mail address, login or id.
        """
        from simulator.description.document import describe

        if self.world.addresses.look_again:
            self.world.addresses.look_again()  # writes, if it finds another world
        with self.world.db.reading():
            return describe(self.world, self.isolation.accepted, about)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request to any system (PEP 3333)."""
        return self._router(environ, start_response)

    def _new_world_id(self) -> str:
        return self.world.randomness.secret("world", 12)
