"""Delete a customer with everything of it: what is elsewhere is given up, what is here goes.

What a deletion takes along is not documented: our choice. The customer's number and those of its
servers are nobody else's afterwards, so that no address and no id comes to mean somebody new.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from simulator.db.base import Base
from simulator.db.tables import (
    ApiClient,
    Collaborator,
    Customer,
    DeletedServer,
    EndUser,
    Environment,
    McpServer,
    OAuthCode,
    OAuthConsent,
    OAuthToken,
    SignIn,
    Workspace,
)
from simulator.db.tables import Connection as AppConnection
from simulator.domain import activity_trail, disconnection, server_deletion
from simulator.domain.customers import Account
from simulator.net.addresses import AIHUB, IDENTITY
from simulator.world import World

#: What outlives the workspace, for its numbers.
_LASTING = frozenset((Customer.__tablename__, DeletedServer.__tablename__))


def delete_customer(world: World, account: Account, by: str) -> None:
    """Delete a customer; a second call after a failure midway deletes the rest.

    First it is closed: its API clients, MCP servers and end users are refused from then on. Then
    its connections are given up at their apps, and at last everything that is stored of it goes.

    Args:
        world: with an open unit of work, which is committed on the way.
        account: the customer.
        by: the name of the API client that does it.
    """
    session = world.db.session
    number, name, vendor_id = (
        account.workspace.id,
        account.workspace.name,
        account.customer.vendor_id,
    )
    actor = activity_trail.get_actor(world)
    activity_trail.move_to(world, number)
    own = select(Environment.id).where(Environment.workspace_id == number)
    session.execute(delete(ApiClient).where(ApiClient.environment_id.in_(own)))
    session.execute(update(EndUser).where(EndUser.workspace_id == number).values(status="disabled"))
    servers = select(McpServer).where(McpServer.workspace_id == number).order_by(McpServer.number)
    for server in session.scalars(servers).all():
        server_deletion.delete_server(world, server, by)
    world.db.commit()
    parents = select(AppConnection).where(
        AppConnection.workspace_id == number, AppConnection.parent_id.is_(None)
    )
    for connection in session.scalars(parents.order_by(AppConnection.id)).all():
        disconnection.delete(world, connection)
    world.db.commit()
    session.expire_all()
    _delete_rows(session.connection(), number, vendor_id)
    if actor is not None:
        activity_trail.act_as(world, actor)
    activity_trail.note(world, "deleted", "ManagedUser", str(number), name)
    world.db.commit()
    session.expunge_all()


def _delete_rows(connection: Connection, workspace_id: int, vendor_id: int) -> None:
    """Delete every row of a workspace, those first that refer to others; nobody is told of each."""
    people: dict[str, Any] = {
        AIHUB: select(Collaborator.id).where(Collaborator.workspace_id == workspace_id),
        IDENTITY: select(EndUser.id).where(EndUser.workspace_id == workspace_id),
    }
    for system, ids in people.items():
        own = [str(each) for each in connection.scalars(ids)]
        connection.execute(delete(SignIn).where(SignIn.system == system, SignIn.person.in_(own)))
    for issued in (OAuthToken, OAuthCode, OAuthConsent):
        theirs = issued.provider == IDENTITY, issued.subject.in_(people[IDENTITY])
        connection.execute(delete(issued).where(*theirs))
    connection.execute(
        update(DeletedServer)
        .where(DeletedServer.workspace_id == workspace_id)
        .values(workspace_id=vendor_id)
    )
    connection.execute(update(Customer).where(Customer.id == workspace_id).values(external_id=None))
    doomed = _list_doomed(workspace_id)
    for table in reversed(Base.metadata.sorted_tables):
        if (condition := doomed.get(table.name)) is not None:
            connection.execute(delete(table).where(condition))


def _list_doomed(workspace_id: int) -> dict[str, ColumnElement[bool]]:
    """Return which rows of each table go: those that refer to the workspace, by whatever way."""
    found: dict[str, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name == Workspace.__tablename__:
            found[table.name] = table.c.id == workspace_id
        elif table.name not in _LASTING and (parts := _list_parts(table, found)):
            found[table.name] = or_(*parts)
    return found


def _list_parts(table: Table, found: dict[str, ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    for key in sorted(table.foreign_keys, key=lambda each: each.parent.name):
        other = key.column.table
        if other is not table and other.name in found:
            parts.append(key.parent.in_(select(key.column).where(found[other.name])))
    return parts
