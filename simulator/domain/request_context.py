"""Who is calling: the one thing that says so, from an MCP server's door to the app."""

from dataclasses import dataclass

from simulator.db.tables import EndUser, McpServer


@dataclass(frozen=True, kw_only=True)
class RequestContext:
    """Who sends a request to an MCP server, and through which.

    Rows are read in the request's first transaction. A call that streams outlives it: of these
    rows, later steps use columns alone.

    Attributes:
        server: that the request came to.
        person: the verified end user; None with token-based access.
        ip_address: where the request came from; None within this process.
    """

    server: McpServer
    person: EndUser | None
    ip_address: str | None
