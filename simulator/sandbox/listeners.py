"""Where the systems listen: known to other processes, and taken over by the apps of each world."""

import json
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator import installed_apps
from simulator.db.tables import AppInstance, Fact
from simulator.net.addresses import Addresses, is_app
from simulator.world import World

ORIGINS = "origins"
CONTROL = "control"


class Listeners:
    """The listeners of one simulator, which may be in another process.

    Args:
        world: the world whose systems they are.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        #: Opens a listener for the n-th host of an app, counted from 0, and returns its origin;
        #: None where nothing listens, or nothing more can.
        self.open_for_app: Callable[[int], str] | None = None

    def set_addresses(self, origins: dict[str, str], control: str | None) -> None:
        """Say where the systems listen, for people and other processes.

        Args:
            origins: the origins as `Addresses` takes them; empty where they listen nowhere.
            control: the origin of the control API.
        """
        world = self._world
        shared = bool(origins) and not world.db.in_memory  # no other process sees that
        with world.db.unit() as session:
            hosts = app_hosts(session)
            if shared:
                for name, text in ((ORIGINS, json.dumps(origins)), (CONTROL, control or "")):
                    session.merge(Fact(name=name, value=text, updated_at=world.clock.now()))
        world.addresses.place(hosts, origins or None)
        world.addresses.control = control or world.addresses.control
        if shared:
            world.addresses.look_again = self._look_again

    def take_over(self, session: Session) -> None:
        """Have the apps of the world that is there now answer where those before did.

        Args:
            session: of an open unit of work.
        """
        addresses = self._world.addresses
        addresses.place(app_hosts(session))
        while addresses.unserved > 0 and self.open_for_app is not None:
            number = len(addresses.app_hosts) - addresses.unserved
            addresses.add_app_listener(self.open_for_app(number))
        fact = None if self._world.db.in_memory else session.get(Fact, ORIGINS)
        if fact is not None:
            # Where this process does not listen, another does, and assigns its listeners alike.
            known = Addresses((), addresses.listening or json.loads(fact.value))
            known.place(addresses.app_hosts)
            fact.value = json.dumps(known.listening)

    def _look_again(self) -> None:
        """Find out whether another process has made a world with other apps."""
        db = self._world.db
        if db.holds_transaction():
            # Another transaction would wait for the one that is open, for ever.
            if self._is_behind(db.session):
                self.take_over(db.session)
            return
        with db.reading() as session:
            if not self._is_behind(session):
                return
        with db.unit() as session:  # it writes, and nobody commits what is read
            self.take_over(session)

    def _is_behind(self, session: Session) -> bool:
        """Whether the apps are others, or other processes were not told where they listen now.

        The latter happens where the request that found out was rolled back. Addresses that another
        process wrote, which listens elsewhere, are left alone.
        """
        addresses = self._world.addresses
        if app_hosts(session) != addresses.app_hosts:
            return True
        fact = session.get(Fact, ORIGINS)
        recorded: dict[str, str] = json.loads(fact.value) if fact is not None else {}
        here = addresses.listening
        is_ours = all(recorded.get(name) == here[name] for name in here if not is_app(name))
        return is_ours and recorded != here


def app_hosts(session: Session) -> dict[str, str]:
    """Return each host of an app that is there with its instance's, in the order of listeners.

    By kind, so that an app of another kind does not take the place of one that was there before.
    """
    rows = session.execute(
        select(AppInstance.host, AppInstance.provider).order_by(
            AppInstance.provider, AppInstance.host
        )
    )
    return {
        host: instance
        for instance, provider in rows.all()
        for host in (instance, *installed_apps.further_hosts(provider))
    }
