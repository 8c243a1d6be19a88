"""Build each system's application on first use."""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulator import installed_apps
from simulator.db.tables import AppInstance
from simulator.net.addresses import AIHUB, API, IDENTITY, IDP, MCP
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication

#: Systems whose package is not called as they are.
_PACKAGES = {API: "developer_api"}


class Systems:
    """The systems over one world; nobody waits for those that they do not use.

    Args:
        world: shared by all systems.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._built: dict[str, WSGIApplication] = {}
        self._building = threading.RLock()

    def get(self, name: str) -> "WSGIApplication":
        """Return the application of a system.

        Args:
            name: the name of the system, such as `identity` or `app:acme.coupacloud.com`.
        """
        if name not in self._built:
            with self._building:
                if name not in self._built:
                    self._built[name] = self._build(name)
        return self._built[name]

    def _build(self, name: str) -> "WSGIApplication":
        if name in (AIHUB, API, IDENTITY, MCP, IDP):
            package = _PACKAGES.get(name, name)
            create: Callable[..., Any] = import_module(f"simulator.systems.{package}").create_app
            return create(self._world)  # type: ignore[no-any-return]
        host = name.removeprefix("app:")
        with self._world.db.reading() as session:
            provider = session.get_one(AppInstance, host).provider
        create = installed_apps.part(provider, "app").create_app
        return create(self._world, host)  # type: ignore[no-any-return]
