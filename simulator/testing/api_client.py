"""A program that uses the Developer API: a session with its token and its address."""

from typing import Any
from urllib.parse import urlsplit

import requests

from simulator.visits.network import Network


class ApiClient(requests.Session):
    """A `requests.Session` at the Developer API: `api_client.get("/api/mcp/mcp_servers")`.

    Args:
        description: the sandbox, as `simulator describe --json` prints it.
        name: the name of the API client; by default the first one.
        network: what may be reached; by default the web app alone.

    Raises:
        LookupError: there is no such API client, or its token is not known.
    """

    def __init__(
        self, description: dict[str, Any], name: str | None = None, network: Network | None = None
    ) -> None:
        super().__init__()
        address = description["systems"]["aihub"]
        network = network or Network([urlsplit(address).netloc])
        network.mount(self)
        clients = description.get("api_clients", [])
        found = next((each for each in clients if name in (None, each["name"])), None)
        if found is None or not found["token"]:
            known = ", ".join(each["name"] for each in clients) or "none"
            raise LookupError(f"No API client {name or ''} whose token is known. Known: {known}.")
        self.headers["Authorization"] = f"Bearer {found['token']}"
        self._address = address

    def request(self, method: str, url: str, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send a request, as a session does; `url` is a path, for no other host gets the token.

        Args:
            method: the HTTP method.
            url: a path of the Developer API.
        """
        return super().request(method, f"{self._address}/{url.lstrip('/')}", *args, **options)
