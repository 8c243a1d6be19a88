"""Steps of recipes that a program makes, and makes tools of MCP servers."""

import json
from typing import Any

import yaml
from pytest_bdd import given, parsers, when

from simulator.domain.engine.steps import make_connection_entry
from simulator.scenarios import recipes as scenario_recipes
from simulator.scenarios import schema
from simulator.testing.api_client import ApiClient
from simulator.testing.steps.developer_api import find_named, read_answer

_SERVERS = "/api/mcp/mcp_servers"


@given(parsers.parse('the API client makes the recipe "{recipe}" in "{project}":'))
@when(parsers.parse('the API client makes the recipe "{recipe}" in "{project}":'))
def makes_recipe(recipe: str, project: str, docstring: str, api_client: ApiClient) -> None:
    """A recipe as in a scenario file (docs/scenarios.md), in YAML, without name and project; it is
    started, unless it says `running: false`."""
    written = {**yaml.safe_load(docstring), "name": recipe, "project": project}
    read = schema.Recipe.model_validate(written)
    place = find_named(project, read_answer(api_client.get("/api/projects")))
    body: dict[str, Any] = {
        "name": recipe,
        "description": read.description,
        "folder_id": str(place["folder_id"]),
        "code": json.dumps(scenario_recipes.code(read)),
        "config": json.dumps(_connections(read, api_client)),
    }
    made = read_answer(api_client.post("/api/recipes", json=body))
    if read.running:
        started = read_answer(api_client.put(f"/api/recipes/{made['id']}/start"))
        assert started["success"], started


@when(parsers.parse('the API client makes the recipe "{recipe}" a tool of "{server}"'))
def makes_tool(recipe: str, server: str, api_client: ApiClient) -> None:
    """Of an MCP server of the recipe's project; the tool is called as the recipe is."""
    found = find_named(recipe, read_answer(api_client.get("/api/recipes"))["items"])
    handle = find_named(server, read_answer(api_client.get(_SERVERS))["data"])["id"]
    asset = {"trigger_application": found["trigger_application"], "id": str(found["id"])}
    read_answer(api_client.post(f"{_SERVERS}/{handle}/assign_tools", json={"tools": [asset]}))


def _connections(recipe: schema.Recipe, api_client: ApiClient) -> list[dict[str, Any]]:
    """The connection of each app, by its name."""
    if not recipe.connections:
        return []
    there = read_answer(api_client.get("/api/connections"))
    return [
        make_connection_entry(
            provider, find_named(choice.connection, there)["id"], end_users=choice.end_user
        )
        for provider, choice in recipe.connections.items()
    ]
