"""MCP servers, end users, groups, connections and profiles: who gets to what."""

from simulator.db.tables import Connection
from simulator.domain import connections
from tests.tools.api_tour.recorder import Recorder


def tour(api: Recorder) -> None:
    """Call the endpoints."""
    _people(api)
    _servers(api)
    _connections(api)
    _profiles(api)


def _people(api: Recorder) -> None:
    call = api.call
    call("list_users")
    ines = call("create_users", {"email": "ines@acme.example", "full_name": "Ines Alba"})["data"]
    ines = ines[0] if isinstance(ines, list) else ines
    call("get_user", user_id=ines["id"])
    call("update_user", {"full_name": "Ines Alba Ruiz"}, user_id=ines["id"])
    group = call("create_group", {"name": "Buyers", "user_ids": []})["data"]
    call("list_groups")
    call("get_group", group_id=group["id"])
    call("update_group", {"name": "Strategic buyers"}, group_id=group["id"])
    call("add_to_group", {"user_group_id": group["id"]}, user_id=ines["id"])
    call("remove_from_group", {"user_group_id": group["id"]}, user_id=ines["id"])
    call("add_users", {"user_ids": [ines["id"]]}, group_id=group["id"])
    call("list_members", group_id=group["id"])
    call("remove_users", {"user_ids": [ines["id"]]}, group_id=group["id"])
    link = call("create_app_link", {"name": "Orders", "url": "https://orders.acme.example"})["data"]
    other = call("create_app_link", {"name": "Help", "url": "https://help.acme.example"})["data"]
    call("list_app_links")
    call("delete_app_link", link_id=link["id"])
    call("delete_app_links", {"ids": [other["id"]]})
    call("delete_user", user_id=ines["id"])
    call("delete_group", group_id=group["id"])


def _servers(api: Recorder) -> None:
    call = api.call
    call("list_servers")
    new = {"name": "Orders assistant", "description": "Looks up purchase orders.", "folder_id": 1}
    server = call("create_server", new)["data"]["id"]
    call("get_server", handle=server)
    call("change_server", {"description": "Looks up orders and invoices."}, handle=server)
    recipe = next(
        each["id"]
        for each in call("list_recipes", query="?folder_id=1&running=true")["items"]
        if each["trigger_application"] == "workato_recipe_function"
    )
    tool = {"id": str(recipe), "trigger_application": "workato_recipe_function"}
    added = call("assign_tools", {"tools": [tool]}, handle=server)["items"][0]["id"]
    call("list_tools", handle=server)
    hints = {"read_only": True, "idempotent": True}
    call(
        "change_tool",
        {"description": "Orders of mine.", "hints": hints},
        handle=server,
        tool_id=added,
    )
    (group, *_) = call("list_assignable_groups")["data"]
    groups = {"idp_user_group_ids": [group["id"]]}
    call("assign_groups", groups, handle=server)
    call("remove_groups", groups, handle=server)
    limit = {"rate_limits": {"limit": 60, "interval": "minute"}, "ip_allow_list": ["192.0.2.0/24"]}
    call("change_policy", {"mcp_server_policy": limit}, handle=server)
    call("get_policy", handle=server)
    call("delete_tool", handle=server, tool_id=added)
    call("change_server", {"auth_type": "hashed_token"}, handle=server)
    call("create_token", handle=server)
    call("renew_token", handle=server)
    folder = call("create_folder", {"name": "Assistants", "parent_id": 1})["id"]
    call("move_server", {"folder_id": folder}, handle=server)
    call("delete_server", handle=server)


def _connections(api: Recorder) -> None:
    call = api.call
    call("list_connections", query="?folder_id=1")
    new = {"name": "Coupa (sandbox)", "provider": "coupa", "folder_id": 1, "shell_connection": True}
    number = call("create_connection", new)["id"]
    call("get_connection", connection_id=number)
    call("update_connection", {"name": "Coupa (test)"}, connection_id=number)
    call("update_connection_by_post", {"name": "Coupa (tests)"}, connection_id=number)
    call("get_connection_input_schema", adapter_name="coupa")
    jira = next(each["id"] for each in call("list_connections", query="?provider=jira"))
    call("get_pick_list", {"pick_list_name": "priority_picklist"}, connection_id=jira)
    world = api.simulator.world
    with world.db.unit() as session:
        connections.store_tokens(world, session.get_one(Connection, number), {"access_token": "at"})
    own = {
        "parent_id": str(number),
        "folder_id": "1",
        "external_id": "customer-7",
        "redirect_url": "https://orders.acme.example/connected",
    }
    child = call("create_runtime_connection", own)["data"]["id"]
    call("get_oauth_url", connection_id=child)
    call("disconnect_connection", {"force": True}, connection_id=number)
    call("delete_connection", connection_id=number)


def _profiles(api: Recorder) -> None:
    call = api.call
    client = {"client_id": "acme-client", "client_secret": "acme-secret"}
    new = {"name": "Acme's Slack app", "provider": "slack", "data": client}
    profile = call("create_profile", new)["result"]["id"]
    call("list_profiles")
    call("get_profile", id=profile)
    call("update_profile", {"name": "Slack app of Acme"}, id=profile)
    call("delete_profile", id=profile)
