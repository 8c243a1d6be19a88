"""Generations of the web app's labels and navigation; the setting `navigation` chooses.

One is that of Workato's pages about verified user access, one that of 2025 (Workato docs, MCP
authentication and MCP servers of that year), one today's (MCP servers dashboard). That today's
keeps the tabs MCP servers and Overview is our choice: the documented procedures work in it, too.
So is the tab Skills of all three.
"""

from dataclasses import dataclass, replace

from simulator.settings import ACCESS_TABS, ENTERPRISE_MCP, MCP_SERVERS, USER_ACCESS
from simulator.web.application import current_world

#: A tab: its key, its label, and the endpoint of its page.
Tab = tuple[str, str, str]

#: The pages of Tools: key, endpoint, label.
TOOLS = (
    ("user_connections", "user_connections.listing", "Runtime user connections"),
    ("logs", "logs.tool_calls", "Logs"),
    ("lookup_tables", "lookup_tables.listing", "Lookup tables"),
    ("connectors", "custom_connectors.listing", "Connector SDK"),
    ("oauth_profiles", "oauth_profiles.listing", "Custom OAuth profiles"),
    ("properties", "properties.listing", "Properties"),
)
#: Those of Workspace admin, and further keys that are below each.
ADMINISTRATION = (
    ("collaborators", "admin.access_control", "Collaborators", ()),
    ("collaborator_groups", "collaborator_groups.listing", "Collaborator groups", ()),
    ("roles", "roles.listing", "Roles", ()),
    ("groups", "admin.groups", "Authentication & Groups", ("users", "authentication")),
    ("environments", "environments.listing", "Environments", ()),
    ("api_clients", "api_clients.listing", "API clients", ()),
    ("login_experience", "login_experience.edit", "Login experience", ()),
    ("settings", "workspace_settings.edit", "Settings", ()),
)


@dataclass(frozen=True, kw_only=True)
class Labels:
    """One generation.

    Attributes:
        home: endpoint of the page that AI Hub opens on.
        tabs: the tabs of AI Hub.
        server_tabs: the server tabs of an MCP server's page.
        token_access: the access method with an MCP token.
        new_token: the button that makes one.
        token_page: endpoint of the page that has it.
        has_dashboard: whether there are the dashboards.
        token: what an MCP token is called.
        from_scratch: the way to create a server without a template, and the link to its form.
        server_name: the field with a new server's name.
        server_description: the field with its description.
    """

    home: str
    tabs: tuple[Tab, ...]
    server_tabs: tuple[Tab, ...]
    token_access: str
    new_token: str
    token_page: str
    has_dashboard: bool
    token: str = "MCP token"
    from_scratch: tuple[str, str] = ("Start from scratch", "New MCP server")
    server_name: str = "Server name"
    server_description: str = "Describe how this MCP server will be used"

    @property
    def access_tab(self) -> str:
        """The label of a server's tab where access is given."""
        return next(label for key, label, _endpoint in self.server_tabs if key == "access")


_SERVERS: Tab = ("mcp", "MCP servers", "servers.listing")
_SKILLS: Tab = ("skills", "Skills", "skills.listing")
_SERVER: Tab = ("overview", "Overview", "servers.server")
_ACCESS: Tab = ("access", ACCESS_TABS[MCP_SERVERS], "access.tab")
_SETTINGS: Tab = ("settings", "Settings", "server_settings.tab")
_VERIFIED = Labels(
    home="servers.overview",
    tabs=(("overview", "Overview", "servers.overview"), _SERVERS, _SKILLS),
    server_tabs=(_SERVER, _ACCESS, _SETTINGS),
    token_access="Token-based access",
    new_token="Generate token",
    token_page="access.tab",
    has_dashboard=False,
)
_LABELS = {
    MCP_SERVERS: _VERIFIED,
    USER_ACCESS: replace(
        _VERIFIED,
        server_tabs=(_SERVER, ("access", ACCESS_TABS[USER_ACCESS], "access.tab"), _SETTINGS),
        token="Developer MCP Token",
        from_scratch=("Build your own server", "+ My new server"),
        server_name="MCP server name",
        server_description="Description",
    ),
    ENTERPRISE_MCP: Labels(
        home="dashboard.workspace",
        tabs=(
            ("dashboard", "Enterprise MCP", "dashboard.workspace"),
            _SERVERS,
            _SKILLS,
            ("overview", "Overview", "servers.overview_beside"),
        ),
        server_tabs=(_SERVER, ("dashboard", "Dashboard", "dashboard.server"), _ACCESS, _SETTINGS),
        token_access="Token based access",
        new_token="Create new token",
        token_page="access.authentication",
        has_dashboard=True,
    ),
}


def get_labels() -> Labels:
    """Return those that the sandbox was started with."""
    return _LABELS[current_world().settings.navigation]
