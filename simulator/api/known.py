"""What is known of Workato's Developer API and not simulated: 501 rather than 404."""

from dataclasses import dataclass

from simulator.addresses import is_below

_DOCS = "https://docs.workato.com"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the Developer API.

    Attributes:
        name: as the documentation calls it.
        paths: where its endpoints are; what stands below them belongs to it, too.
        page: of the documentation, below docs.workato.com.
    """

    name: str
    paths: tuple[str, ...]
    page: str

    @property
    def documentation(self) -> str:
        """The address of its documentation."""
        return _DOCS + self.page


#: In the order of the documentation; the first that fits a path is it.
PARTS = (
    Part(name="MCP servers", paths=("/api/mcp",), page="/en/workato-api/mcp-servers.html"),
    Part(
        name="Workato Identity (IAM)",
        paths=("/api/iam",),
        page="/workato-api/workato-identity-iam.html",
    ),
    Part(name="Connections", paths=("/api/connections",), page="/en/workato-api/connections.html"),
    Part(
        name="Embedded (OEM)",
        paths=("/api/managed_users",),
        page="/en/oem/oem-api/mcp-servers.html",
    ),
    Part(
        name="Developer API",
        paths=(
            "/api/recipes",
            "/api/folders",
            "/api/projects",
            "/api/users",
            "/api/members",
            "/api/properties",
            "/api/activity_logs",
            "/api/agentic",
            "/api/v2/api_clients",
            "/api/api_collections",
            "/api/api_endpoints",
        ),
        page="/en/workato-api.html",
    ),
    Part(name="Developer API MCP server", paths=("/mcp",), page="/mcp/developer-api-mcp.html"),
    Part(name="AIRO MCP server", paths=("/airo_mcp",), page="/en/airo/mcp.html"),
)


def part(path: str) -> Part | None:
    """What part of the Developer API a path belongs to, if any."""
    for each in PARTS:
        if is_below(path, each.paths):
            return each
    return None
