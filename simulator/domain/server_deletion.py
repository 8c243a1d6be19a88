"""Delete an MCP server: what ends with it, and what stays."""

from sqlalchemy import delete, select, update

from simulator.db.tables import (
    ConnectionAttempt,
    DeletedServer,
    McpServer,
    McpSession,
    McpTool,
    OAuthCode,
    OAuthConsent,
    OAuthState,
    OAuthToken,
    PackageAsset,
)
from simulator.domain import servers
from simulator.errors import FieldError
from simulator.net.addresses import IDENTITY
from simulator.world import World


def delete_server(world: World, server: McpServer, by: str) -> None:
    """Delete a server; its clients are refused from their next request on.

    With it go its tools, its MCP token, its limits, which groups have access, the setup links of
    its prompts, the sessions of its clients, and the tokens and consents that people gave them.
    Recipes, end-user groups and the connections that people made stay: they are not the server's,
    and other servers may use them. Jobs stay as history. No other server gets its number, and so
    its address (our choice, as all of this: what a deletion takes along is not documented).

    Args:
        server: the server to delete.
        by: who does it: the collaborator's e-mail address, or the API client's name.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    session, now, number = world.db.session, world.clock.now(), server.number
    servers.lock(world, server)
    session.add(
        DeletedServer(
            number=number,
            workspace_id=server.workspace_id,
            handle=server.handle,
            name=server.name,
            deleted_by=by,
            deleted_at=now,
        )
    )
    urls = world.addresses.mcp_audiences(number)
    here = OAuthToken.provider == IDENTITY, OAuthToken.resource.in_(urls)
    alive = update(OAuthToken).where(*here, OAuthToken.revoked_at.is_(None))
    session.execute(alive.values(revoked_at=now))
    for table in (OAuthCode, OAuthConsent):
        session.execute(delete(table).where(table.provider == IDENTITY, table.resource.in_(urls)))
    open_sessions = update(McpSession).where(
        McpSession.place == str(number), McpSession.ended_at.is_(None)
    )
    session.execute(open_sessions.values(ended_at=now))
    attempts = select(ConnectionAttempt.id).where(ConnectionAttempt.server_number == number)
    session.execute(delete(OAuthState).where(OAuthState.attempt_id.in_(attempts)))
    session.execute(delete(ConnectionAttempt).where(ConnectionAttempt.server_number == number))
    session.execute(delete(PackageAsset).where(PackageAsset.server_number == number))
    session.execute(delete(McpTool).where(McpTool.server_number == number))
    session.flush()
    session.expunge(server)
    session.execute(delete(McpServer).where(McpServer.number == number))


def confirm_name(server: McpServer, typed: str) -> None:
    """Check that who deletes a server has typed its name.

    Args:
        server: the server to delete.
        typed: the name that was typed in the dialog.

    Raises:
        FieldError: on `name`.
    """
    if typed.strip() != server.name.strip():
        raise FieldError("name", f"Type the name of the MCP server as it is: {server.name}")
