"""The app's instance that the current request is for."""

from dataclasses import dataclass

from flask import Flask, current_app

from simulator.db.tables import AppInstance
from simulator.oauth import TokenStore
from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps._kit.provider import AppProvider, build_provider
from simulator.world import World

#: Where a Flask application has its instance.
EXTENSION = "app-instance"


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One instance and what its views need.

    Attributes:
        world: shared by all systems.
        host: its production host.
        profile: the profile of the app that it is an instance of.
        provider: its OAuth provider.
    """

    world: World
    host: str
    profile: Profile
    provider: AppProvider

    @property
    def store(self) -> TokenStore:
        """Its codes and tokens."""
        return self.provider.store

    @property
    def name(self) -> str:
        """What people call it: the seeded name, or the host when nothing was seeded."""
        row = self.world.db.session.get(AppInstance, self.host)
        return row.name if row else self.host


def install(app: Flask, world: World, host: str, profile: Profile) -> None:
    """Put the instance where `here` finds it."""
    app.extensions[EXTENSION] = Instance(
        world=world,
        host=host,
        profile=profile,
        provider=build_provider(world, host, profile.dialect, profile.provider),
    )


def here() -> Instance:
    """The instance that the current request is for."""
    instance = current_app.extensions[EXTENSION]
    assert isinstance(instance, Instance)
    return instance
