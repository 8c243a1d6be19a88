"""What Workato knows of each app, one module an app: form fields, URLs, scopes, actions."""

from simulator.connectors.base import Action, Connector, account_label
from simulator.connectors.coupa import COUPA
from simulator.errors import NotFound

CONNECTORS: dict[str, Connector] = {connector.provider: connector for connector in (COUPA,)}

__all__ = ["COUPA", "CONNECTORS", "Action", "Connector", "account_label", "find"]


def find(provider: str) -> Connector:
    """The connector of a provider.

    Raises:
        NotFound: no such app is simulated.
    """
    try:
        return CONNECTORS[provider]
    except KeyError:
        raise NotFound(f"There is no connector named '{provider}' here.") from None
