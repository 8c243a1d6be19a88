"""The Coupa instance that the current request is for."""

from dataclasses import dataclass

from flask import Flask, current_app

from simulator.db.tables import AppInstance
from simulator.oauth import TokenStore
from simulator.systems.apps.coupa.provider import CoupaProvider, build_provider
from simulator.world import World

_KEY = "coupa"


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One instance and what its views need.

    Attributes:
        world: shared by all systems.
        host: its production host.
        provider: its OAuth provider.
    """

    world: World
    host: str
    provider: CoupaProvider

    @property
    def store(self) -> TokenStore:
        """Its codes and tokens."""
        return self.provider.store

    @property
    def name(self) -> str:
        """What people call it: the seeded name, or the host when nothing was seeded."""
        row = self.world.db.session.get(AppInstance, self.host)
        return row.name if row else self.host


def install(app: Flask, world: World, host: str) -> None:
    """Put the instance where `here` finds it."""
    app.extensions[_KEY] = Instance(world=world, host=host, provider=build_provider(world, host))


def here() -> Instance:
    """The instance that the current request is for."""
    instance = current_app.extensions[_KEY]
    assert isinstance(instance, Instance)
    return instance
