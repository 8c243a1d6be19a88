"""The API at the site's own domain: the same as at the gateway, for other tokens."""

from collections.abc import Callable, Iterable
from typing import Any

from simulator.net.addresses import Addresses
from simulator.systems.apps.jira import issues
from simulator.systems.apps.jira.traffic import API_HOST

#: In the environment of a request that came to the site's own domain.
AT_SITE = "simulator.jira.at_site"
_BELOW = "/rest/api/"


class SiteApi:
    """Lead requests below `/rest/api/` to the views of the gateway, which has each site by its id.

    Args:
        application: the application of the site.
        addresses: which tell at which host a request came.
        host: the site's.
    """

    def __init__(
        self, application: Callable[..., Iterable[bytes]], addresses: Addresses, host: str
    ) -> None:
        self._application, self._addresses, self._host = application, addresses, host
        self._start = f"/ex/jira/{issues.cloud_id(host)}"

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(_BELOW) and self._is_at_site(environ):
            there = {"HTTP_HOST": API_HOST, "PATH_INFO": self._start + path}
            environ = environ | there | {AT_SITE: True}
        return self._application(environ, start_response)

    def _is_at_site(self, environ: dict[str, Any]) -> bool:
        return self._addresses.app_host_at(environ.get("HTTP_HOST", "")) == self._host
