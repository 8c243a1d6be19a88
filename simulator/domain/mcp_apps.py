"""MCP apps: HTML documents that clients show in a sandboxed frame when a tool is called.

The model calls the linked tool once, which opens the app; what the app does then are calls of
tools like any other (Workato docs, MCP app development; MCP Apps, SEP-1865).
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from simulator.db.tables import McpApp, McpServer, McpTool
from simulator.domain import servers
from simulator.domain.server_tools import make_unique
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: Directives of the content security policy, as a manifest has them → what the page calls them.
DIRECTIVES: Mapping[str, str] = MappingProxyType(
    {
        "resourceDomains": "Resource domains",
        "connectDomains": "Connect domains",
        "frameDomains": "Frame domains",
        "baseUriDomains": "Base URI domains",
    }
)
#: Our choice: in characters.
LONGEST_HTML = 400_000
_LONGEST_NAME = 100
_MOST_ORIGINS = 50

#: Why some servers have none.
OF_OTHERS = (
    "MCP apps belong to servers whose tools are project assets: not to one of an API collection, "
    "nor to one in front of an external MCP server."
)


def list_apps(world: World, server: McpServer) -> Sequence[McpApp]:
    """Return a server's apps by their names; there are no more than it has tools.

    Args:
        server: the MCP server.
    """
    own = select(McpApp).where(McpApp.server_number == server.number)
    found = own.options(joinedload(McpApp.tool)).order_by(McpApp.name, McpApp.id)
    return world.db.session.scalars(found).all()


def list_free_tools(world: World, server: McpServer) -> Sequence[McpTool]:
    """Return the tools of a server that open no app yet, in the server's order.

    Args:
        server: the MCP server.
    """
    linked = select(McpApp.tool_id).where(McpApp.server_number == server.number)
    own = McpTool.server_number == server.number, McpTool.id.not_in(linked)
    found = select(McpTool).where(*own).order_by(McpTool.position, McpTool.id)
    return world.db.session.scalars(found).all()


def get_app(world: World, server: McpServer, app_id: int) -> McpApp:
    """Return an app of a server.

    Args:
        server: the MCP server.
        app_id: the id of the app.

    Raises:
        NotFound: the server has none with this id.
    """
    found = world.db.session.get(McpApp, app_id)
    if found is None or found.server_number != server.number:
        raise NotFound("This MCP app does not exist.")
    return found


def read_html(world: World, app_id: int) -> str | None:
    """Return the document of an app; None where there is none any more.

    Args:
        app_id: the id of the app.
    """
    return world.db.session.scalar(select(McpApp.html).where(McpApp.id == app_id))


def check(name: str, html: str, csp: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what is wrong with an app, field by field; empty if nothing is.

    Args:
        name: the name of the app.
        html: the HTML document.
        csp: the content security policy: directive → origins.
    """
    errors: dict[str, str] = {}
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
        errors["name"] = f"Enter a name of at most {_LONGEST_NAME} characters, without '/'."
    if not html.strip() or len(html) > LONGEST_HTML:
        errors["html"] = f"Enter the HTML document, of at most {LONGEST_HTML:,} characters."
    for directive in DIRECTIVES:
        origins = csp.get(directive, ())
        wrong = next((each for each in origins if not _is_origin(each)), None)
        if wrong is not None:
            errors[directive] = f"'{wrong[:200]}' is no origin, such as https://cdn.jsdelivr.net."
        elif len(origins) > _MOST_ORIGINS:
            errors[directive] = f"Enter at most {_MOST_ORIGINS} origins."
    return errors


def add(
    world: World,
    server: McpServer,
    tool: McpTool,
    *,
    name: str,
    html: str,
    csp: Mapping[str, Sequence[str]],
) -> McpApp:
    """Add an app to a server; clients see it with their next list of tools.

    Args:
        server: the MCP server; its tools are project assets.
        tool: the tool of the server that opens the app.
        name: the name, as `check` takes it.
        html: the HTML document, likewise.
        csp: the content security policy, likewise.

    Raises:
        FieldError: on `tool`: the server has no apps, or the tool opens another; on `name`: another
            has nearly the same.
    """
    if not may_have_apps(server):
        raise FieldError("tool", OF_OTHERS)
    session, now = world.db.session, world.clock.now()
    servers.lock(world, server)  # of two who add at once, the second one waits
    there = list_apps(world, server)
    other = next((each for each in there if each.tool_id == tool.id), None)
    if other is not None:
        raise FieldError("tool", f"This tool opens the MCP app '{other.name}' already.")
    _check_other_names(there, name)
    app = McpApp(
        server_number=server.number,
        tool=tool,
        name=name.strip(),
        slug=make_unique(_make_slug(name), {each.slug for each in there}),
        html=html,
        csp=_complete(csp),
        created_at=now,
        updated_at=now,
    )
    session.add(app)
    session.flush()
    return app


def change(
    world: World, app: McpApp, *, name: str, html: str, csp: Mapping[str, Sequence[str]]
) -> bool:
    """Change an app; its address stays, as clients know it by that.

    Args:
        app: the app to change.
        name: the name, as `check` takes it.
        html: the HTML document, likewise.
        csp: the content security policy, likewise.

    Returns:
        Whether anything was another before.

    Raises:
        FieldError: on `name`: another has nearly the same.
    """
    others = select(McpApp).where(McpApp.server_number == app.server_number, McpApp.id != app.id)
    _check_other_names(world.db.session.scalars(others).all(), name)
    values = {"name": name.strip(), "html": html, "csp": _complete(csp)}
    if all(getattr(app, key) == value for key, value in values.items()):
        return False
    for key, value in values.items():
        setattr(app, key, value)
    app.updated_at = world.clock.now()
    world.db.session.flush()
    return True


def remove(world: World, app: McpApp) -> None:
    """Remove an app; the tool that opened it stays.

    Args:
        app: the app to remove.
    """
    world.db.session.delete(app)
    world.db.session.flush()


def may_have_apps(server: McpServer) -> bool:
    """Return whether a server's tools are project assets, which may open apps.

    Args:
        server: the MCP server.
    """
    return server.collection_id is None and server.proxy_connection_id is None


def _check_other_names(others: Sequence[McpApp], name: str) -> None:
    """Keep names apart, as addresses and the files of packages are made of their words."""
    for other in others:
        if _make_slug(other.name) == _make_slug(name):
            raise FieldError("name", f"The MCP app '{other.name}' has this name already.")


def _complete(csp: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {directive: list(csp.get(directive, ())) for directive in DIRECTIVES}


def _make_slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "app"


def _is_origin(text: str) -> bool:
    """Return whether a text is a scheme and a host, as a content security policy names it."""
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    rest = parts.path or parts.query or parts.fragment or parts.username
    return (
        parts.scheme in ("https", "http", "wss", "ws")
        and bool(parts.hostname)
        and (port_is_right and not rest and not re.search(r"[\s;,'\"]", text))
    )
