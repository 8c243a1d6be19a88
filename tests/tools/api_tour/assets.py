"""Projects, recipes, jobs, packages and tables: what is in a workspace."""

import json
from typing import Any

from simulator.db.tables import Recipe
from simulator.domain import test_cases
from simulator.domain.test_cases import Draft
from tests.packages import recipe as echo
from tests.packages import to_zip
from tests.tools.api_tour.recorder import Recorder

#: A recipe that begins by a schedule, and writes a line to its log.
CODE = {
    "number": 0,
    "keyword": "trigger",
    "provider": "clock",
    "name": "scheduled_event",
    "as": "schedule",
    "input": {},
    "block": [
        {
            "number": 1,
            "keyword": "action",
            "provider": "logger",
            "name": "log_message",
            "as": "log",
            "input": {"message": "Checked."},
        }
    ],
}
_OPENAPI = {
    "openapi": "3.0.0",
    "info": {"title": "Orders", "version": "1.0"},
    "paths": {"/orders": {"get": {"operationId": "list_orders", "responses": {}}}},
}


def tour(api: Recorder) -> None:
    """Call the endpoints."""
    place = _folders(api)
    number = _recipes(api, place)
    _jobs(api, number)
    _data(api, place)
    _collections(api, place)
    _connectors(api)
    _packages(api, place)


def _folders(api: Recorder) -> int:
    call = api.call
    call("get_workspace")
    call("list_projects")
    place: int = call("create_folder", {"name": "Orders"})["id"]
    call("list_folders")
    call("get_folder", id=place)
    call("update_folder", {"name": "Ordering"}, id=place)
    call("update_project", {"description": "Everything about orders"}, id=place)
    call("get_project", id=place)
    inner = call("create_folder", {"name": "Old", "parent_id": place})["id"]
    call("delete_folder", id=inner)
    other = call("create_folder", {"name": "Trial"})["id"]
    call("delete_project", id=other)
    return place


def _recipes(api: Recorder, place: int) -> int:
    call = api.call
    code = json.dumps(CODE)
    new = {"name": "Check orders", "code": code, "config": "[]", "folder_id": str(place)}
    number: int = call("create_recipe", new)["id"]
    call("get_recipe", id=number)
    call("update_recipe", {"description": "Looks for late orders."}, id=number)
    copy = call("copy_recipe", {"folder_id": str(place)}, id=number)["new_flow_id"]
    versions = call("list_recipe_versions", recipe_id=number)["data"]
    at = {"recipe_id": number, "id": versions[0]["id"]}
    call("get_recipe_version", **at)
    call("patch_recipe_version", {"comment": "Says what it does."}, **at)
    call("put_recipe_version", {"comment": "First of all."}, **at)
    call("delete_recipe", id=copy)
    used = next(each for each in call("list_recipes")["items"] if "coupa" in each["applications"])
    call("stop_recipe", id=used["id"])
    connection = call("list_connections", query="?provider=coupa")[0]["id"]
    chosen = {"adapter_name": "coupa", "connection_id": connection}
    call("connect_recipe", chosen, recipe_id=used["id"])
    call("start_recipe", id=number)
    return number


def _jobs(api: Recorder, number: int) -> None:
    call, world = api.call, api.simulator.world
    with world.db.unit() as session:
        recipe = session.get_one(Recipe, number)
        recipe.stubs = [{"step": 1, "output": {"scheduled_time": "2026-03-02T09:00:00Z"}}]
    call("force_run", recipe_id=number)
    (job,) = call("list_jobs", recipe_id=number)["items"]
    call("get_job", recipe_id=number, job_handle=job["id"])
    call("repeat_jobs", {"job_ids": [job["id"]]}, recipe_id=number)
    call("cancel_jobs", {"job_ids": [job["id"]]}, recipe_id=number)
    call("reset_trigger", recipe_id=number)
    with world.db.unit() as session:
        recipe = session.get_one(Recipe, number)
        draft = Draft(name="Logs", event={"scheduled_time": "2026-03-02"}, mocks=[], checks=[])
        test_cases.create(world, recipe, draft)
    call("list_test_cases", recipe_id=number)
    request = call("run_test_cases", {"recipe_id": number})["data"]
    call("get_run_request", id=request["id"])
    polling = {**CODE, "provider": "salesforce", "name": "new_object"}
    made = call("create_recipe", {"name": "New accounts", "code": json.dumps(polling)})["id"]
    call("start_recipe", id=made)
    call("poll_now", recipe_id=made)


def _data(api: Recorder, place: int) -> None:
    call = api.call
    call("upsert_properties", {"properties": {"orders.late_after_days": "14"}})
    call("list_properties", query="?prefix=orders.")
    tag = call("create_tag", {"title": "Finance", "description": "Money", "color": "blue"})
    call("list_tags")
    call("update_tag", {"title": "Finance team"}, handle=tag["handle"])
    recipe = call("list_recipes")["items"][0]["id"]
    call("assign_tags", {"add_tags": [tag["handle"]], "recipe_ids": [recipe]})
    call("delete_tag", handle=tag["handle"])
    columns = [{"name": "Order", "type": "string"}, {"name": "Days", "type": "integer"}]
    new = {"name": "Late orders", "folder_id": place, "schema": columns}
    table = call("create_data_table", new)["data"]["id"]
    call("list_data_tables")
    call("get_data_table", data_table_id=table)
    call("update_data_table", {"name": "Orders that are late"}, data_table_id=table)
    row = call("create_record", {"Order": "PO-7", "Days": 3}, table_id=table)
    asked = {"where": {"Days": {"$gt": 2}}, "order": "Order", "limit": 10}
    call("query_records", asked, table_id=table)
    call("query_records_by_longer_path", asked, table_id=table)
    at = {"table_id": table, "record_id": row["$record_id"]}
    call("update_record", {"Days": 4}, **at)
    call("delete_record", **at)
    call("truncate_data_table", data_table_id=table)
    call("delete_data_table", data_table_id=table)
    schema = [{"label": "code"}, {"label": "name"}]
    number = call("create_lookup_table", {"name": "Units", "project_id": place, "schema": schema})
    number = number["id"]
    call("list_lookup_tables")
    entry = call(
        "add_lookup_row", {"data": {"code": "kg", "name": "Kilogram"}}, lookup_table_id=number
    )
    call("list_lookup_rows", lookup_table_id=number)
    call("look_up_row", query="?by[code]=kg", lookup_table_id=number)
    at = {"lookup_table_id": number, "row_id": entry["id"]}
    call("get_lookup_row", **at)
    call("update_lookup_row", {"data": {"name": "Kilograms"}}, **at)
    call("delete_lookup_row", **at)
    call("delete_lookup_tables", {"ids": [number]})


def _collections(api: Recorder, place: int) -> None:
    call = api.call
    code = json.dumps(_api_recipe())
    new = {"name": "List orders", "code": code, "folder_id": str(place)}
    recipe = call("create_recipe", new)["id"]
    made = call("create_api_collection", {"name": "Orders API", "project_id": place})["id"]
    call("list_api_collections")
    endpoint = {"name": "List orders", "method": "GET", "path": "orders", "flow_id": recipe}
    route = call("create_api_endpoint", endpoint, id=made)["id"]
    call("list_api_endpoints")
    call("start_recipe", id=recipe)
    call("enable_api_endpoint", api_endpoint_id=route)
    call("disable_api_endpoint", api_endpoint_id=route)
    shop = {"name": "Shop", "project_id": place, "api_collection_ids": [made], "auth_type": "token"}
    client = call("create_api_client", shop)["data"]["id"]
    call("list_api_clients")
    call("get_api_client", api_client_id=client)
    call("update_api_client", {"description": "The web shop"}, api_client_id=client)
    key = call("create_api_key", {"name": "Shop key", "active": True}, api_client_id=client)
    at = {"api_client_id": client, "api_key_id": key["data"]["id"]}
    call("list_api_keys", api_client_id=client)
    call("update_api_key", {"ip_allow_list": ["192.0.2.0/24"]}, **at)
    for verb in ("disable_api_key", "enable_api_key", "refresh_api_key", "delete_api_key"):
        call(verb, **at)
    first = call("create_first_api_client", {"name": "Partner", "project_id": place})["id"]
    call("list_first_api_clients")
    access = {"name": "Partner key", "api_client_id": first, "api_collection_ids": [made]}
    profile = call("create_access_profile", access)["id"]
    call("list_access_profiles")
    call("update_access_profile", {"name": "Key"}, api_access_profile_id=profile)
    for verb in ("disable", "enable", "refresh"):
        call(f"{verb}_access_profile", api_access_profile_id=profile)
    call("delete_api_client", api_client_id=client)
    call("delete_api_collection", id=made)


def _api_recipe() -> dict[str, Any]:
    returned = {"number": 1, "keyword": "action", "provider": "workato_api_platform"}
    returned |= {"name": "return_response", "as": "answer", "input": {"http_status_code": "200"}}
    trigger = {"number": 0, "keyword": "trigger", "provider": "workato_api_platform"}
    return {**trigger, "name": "receive_request", "as": "request", "input": {}, "block": [returned]}


def _connectors(api: Recorder) -> None:
    call = api.call
    call("list_connectors", query="?applications=slack")
    call("list_platform_connectors", query="?per_page=2")
    call("get_connector_input_schema", connector_name="coupa")
    new = {"title": "Stock", "code": "{ title: 'Stock' }", "description": "Our stock"}
    number = call("create_custom_connector", new)["id"]
    call("list_custom_connectors")
    call("search_custom_connectors", query="?title=Stock")
    call("get_custom_connector", id=number)
    call("get_custom_connector_code", id=number)
    call("update_custom_connector", {"note": "First version"}, id=number)
    call("release_custom_connector", id=number)
    call("generate_schema_from_json", {"sample": '{"order": "PO-7", "days": 3}'})
    call("generate_schema_from_csv", {"sample": "order,days\nPO-7,3", "col_sep": "comma"})


def _packages(api: Recorder, place: int) -> None:
    call = api.call
    call("list_folder_assets", query=f"?folder_id={place}")
    new = {"name": "Orders", "folder_id": place}
    manifest = call("create_export_manifest", {"export_manifest": new})["result"]["id"]
    call("get_export_manifest", id=manifest)
    call("update_export_manifest", {"export_manifest": {"name": "All orders"}}, id=manifest)
    package = call("export_package", manifest_id=manifest)["id"]
    call("get_package", package_id=package)
    call("download_package", package_id=package)
    call("import_package", data=to_zip({"echo.recipe.json": echo()}), folder_id=place)
    call("delete_export_manifest", id=manifest)
    start = {"provider": "workato_skill", "name": "start_workflow"}
    code = json.dumps(echo("Find order")["code"] | start)
    recipe = call("create_recipe", {"name": "Find order", "code": code, "folder_id": str(place)})
    call("list_skills")
    skill = call("create_skill", {"recipe_id": recipe["id"]})["data"]["id"]
    call("get_skill", id=skill)
