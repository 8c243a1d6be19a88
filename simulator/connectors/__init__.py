"""What Workato knows of each app: form fields, URLs, scopes, actions; kept in the app's folder."""

from collections.abc import Iterator, MutableMapping
from functools import cached_property

from simulator import installed_apps
from simulator.connectors.base import Action, Connector, account_label
from simulator.connectors.http import HTTP
from simulator.connectors.mcp import MCP
from simulator.errors import NotFound

__all__ = ["CONNECTORS", "Action", "Connector", "account_label", "app_of", "find", "of_app"]


class _Connectors(MutableMapping[str, Connector]):
    """HTTP, MCP, and those of the installed apps, imported at the first look, by provider name."""

    @cached_property
    def _found(self) -> dict[str, Connector]:
        every = (each for app in installed_apps.packages() for each in of_app(app))
        return {each.provider: each for each in (*every, HTTP, MCP)}

    def __getitem__(self, provider: str) -> Connector:
        return self._found[provider]

    def __setitem__(self, provider: str, connector: Connector) -> None:
        self._found[provider] = connector

    def __delitem__(self, provider: str) -> None:
        del self._found[provider]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


CONNECTORS = _Connectors()


def of_app(app: str) -> tuple[Connector, ...]:
    """Return the connectors of an app: one, or several where Workato has one for each service.

    Args:
        app: provider name of the app, a key of `installed_apps.packages`.
    """
    part = installed_apps.part(app, "connector")
    found: tuple[Connector, ...] = getattr(part, "CONNECTORS", None) or (part.CONNECTOR,)
    return found


def app_of(provider: str) -> str:
    """Return the app that a connector belongs to, by the provider name that recipes use."""
    if provider in installed_apps.packages():
        return provider
    apps = installed_apps.packages()
    return next(
        (app for app in apps if provider in [each.provider for each in of_app(app)]), provider
    )


def find(provider: str) -> Connector:
    """Return the connector of a provider.

    Raises:
        NotFound: no such app is simulated.
    """
    try:
        return CONNECTORS[provider]
    except KeyError:
        raise NotFound(f"There is no connector named '{provider}' here.") from None
