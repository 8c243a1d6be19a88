"""What changes the answers that MCP clients get (`remembered_answers`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from simulator.db.tables import (
    Collaborator,
    Connection,
    EndUser,
    EndUserGroup,
    McpApp,
    McpSession,
    McpTool,
    OAuthToken,
    Recipe,
)
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import (
    api_collections,
    api_endpoints,
    collection_servers,
    disconnection,
    end_user_accounts,
    end_user_groups,
    folders,
    limits,
    mcp_apps,
    proxy_servers,
    recipe_changes,
    recipe_starts,
    recipes,
    server_access,
    server_deletion,
    server_templates,
    server_tools,
    servers,
)
from simulator.domain.api_endpoints import Endpoint
from simulator.domain.engine.steps import API_PLATFORM
from simulator.domain.external_servers import SignIn
from simulator.domain.folders import Place
from simulator.domain.packages import importing, reading
from simulator.domain.server_templates import ConnectionChoice
from simulator.domain.server_tools import Asset
from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens, Signer
from simulator.world import World
from tests.contract.remembered_answers import ADA, server
from tests.tools.requirements import ROOT


def _tool(world: World, name: str = "Get_procurement_policy") -> McpTool:
    return world.db.session.scalars(select(McpTool).where(McpTool.name == name)).one()


def _recipe(world: World) -> Recipe:
    return _tool(world, "List_my_requisitions").recipe


def _parent(world: World) -> Connection:
    number = recipes.read_connection_id(_recipe(world).config[0])
    return world.db.session.get_one(Connection, number)


def _group(world: World) -> EndUserGroup:
    return server(world).groups[0]


def _ada(world: World) -> EndUser:
    return world.db.session.scalars(select(EndUser).where(EndUser.email == ADA)).one()


def _restart(world: World) -> None:
    _tool(world).enabled = False
    world.db.commit()
    servers.set_tools_enabled(world, server(world), [_tool(world).id], enabled=True)


def _limit(world: World) -> None:
    limits.set_limit(world, server(world), RATE_LIMIT, 1, "minute")
    limits.count_call(world, server(world))


def _unlimit(world: World) -> None:
    _limit(world)
    limits.remove_limit(world, server(world), RATE_LIMIT)


def _give_and_take(world: World) -> None:
    server_access.add_end_users(world, server(world), [_ada(world).id])
    world.db.commit()
    server_access.remove_end_user(world, server(world), _ada(world).id)


def _revoke(world: World) -> None:
    store = AccessTokens(world, IDENTITY).store
    for family in world.db.session.scalars(select(OAuthToken.family).distinct()).all():
        store.revoke_family(family)


def _add_an_app(world: World) -> McpApp:
    return mcp_apps.add(world, server(world), _tool(world), name="Board", html="<p>1</p>", csp={})


def _rename_an_app(world: World) -> None:
    app = _add_an_app(world)
    world.db.commit()
    mcp_apps.change(world, app, name="Another board", html="<p>1</p>", csp={})


def _add_and_remove_an_app(world: World) -> None:
    app = _add_an_app(world)
    world.db.commit()
    mcp_apps.remove(world, app)


def _create(world: World) -> None:
    one = server(world)
    servers.create(world, one.project, one.environment_id, "New", "")


def _add_a_tool(world: World) -> None:
    """A copy of a recipe, of another name: all others of the project are tools already."""
    one = _tool(world).recipe
    recipe = Recipe(
        workspace_id=one.workspace_id,
        project_id=one.project_id,
        name="Call the office",
        code=one.code,
        config=one.config,
        stubs=[],
        created_at=one.created_at,
        updated_at=one.updated_at,
    )
    world.db.session.add(recipe)
    world.db.session.flush()
    server_tools.add_tools(world, server(world), [Asset(recipe_id=recipe.id)])


def _create_recipe(world: World) -> None:
    place = folders.Place(project=server(world).project)
    code = '{"keyword": "trigger"}'
    recipe_changes.create(world, place, name="New", code=code, config=None, description="")


def _publish_a_collection(world: World) -> None:
    one = server(world)
    collection = api_collections.create_collection(world, one.project, "Buying")
    collection_servers.create_from_collection(world, collection, one.environment_id, "New", "")


def _follow_an_endpoint(world: World) -> None:
    # It is disabled, as each new one.
    collection_servers.follow_endpoint(world, _make_an_endpoint(world))


def _delete_an_endpoint(world: World) -> None:
    collection_servers.delete_endpoint(world, _make_an_endpoint(world))


def _make_an_endpoint(world: World) -> Endpoint:
    """Of the recipe of a tool, in a collection that the tool's server is made of."""
    one, tool = server(world), _tool(world)
    collection = api_collections.create_collection(world, one.project, "Buying")
    one.collection_id = collection.id
    tool.recipe.code = {**tool.recipe.code, "provider": API_PLATFORM}
    return api_endpoints.create_endpoint(
        world, collection, name="Office", method="GET", path="office", recipe=tool.recipe
    )


def _put_a_proxy_in_front(world: World) -> Connection:
    one, builder = server(world), world.db.session.scalars(select(Collaborator)).all()[0]
    _made, connection = proxy_servers.create(
        *(world, builder, one.environment_id, Place(project=one.project)),
        name="Proxy",
        description="",
        url="https://mcp.example.com",
        sign_in=SignIn(
            resource="https://mcp.example.com",
            authorize_url="https://auth.example.com/authorize",
            token_url="https://auth.example.com/token",
            scopes=(),
            client_id="c1",
            client_secret="",
        ),
    )
    return connection


def _take_over_tools(world: World) -> None:
    listed = [{"name": "search", "description": "Finds everything."}]
    proxy_servers.take_over(world, server(world), _put_a_proxy_in_front(world), listed)


def _use_a_template(world: World) -> None:
    one, template = server(world), server_templates.get_template("procurement_api")
    choices = {"coupa": ConnectionChoice(connection=None, is_users=False)}
    server_templates.use_template(
        world, one.workspace_id, one.environment_id, template, "New", "A new project", choices
    )


def _import(world: World) -> None:
    one, package = server(world), reading.read_path(ROOT / "fixtures/packages/helpdesk")
    importing.import_package(world, one.workspace_id, one.environment_id, package)


def _stop_and_start(world: World) -> None:
    recipe = _tool(world).recipe
    recipe_starts.stop(world, recipe)
    world.db.commit()
    assert not recipe_starts.start(world, recipe)


def _end_sessions(world: World) -> None:
    for row in world.db.session.scalars(select(McpSession)):
        row.ended_at = world.clock.now()


@dataclass(frozen=True)
class Change:
    """One write verb.

    Attributes:
        act: does it, in a unit of work.
        shows: what the next answers have in them that those before had not; empty for a change
            that no client can see.
    """

    act: Callable[[World], object]
    shows: str = ""


#: Verbs of the rules that write what is remembered, by module and name: all there are.
REMEMBERED: Mapping[str, Change] = {
    "servers.change": Change(
        lambda world: servers.change(world, server(world), name="Renamed"), "Renamed"
    ),
    "servers.describe_tool": Change(
        lambda world: servers.describe_tool(world, _tool(world), "Said anew"), "Said anew"
    ),
    "servers.set_tools_enabled": Change(
        lambda world: servers.set_tools_enabled(
            world, server(world), [_tool(world).id], enabled=False
        ),
        "unknown_tool",
    ),
    "servers.switch_to_workato_identity": Change(
        lambda world: servers.switch_to_workato_identity(world, server(world, 2108)),
        "401",
    ),
    "servers.switch_to_token_access": Change(
        lambda world: servers.switch_to_token_access(world, server(world)), "unauthorized"
    ),
    "servers.generate_token": Change(
        lambda world: servers.generate_token(world, server(world, 2108)), "unauthorized"
    ),
    "servers.assign_groups": Change(
        lambda world: servers.assign_groups(world, server(world), [_group(world).id])
    ),
    "servers.remove_group": Change(
        lambda world: servers.remove_group(world, server(world), _group(world).id), "not_in_group"
    ),
    "server_access.add_end_users": Change(
        lambda world: server_access.add_end_users(world, server(world), [_ada(world).id])
    ),
    "server_access.remove_end_user": Change(_give_and_take),
    "limits.set_limit": Change(_limit, "rate_limited"),
    "limits.remove_limit": Change(_unlimit),
    "limits.restrict_addresses": Change(
        lambda world: limits.restrict_addresses(
            world, server(world), allow=["10.0.0.0/8"], deny=[]
        ),
        "ip_denied",
    ),
    "recipe_versions.save": Change(
        lambda world: recipes.use_connection(
            world, _recipe(world), _parent(world), end_users=False
        ),
        "200 None",
    ),
    "recipe_changes.create_recipe": Change(_create_recipe),
    "recipes.forget_connection": Change(
        lambda world: recipes.forget_connection(world, _parent(world)), "tool_failed"
    ),
    "servers.create": Change(_create, "unauthorized"),
    "servers.move": Change(
        lambda world: servers.move(world, server(world), Place(project=server(world).project))
    ),
    "servers.revoke_token": Change(
        lambda world: servers.revoke_token(world, server(world, 2108)), "unauthorized"
    ),
    "server_tools.add_tools": Change(_add_a_tool, "Call_the_office"),
    "server_tools.remove_tool": Change(
        lambda world: server_tools.remove_tool(world, _tool(world)), "unknown_tool"
    ),
    "server_tools.set_hints": Change(
        lambda world: server_tools.set_hints(world, _tool(world), {"open_world": True}),
        '"openWorldHint": true',
    ),
    "mcp_apps.add": Change(_add_an_app, "ui://board"),
    "mcp_apps.change": Change(_rename_an_app, "Another board"),
    "mcp_apps.remove": Change(_add_and_remove_an_app),
    "server_deletion.delete_server": Change(
        lambda world: server_deletion.delete_server(world, server(world), "somebody"), "404"
    ),
    "collection_servers.create_from_collection": Change(_publish_a_collection, "unauthorized"),
    "collection_servers.follow_endpoint": Change(_follow_an_endpoint, "unknown_tool"),
    "collection_servers.delete_endpoint": Change(_delete_an_endpoint, "unknown_tool"),
    "proxy_servers.create": Change(_put_a_proxy_in_front, "unauthorized"),
    "proxy_servers.take_over": Change(_take_over_tools, "Finds everything."),
    "server_templates._personalize": Change(_use_a_template, "unauthorized"),
    "server_manifests._store_tools": Change(_import, "unauthorized"),
    "recipe_starts.stop": Change(
        lambda world: recipe_starts.stop(world, _tool(world).recipe), "unknown_tool"
    ),
    "recipe_starts.start": Change(_stop_and_start),
    "signing.rotate": Change(lambda world: Signer(world, IDENTITY).rotate(), "kid"),
    "signing.replace": Change(lambda world: Signer(world, IDENTITY).replace(), "unauthorized"),
}

#: What decides about a call and is not remembered: it is read at every one.
READ_EACH_TIME: Mapping[str, Change] = {
    "a token is revoked": Change(_revoke, "unauthorized"),
    "a person leaves a group": Change(
        lambda world: end_user_groups.set_member(
            world, _group(world), _ada(world), is_member=False
        ),
        "not_in_group",
    ),
    "a group is deleted": Change(
        lambda world: end_user_groups.delete_group(world, _group(world)), "not_in_group"
    ),
    "an environment is taken away from a person": Change(
        lambda world: server_access.set_environment(
            world, _ada(world), server(world).environment, is_allowed=False
        ),
        "not_in_group",
    ),
    "a person is disabled": Change(
        lambda world: end_user_accounts.change_end_user(world, _ada(world), status="disabled"),
        "may not sign in",
    ),
    "a session ends": Change(_end_sessions, "unknown_session"),
    "a connection is lost": Change(
        lambda world: disconnection.disconnect(world, _parent(world), "No more."), "tool_failed"
    ),
    "a tool is started again": Change(_restart),
}
