"""Pages of tools/list, with an opaque cursor that names the last tool of the previous page."""

import json
from collections.abc import Sequence

from simulator.crypto import Purpose, SealError
from simulator.domain.catalogue import PublishedServer, PublishedTool
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.world import World

#: Tools on a page (our choice).
PAGE_SIZE = 50


def get_page(
    world: World, server: PublishedServer, cursor: str | None
) -> tuple[Sequence[PublishedTool], str | None]:
    """Return up to `PAGE_SIZE` live tools after a cursor, and the cursor of the next page.

    A cursor is sealed, belongs to one server and names a place in the order of its tools; so a tool
    that starts or stops between two pages makes no other appear twice or not at all (MCP,
    Pagination).

    Raises:
        RpcError: the cursor is none that this server gave out.
    """
    behind = (0, 0) if cursor is None else _place(world, server, cursor)
    rest = sorted((tool for tool in server.tools if tool.live and _rank(tool) > behind), key=_rank)
    shown = rest[:PAGE_SIZE]
    return shown, _cursor(world, shown[-1]) if len(rest) > PAGE_SIZE else None


def _rank(tool: PublishedTool) -> tuple[int, int]:
    return tool.position, tool.id


def _cursor(world: World, last: PublishedTool) -> str:
    return world.keys.seal(
        Purpose.TOOL_LIST_CURSOR,
        json.dumps({"tools_of": last.server_number, "behind": _rank(last)}),
    )


def _place(world: World, server: PublishedServer, cursor: str) -> tuple[int, int]:
    try:
        opened = json.loads(world.keys.unseal(Purpose.TOOL_LIST_CURSOR, cursor))
    except (SealError, ValueError):  # made up, or something else that was sealed
        opened = None
    if not isinstance(opened, dict) or opened.get("tools_of") != server.number:
        raise RpcError(
            Code.INVALID_CURSOR,
            "This cursor is none of this list: send the nextCursor of the page before as it is, or "
            "none for the first page.",
        )
    position, number = opened["behind"]
    return position, number
