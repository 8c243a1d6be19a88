"""Collaborators, roles, API clients, logs and usage: how a workspace is administered."""

from simulator.domain import api_client_admin
from tests.contract.custom_roles import give_role
from tests.tools.api_tour.recorder import Recorder


def tour(api: Recorder) -> None:
    """Call the endpoints."""
    _roles(api)
    _groups(api)
    _clients(api)
    api.call("list_activities", query="?page[size]=2")
    api.call("clear_secrets_cache")


def _roles(api: Recorder) -> None:
    call = api.call
    give_role(api.simulator.world, "Developer role", {"Recipes": ["read", "create"]})
    (role,) = call("list_legacy_roles")
    call("update_legacy_role", {"all_folders": False, "folder_ids": [1]}, id=role["id"])
    call("copy_legacy_role", {"name": "Finance developer"}, id=role["id"])
    kinds = {
        "environment": {"team": {"privileges": "all"}},
        "project": {"recipes": {"privileges": "all"}},
    }
    made = {}
    for kind, config in kinds.items():
        new = {f"{kind}_role": {"name": f"Our {kind} role", "config": config}}
        made[kind] = call(f"create_{kind}_role", new)["data"]["id"]
        call(f"list_{kind}_roles")
        call(f"get_{kind}_role", id=made[kind])
        call(f"update_{kind}_role", {f"{kind}_role": {"name": f"The {kind} role"}}, id=made[kind])
    given = {"environment_type": "dev", "name": "The environment role", "role_type": "environment"}
    person = {"name": "Nia Roe", "email": "nia@acme.example", "env_roles": [given]}
    nia = call("invite_member", person)["data"]["id"]
    call("list_collaborators")
    call("get_collaborator", id=nia)
    call("list_privileges", id=nia)
    grant = {"assignment_type": "User", "assignment_id": nia, "project_role_id": made["project"]}
    (granted,) = call("assign_project_grants", {"project_grants": [grant]}, project_id=1)["data"]
    call("list_project_grants", project_id=1)
    call("list_grants_of_member", id=nia)
    call("list_projects_privileges", id=nia)
    call("get_project_grant", id=granted["id"])
    call("update_project_grant", {"project_role_id": made["project"]}, id=granted["id"])
    call("delete_project_grant", id=granted["id"])
    call("update_member", {"role_name": "Operator"}, member_id=nia)
    call("delete_member", member_id=nia)
    for kind, number in made.items():
        call(f"delete_{kind}_role", id=number)


def _groups(api: Recorder) -> None:
    call = api.call
    new = {"name": "Developers", "description": "Who builds recipes"}
    group = call("create_user_group", {"user_group": new})["data"]["id"]
    call("list_user_groups")
    call("get_user_group", id=group)
    call("update_user_group", {"user_group": {"name": "Builders"}}, id=group)
    call("add_user_group_members", {"user_ids": [2]}, id=group)
    call("list_user_group_members", id=group)
    call("list_grants_of_group", id=group)
    call("remove_user_group_members", {"user_ids": [2]}, id=group)
    call("delete_user_group", id=group)


def _clients(api: Recorder) -> None:
    call, world = api.call, api.simulator.world
    with world.db.unit():
        allowed = ["GET /api/recipes", "PUT /api/recipes/{id}/start"]
        role = api_client_admin.save_role(world, 1, None, name="Operator", endpoints=allowed).id
    new = {
        "name": "Pipeline",
        "api_privilege_group_id": role,
        "all_folders": False,
        "folder_ids": [1],
        "ip_allow_list": ["192.0.2.10", "198.51.100.0/24"],
    }
    client = call("create_developer_client", new)["result"]["id"]
    call("list_developer_clients")
    call("get_developer_client", client_id=client)
    call("update_developer_client", {"name": "Pipelines"}, client_id=client)
    call("regenerate_developer_client", client_id=client)
    call("delete_developer_client", client_id=client)
    call("list_developer_client_roles")
    call("copy_developer_client_role", id=role)
