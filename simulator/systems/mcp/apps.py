"""MCP apps as resources: HTML documents of the scheme `ui` (MCP Apps, SEP-1865)."""

from collections.abc import Sequence

from mcp_types import ReadResourceResult, Resource, TextResourceContents

from simulator.domain import mcp_apps
from simulator.domain.catalogue import PublishedServer
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.errors import RESOURCE_NOT_FOUND, RpcError
from simulator.validation.parsing import shorten
from simulator.world import World

MIME_TYPE = "text/html;profile=mcp-app"


def list_resources(server: PublishedServer) -> Sequence[Resource]:
    """Return the apps that a live tool of the server opens."""
    return [
        Resource(name=app.name, uri=app.uri, mime_type=MIME_TYPE)
        for app in server.live_apps.values()
    ]


def read_resource(
    world: World, server: PublishedServer, uri: str, dialect: Dialect
) -> ReadResourceResult:
    """Return the document of an app, with the origins that it may reach.

    Raises:
        RpcError: the server has no such app.
    """
    app = server.live_apps.get(uri)
    html = None if app is None else mcp_apps.read_html(world, app.id)
    if app is None or html is None:
        raise RpcError(
            Code.UNKNOWN_RESOURCE,
            f"There is no resource {shorten(uri)}.",
            data={"uri": shorten(uri, 500)},
            number=None if dialect.modern else RESOURCE_NOT_FOUND,
        )
    content = TextResourceContents(uri=uri, mime_type=MIME_TYPE, text=html)
    content.meta = {"ui": {"csp": dict(app.csp)}}
    return ReadResourceResult(contents=[content])
