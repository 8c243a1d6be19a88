"""Two generations of the web app's labels and navigation; the setting `navigation` chooses.

The one is that of Workato's pages about verified user access, the other today's (Workato docs, MCP
servers dashboard). That today's keeps the tabs MCP servers and Overview is our choice: the
documented procedures work in both.
"""

from dataclasses import dataclass

from simulator.settings import ENTERPRISE_MCP, MCP_SERVERS
from simulator.web.application import current_world

#: A tab: its key, its label, and the endpoint of its page.
Tab = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Labels:
    """One generation.

    Attributes:
        home: endpoint of the page that AI Hub opens on.
        tabs: of AI Hub.
        server_tabs: of an MCP server's page.
        token_access: the access method with an MCP token.
        new_token: the button that makes one.
        token_page: endpoint of the page that has it.
        has_dashboard: whether there are the dashboards.
    """

    home: str
    tabs: tuple[Tab, ...]
    server_tabs: tuple[Tab, ...]
    token_access: str
    new_token: str
    token_page: str
    has_dashboard: bool


_SERVERS: Tab = ("mcp", "MCP servers", "servers.listing")
_SERVER: Tab = ("overview", "Overview", "servers.server")
_ACCESS: Tab = ("access", "End user access", "access.tab")
_SETTINGS: Tab = ("settings", "Settings", "server_settings.tab")
_LABELS = {
    MCP_SERVERS: Labels(
        home="servers.overview",
        tabs=(("overview", "Overview", "servers.overview"), _SERVERS),
        server_tabs=(_SERVER, _ACCESS, _SETTINGS),
        token_access="Token-based access",
        new_token="Generate a token",
        token_page="access.tab",
        has_dashboard=False,
    ),
    ENTERPRISE_MCP: Labels(
        home="dashboard.workspace",
        tabs=(
            ("dashboard", "Enterprise MCP", "dashboard.workspace"),
            _SERVERS,
            ("overview", "Overview", "servers.overview_beside"),
        ),
        server_tabs=(_SERVER, ("dashboard", "Dashboard", "dashboard.server"), _ACCESS, _SETTINGS),
        token_access="Token based access",
        new_token="Create a new token",
        token_page="access.authentication",
        has_dashboard=True,
    ),
}


def get_labels() -> Labels:
    """Return those that the sandbox was started with."""
    return _LABELS[current_world().settings.navigation]
