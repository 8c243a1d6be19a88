"""What is known of Workato's Developer API, none of which is simulated: 501 rather than 404."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

bp = Blueprint("developer_api", __name__)

_DOCS = "https://docs.workato.com"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A part of the Developer API.

    Attributes:
        name: as the documentation calls it.
        paths: where its endpoints are; what stands below them belongs to it, too.
        page: of the documentation, below docs.workato.com.
    """

    name: str
    paths: tuple[str, ...]
    page: str


#: In the order of the documentation; the first that fits a path is it.
KNOWN = (
    Known(name="MCP servers", paths=("/api/mcp",), page="/en/workato-api/mcp-servers.html"),
    Known(
        name="Workato Identity (IAM)",
        paths=("/api/iam",),
        page="/workato-api/workato-identity-iam.html",
    ),
    Known(name="Connections", paths=("/api/connections",), page="/en/workato-api/connections.html"),
    Known(
        name="Embedded (OEM)",
        paths=("/api/managed_users",),
        page="/en/oem/oem-api/mcp-servers.html",
    ),
    Known(
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
    Known(name="Developer API MCP server", paths=("/mcp",), page="/mcp/developer-api-mcp.html"),
    Known(name="AIRO MCP server", paths=("/airo_mcp",), page="/en/airo/mcp.html"),
)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def known(path: str) -> Known | None:
    """What part of the Developer API a path belongs to, if any."""
    for each in KNOWN:
        if any(path == start or path.startswith(f"{start}/") for start in each.paths):
            return each
    return None


@bp.route("/api/", methods=_METHODS)
@bp.route("/api/<path:_rest>", methods=_METHODS)
@bp.route("/mcp", methods=_METHODS)
@bp.route("/airo_mcp", methods=_METHODS)
def unsimulated(_rest: str = "") -> tuple[Response, int]:
    """501 with the page that documents what was asked for; 404 for what nobody knows.

    Both in the shape of the real API's errors: `{"message": …}`.
    """
    part = known(request.path.rstrip("/"))
    asked = f"{request.method} {request.path}"
    if part is None:
        return jsonify(message=f"{asked} is no endpoint that Workato documents."), 404
    return jsonify(
        message=f"{asked} belongs to Workato's {part.name}, which is not simulated.",
        documentation_url=f"{_DOCS}{part.page}",
    ), 501
