"""MCP apps of servers: added, changed and removed; packages bring them, too."""

from typing import Annotated

from pydantic import Field

from simulator.control.listing import Name
from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing, reading
from simulator.db.tables import McpApp
from simulator.domain import mcp_apps, servers
from simulator.errors import FieldError
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("MCP server or MCP app")
_WRONG = {422: "the name is taken, an origin is none, or the tool is unknown or opens another app"}

_CSP = Field(
    description="Content security policy: directive → origins, as https://cdn.jsdelivr.net. "
    f"Directives are {', '.join(mcp_apps.DIRECTIVES)}."
)
_HTML = Field(min_length=1, max_length=mcp_apps.LONGEST_HTML, description="The HTML document.")


class App(ResponseModel):
    """An MCP app of a server."""

    id: int
    name: str
    tool: Annotated[str, Field(description="Name of the tool that opens it.")]
    uri: Annotated[str, Field(description="The resource that clients read.")]
    html: str
    csp: dict[str, list[str]]


class Apps(ResponseModel):
    """The MCP apps of a server, by name."""

    mcp_apps: list[App]


class ChangeApp(Body):
    """An MCP app as it is to be."""

    name: Name
    html: Annotated[str, _HTML]
    csp: Annotated[dict[str, list[str]], _CSP] = {}


class NewApp(ChangeApp):
    """An MCP app that is added."""

    tool: Annotated[str, Field(description="Name of the tool that opens it.")]


@ENDPOINTS.add("GET", "servers/:handle/apps", problems=missing("MCP server"))
def list_mcp_apps(simulator: Simulator, workspace: int, handle: str) -> Apps:
    """List the MCP apps of a server, by name."""
    with reading(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        return Apps(mcp_apps=[_to_response(each) for each in mcp_apps.list_apps(world, server)])


@ENDPOINTS.add("GET", "servers/:handle/apps/:app", problems=_MISSING)
def get_mcp_app(simulator: Simulator, workspace: int, handle: str, app: int) -> App:
    """Tell of one MCP app."""
    with reading(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        return _to_response(mcp_apps.get_app(world, server, app))


@ENDPOINTS.add("POST", "servers/:handle/apps", problems=missing("MCP server") | _WRONG)
def add_mcp_app(simulator: Simulator, workspace: int, handle: str, body: NewApp) -> Reply[App]:
    """Add an MCP app to a server, linked to one of its tools.

    Raises:
        FieldError: on `name`, `tool`, `html` or `csp`.
    """
    with changing(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        tool = next((each for each in server.tools if each.name == body.tool), None)
        if tool is None:
            names = ", ".join(each.name for each in server.tools) or "none"
            raise FieldError("tool", f"There is no tool '{body.tool}'. There are: {names}.")
        _check(body)
        app = mcp_apps.add(world, server, tool, name=body.name, html=body.html, csp=body.csp)
        path = f"{CONTROL_PATH}workspaces/{workspace}/servers/{handle}/apps/{app.id}"
        return Reply(value=_to_response(app), status=201, location=path)


@ENDPOINTS.add("PUT", "servers/:handle/apps/:app", problems=_MISSING | _WRONG)
def change_mcp_app(
    simulator: Simulator, workspace: int, handle: str, app: int, body: ChangeApp
) -> App:
    """Change an MCP app; its address and its tool stay.

    Raises:
        FieldError: on `name`, `html` or `csp`.
    """
    with changing(simulator, workspace) as world:
        found = mcp_apps.get_app(world, servers.get_server(world, workspace, handle), app)
        _check(body)
        mcp_apps.change(world, found, name=body.name, html=body.html, csp=body.csp)
        return _to_response(found)


@ENDPOINTS.add("DELETE", "servers/:handle/apps/:app", problems=_MISSING)
def remove_mcp_app(simulator: Simulator, workspace: int, handle: str, app: int) -> None:
    """Remove an MCP app; the tool that opened it stays."""
    with changing(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        mcp_apps.remove(world, mcp_apps.get_app(world, server, app))


def _check(body: ChangeApp) -> None:
    for directive in body.csp:
        if directive not in mcp_apps.DIRECTIVES:
            known = ", ".join(mcp_apps.DIRECTIVES)
            raise FieldError("csp", f"There is no directive '{directive}'. There are: {known}.")
    for member, sentence in mcp_apps.check(body.name, body.html, body.csp).items():
        raise FieldError("csp" if member in mcp_apps.DIRECTIVES else member, sentence)


def _to_response(app: McpApp) -> App:
    return App(
        id=app.id,
        name=app.name,
        tool=app.tool.name,
        uri=app.uri,
        html=app.html,
        csp=app.csp,
    )
