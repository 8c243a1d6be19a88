"""Access of single people: to an MCP server without a group, to environments, and invitations."""

from typing import Annotated

from pydantic import Field

from simulator.control import persons
from simulator.control.listing import Next, Part, cut
from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import (
    BELOW,
    act_as_owner,
    changing,
    conflicting,
    missing,
    reading,
)
from simulator.db.tables import EndUser
from simulator.domain import end_user_accounts, lookup, server_access, servers, workspaces
from simulator.errors import naming
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
OF_PEOPLE = Table(Endpoint, CONTROL_PATH)
_MISSING = missing("server")
_OF_TOKENS = {403: "nobody signs in to this server, or the request comes from a web page"}
_NOBODY = {
    404: "nobody has this id, e-mail address or name, or their workspace no such environment"
}


class ServerEndUsers(ResponseModel):
    """A page of the people who have a server by themselves, by name."""

    end_users: list[persons.Person]
    next: Next


class AddServerEndUsers(Body):
    """Who gets access."""

    end_users: Annotated[
        list[str],
        Field(min_length=1, max_length=500, description="By id, e-mail address or name."),
    ]


class EnvironmentAccess(ResponseModel):
    """Whether somebody has an environment."""

    id: int
    name: str
    allowed: bool


class EnvironmentAccesses(ResponseModel):
    """Which environments somebody has."""

    environments: list[EnvironmentAccess]


class SetEnvironmentAccess(Body):
    """Whether they are to have it."""

    allowed: bool


@ENDPOINTS.add("GET", "servers/:handle/end_users", problems=_MISSING | _OF_TOKENS)
def list_server_end_users(
    simulator: Simulator, workspace: int, handle: str, query: Part
) -> ServerEndUsers:
    """List a page of the people who have access to a server by themselves, by name."""
    with reading(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        server_access.check_takes_end_users(server)
        rows, behind = cut(server_access.list_end_users(world, server), query)
        return ServerEndUsers(end_users=persons.to_response(world, rows), next=behind)


@ENDPOINTS.add(
    "POST",
    "servers/:handle/end_users",
    problems=_MISSING | _OF_TOKENS | {422: "somebody is unknown, or a member is wrong"},
)
def add_server_end_users(
    simulator: Simulator, workspace: int, handle: str, body: AddServerEndUsers
) -> ServerEndUsers:
    """Give people access to a server; the answer lists those who had none by themselves.

    Raises:
        FieldError: on `end_users`.
    """
    with changing(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        server_access.check_takes_end_users(server)
        with naming("end_users"):
            ids = [lookup.get_end_user_called(world, each).id for each in body.end_users]
            added = server_access.add_end_users(world, server, ids)
        return ServerEndUsers(end_users=persons.to_response(world, added), next=None)


@ENDPOINTS.add(
    "DELETE",
    "servers/:handle/end_users/:id",
    problems=missing("server, or the person has no access of their own") | _OF_TOKENS,
)
def remove_server_end_user(simulator: Simulator, workspace: int, handle: str, id: str) -> None:
    """Take away the access that somebody has by themselves; that of their groups stays."""
    with changing(simulator, workspace) as world:
        server = servers.get_server(world, workspace, handle)
        server_access.check_takes_end_users(server)
        person = lookup.get_end_user_called(world, id)
        server_access.remove_end_user(world, server, person.id)


@OF_PEOPLE.add("GET", "people/:id/environments", problems=_NOBODY)
def list_environments_of_person(simulator: Simulator, id: str) -> EnvironmentAccesses:
    """Tell which environments an end user has."""
    world = simulator.world
    with world.db.reading():
        return EnvironmentAccesses(
            environments=_list_access(world, lookup.get_end_user_called(world, id))
        )


@OF_PEOPLE.add("PUT", "people/:id/environments/:environment", problems=_NOBODY)
def set_environment_of_person(
    simulator: Simulator, id: str, environment: int, body: SetEnvironmentAccess
) -> EnvironmentAccesses:
    """Revoke an end user's access to an environment, or give it back."""
    world = simulator.world
    with world.db.unit():
        person = lookup.get_end_user_called(world, id)
        act_as_owner(world, person.workspace_id)
        found = workspaces.get_environment(world, person.workspace_id, environment)
        server_access.set_environment(world, person, found, is_allowed=body.allowed)
        return EnvironmentAccesses(environments=_list_access(world, person))


@OF_PEOPLE.add(
    "POST",
    "people/:id/invite",
    problems={
        404: "nobody has this id, e-mail address or name",
        409: "the person has accepted an invitation, or is disabled",
    },
)
def invite_person(simulator: Simulator, id: str) -> persons.Mail:
    """Send an end user's invitation once more; the answer is the mail."""
    world = simulator.world
    with world.db.unit():
        person = lookup.get_end_user_called(world, id)
        act_as_owner(world, person.workspace_id)
        with conflicting():
            end_user_accounts.invite(world, person)
        return persons.write_letter(world, person)


def _list_access(world: World, person: EndUser) -> list[EnvironmentAccess]:
    lost = server_access.list_lost_environments(world, person)
    return [
        EnvironmentAccess(id=each.id, name=each.name, allowed=each.id not in lost)
        for each in workspaces.list_environments(world, person.workspace_id)
    ]
