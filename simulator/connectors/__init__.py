"""What Workato knows of each app: form fields, URLs, scopes, actions; kept in the app's folder."""

from collections.abc import Iterator, MutableMapping
from functools import cached_property

from simulator import installed_apps
from simulator.connectors.base import Action, Connector, account_label
from simulator.errors import NotFound

__all__ = ["CONNECTORS", "Action", "Connector", "account_label", "find"]


class _Connectors(MutableMapping[str, Connector]):
    """The connectors of the installed apps by provider name, imported at the first look."""

    @cached_property
    def _found(self) -> dict[str, Connector]:
        parts = installed_apps.parts("connector")
        return {app: part.CONNECTOR for app, part in parts.items()}

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


def find(provider: str) -> Connector:
    """Return the connector of a provider.

    Raises:
        NotFound: no such app is simulated.
    """
    try:
        return CONNECTORS[provider]
    except KeyError:
        raise NotFound(f"There is no connector named '{provider}' here.") from None
