"""Which privilege each page and form of the web app takes: one table, and nothing beside it.

A page without a row is everybody's who is signed in. Templates ask `may("new_recipe.create")`
before they offer what leads there, so that what is offered and what is refused cannot differ.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import request

from simulator.db.tables import (
    Connection,
    DataTable,
    Environment,
    McpServer,
    PackageAsset,
    Project,
    Recipe,
)
from simulator.domain import folders
from simulator.domain.permissions import NEW, AssetScope, Permissions
from simulator.domain.privileges import ACTIONS, RESOURCES
from simulator.errors import Forbidden, NotFound
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

#: Resource and action → what they open: a view, all of a blueprint (`*`), a view for one method
#: alone, or where it is about a folder or project of that query (`?`). What several open, any does;
#: what stands with its method takes that row alone.
OPENS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Projects", "read"): (
        *("projects.listing", "project.view", "deployments.listing", "web_api.list_assets"),
    ),
    ("Projects", "create"): ("project.create",),
    ("Projects", "update"): ("project.rename",),
    ("Projects", "delete"): ("project.delete",),
    ("Folders", "read"): ("project.view?folder",),
    ("Folders", "create"): ("project.create_folder",),
    ("Folders", "update"): ("project.rename?folder", "project.move"),
    ("Folders", "delete"): ("project.delete?folder",),
    ("Recipes", "read"): (
        *("editor.view", "editor.edit", "editor.choose", "steps.inputs"),
        *("recipe_versions.listing", "recipe_versions.difference"),
    ),
    ("Recipes", "create"): ("new_recipe.create", "recipe_settings.copy"),
    ("Recipes", "update"): (
        *("steps.add", "steps.change", "steps.inputs POST", "steps.remove", "step_fields.edit"),
        *("editor.choose POST", "recipe_settings.tab", "recipe_settings.save"),
        *("recipe_settings.save_tags", "recipe_test.form", "recipe_test.run", "jobs.repeat"),
        *("jobs.connect", "jobs.cancel_question", "jobs.cancel"),
        *("recipe_versions.comment", "recipe_versions.restore"),
        *("recipe_versions.undo", "tags.create", "tags.delete", "tags.view POST"),
    ),
    ("Recipes", "delete"): ("recipe_state.delete",),
    ("Recipes", "run"): ("recipe_state.change", "servers.start_or_stop POST"),
    ("Recipes", "read_run_history"): (
        *("jobs.listing", "jobs.job", "jobs.of_deleted", "web_api.list_jobs"),
    ),
    ("Connections", "read"): ("connection_page.view", "web_api.get_connection"),
    ("Connections", "create"): ("connection_page.choose", "connection_page.create"),
    ("Connections", "update"): (
        *("connection_page.view POST", "connection_page.disconnect", "connect.connect"),
        *("connection_page.save_tags", "tags.create", "tags.delete", "tags.view POST"),
    ),
    ("Connections", "delete"): ("connections.*",),
    ("Test automation", "read"): ("test_cases.listing",),
    ("Test automation", "manage_test_cases"): (
        *("test_cases.create", "test_cases.edit", "test_cases.delete", "test_cases.run"),
    ),
    ("Project properties", "read"): ("properties.listing?project",),
    ("Project properties", "create"): ("properties.save?project", "properties.add?project"),
    ("Project properties", "update_records"): (
        *("properties.save?project", "properties.change?project"),
    ),
    ("Project properties", "delete"): ("properties.delete?project",),
    ("Data tables", "read"): ("data_tables.listing", "data_records.listing"),
    ("Data tables", "create"): ("data_tables.create",),
    ("Data tables", "update_records"): (
        *("data_records.add", "data_records.edit", "data_records.delete", "data_tables.truncate"),
    ),
    ("Data tables", "update_schema"): ("data_tables.edit",),
    ("Data tables", "delete"): ("data_tables.delete",),
    ("MCP servers", "read"): (
        *("servers.listing", "servers.front", "servers.server", "servers.start_or_stop"),
        *("dashboard.*", "access.tab", "access.add_groups"),
        *("server_settings.tab", "skills.listing", "skills.show"),
    ),
    ("MCP servers", "create"): (
        *("new_server.*", "proxy_server.create", "server_template.use", "skills.choose"),
        "skills.create",
    ),
    ("MCP servers", "update"): (
        *("servers.describe", "server_tools.*", "server_settings.save", "proxy_server.sign_in"),
        *("servers.start_or_stop POST", "mcp_apps.*"),
    ),
    ("MCP servers", "delete"): ("server_settings.delete",),
    ("MCP servers", "manage_access"): (
        *("access.switch", "access.generate_token", "access.authentication"),
        *("access.add_groups POST", "access.remove_group", "server_end_users.*"),
    ),
    ("MCP servers", "manage_limits"): ("server_settings.save_limits",),
    # Skills take either privilege (Workato docs, Workato Skill connector).
    ("Workato Genies", "read"): ("skills.listing", "skills.show"),
    ("Workato Genies", "create"): ("skills.choose", "skills.create"),
    ("Collections & endpoints", "read"): ("api_collections.listing", "api_endpoints.listing"),
    ("Collections & endpoints", "create"): ("api_collections.create",),
    ("Collections & endpoints", "update"): (
        *("api_endpoints.create", "api_endpoints.change_state", "api_endpoints.delete"),
    ),
    ("Collections & endpoints", "delete"): ("api_collections.delete",),
    ("Recipe lifecycle management", "all"): (
        *("projects.export", "projects.import_package"),
        *("deployments.deploy", "deployments.deploy_again"),
    ),
    ("Clients & access profiles", "read"): (
        *("api_platform_clients.listing", "api_platform_clients.view"),
    ),
    ("Clients & access profiles", "all"): (
        *("api_platform_clients.create", "api_platform_clients.view POST"),
        *("api_platform_clients.delete", "api_platform_keys.*"),
    ),
    ("Environment properties", "read"): ("properties.listing",),
    ("Environment properties", "create"): ("properties.save", "properties.add"),
    ("Environment properties", "update_records"): ("properties.save", "properties.change"),
    ("Environment properties", "delete"): ("properties.delete",),
    ("Lookup tables", "read"): ("lookup_tables.listing", "lookup_entries.listing"),
    ("Lookup tables", "create"): ("lookup_tables.create",),
    ("Lookup tables", "update_records"): (
        *("lookup_entries.add", "lookup_entries.edit", "lookup_entries.delete"),
    ),
    ("Lookup tables", "delete"): ("lookup_tables.delete",),
    ("Connector SDK", "read"): (
        *("custom_connectors.listing", "custom_connectors.source", "connector_versions.listing"),
        *("connector_versions.version", "connector_versions.difference"),
    ),
    ("Connector SDK", "all"): (
        *("custom_connectors.create", "custom_connectors.save", "custom_connectors.release"),
        *("custom_connectors.settings", "custom_connectors.save_settings"),
        "connector_versions.restore",
    ),
    ("Custom OAuth profiles", "read"): ("oauth_profiles.listing", "oauth_profiles.view"),
    ("Custom OAuth profiles", "create"): ("oauth_profiles.create", "oauth_profiles.open_app"),
    ("Custom OAuth profiles", "update"): ("oauth_profiles.view POST",),
    ("Custom OAuth profiles", "delete"): ("oauth_profiles.delete",),
    ("Runtime user connections", "read"): ("user_connections.listing",),
    ("Runtime user connections", "update"): (
        *("user_connections.confirm", "user_connections.disconnect"),
    ),
    ("Runtime user connections", "delete"): (
        *("user_connections.confirm_delete", "user_connections.delete"),
    ),
    ("Debug, Log and Security", "all"): ("logs.tool_calls",),
    ("Activity audit", "all"): ("logs.activity",),
    ("Collaborators", "all"): (
        *("admin.access_control", "collaborators.*", "collaborator_groups.*"),
    ),
    ("Collaborator roles (non-system)", "all"): ("roles.*",),
    ("Workato Identity", "all"): (
        *("admin.groups", "admin.create", "admin.delete", "group_members.*", "end_users.*"),
        "authentication.*",
    ),
    ("Developer API", "all"): ("api_clients.*",),
    ("Workspace settings", "all"): (
        *("workspace_settings.*", "environments.*", "login_experience.*"),
    ),
}

_ADMINISTRATION = (
    "Workspace admin is open to owners and admins of the workspace. "
    "Ask one of them to make the change."
)
#: Whom those ask who have a role of the system without a privilege.
SENTENCES: Mapping[tuple[str, str], str] = {
    ("MCP servers", "manage_access"): (
        "Only owners and admins of the workspace can change who has access to an MCP server. "
        "Ask one of them."
    ),
    **dict.fromkeys(
        (("MCP servers", "manage_limits"), ("MCP servers", "delete")),
        "Only owners and admins of the workspace can change the limits of an MCP server, or "
        "delete it. Ask one of them.",
    ),
    ("Clients & access profiles", "all"): (
        "Owners and admins of the workspace change the clients of the API platform and their "
        "API keys. Ask one of them."
    ),
    **dict.fromkeys(
        (("Debug, Log and Security", "all"), ("Activity audit", "all")),
        "Logs and the activity audit log are open to owners and admins of the workspace. Ask one "
        "of them, or look at the jobs of a recipe.",
    ),
    **dict.fromkeys(
        [("Runtime user connections", each) for each in ("read", "update", "delete")],
        "Runtime user connections are open to owners and admins of the workspace. "
        "Ask one of them, or have the end user disconnect at Workato Identity.",
    ),
    **dict.fromkeys(
        [
            (each, "all")
            for each in (
                *("Collaborators", "Collaborator roles (non-system)", "Workato Identity"),
                *("Developer API", "Workspace settings"),
            )
        ],
        _ADMINISTRATION,
    ),
}
_OF_OPERATORS = (
    "An operator looks at everything that is built, and starts and stops it. Changing "
    "it takes another role: ask an owner or admin of the workspace."
)
#: What may follow a view's name in `OPENS`.
_QUERIES = ("folder", "project")
#: They may make a project.
_MAKING = ("projects.import_package",)
#: Parameter of a path → whose id it is.
_ROWS: Mapping[str, type[Any]] = {
    "project_id": Project,
    "recipe_id": Recipe,
    "connection_id": Connection,
    "collection_id": PackageAsset,
}


def _invert() -> Mapping[str, Sequence[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for privilege, keys in OPENS.items():
        for each in keys:
            found[each].append(privilege)
    return found


#: The same the other way round.
NEEDS = _invert()


def find_needed(key: str) -> Sequence[tuple[str, str]]:
    """Return the privileges of which one is needed, by what `OPENS` calls it; empty for none.

    Args:
        key: a view, with the method or query that tells it from others of its row.
    """
    start, _, method = key.partition(" ")
    view = start.partition("?")[0]
    keys = (key, start, f"{view} {method}", view, f"{view.partition('.')[0]}.*")
    return next((NEEDS[each] for each in keys if each in NEEDS), ())


def name_request() -> str:
    """Return what `OPENS` calls the request that is being answered."""
    numbers = ((each, parse_whole_number(request.values.get(each))) for each in _QUERIES)
    query = next((each for each, number in numbers if number is not None), "")
    return f"{request.endpoint}{f'?{query}' if query else ''} {request.method}"


def check(permissions: Permissions, key: str, places: Sequence[AssetScope]) -> None:
    """Let those pass who may.

    Args:
        permissions: theirs.
        key: see `find_needed`.
        places: what it is about.

    Raises:
        Forbidden: for everybody else, with whom to ask.
    """
    needed = find_needed(key)
    if not needed or any(permissions.allow(*each, places) for each in needed):
        return
    resource, action = needed[0]
    if permissions.everywhere is not None:
        raise Forbidden(SENTENCES.get((resource, action), _OF_OPERATORS))
    raise Forbidden(
        f"Your role here lacks the privilege '{resource}: {ACTIONS[action]}' (Workspace admin > "
        "Roles). Ask an owner or admin of the workspace."
    )


def find_of_projects() -> Sequence[tuple[str, str]]:
    """Return what the request being answered needs in whichever projects it is about.

    Empty where its path names the one, and where what it needs is not done in projects.
    """
    if not {*_ROWS, "handle"}.isdisjoint(request.view_args or {}):
        return ()
    needed = find_needed(name_request())
    return needed if all(RESOURCES[name].is_of_project for name, _action in needed) else ()


def find_places(world: World, workspace_id: int, first: int) -> list[AssetScope]:
    """Return what the request being answered is about, as far as it is of an environment.

    Args:
        workspace_id: the workspace id of whoever asks.
        first: the id of the first environment, where projects are that were made here.
    """
    return list(dict.fromkeys(_list_places(world, workspace_id, first)))


def find_place(world: World, row: Any, first: int) -> AssetScope:
    """Return where something is.

    Args:
        row: a project, or of one; an environment is where a new one would be.
        first: see `find_places`.
    """
    if isinstance(row, Environment):
        return AssetScope(row.id, NEW)
    project = row if isinstance(row, Project) else world.db.session.get(Project, row.project_id)
    project_id = project.id if project else None
    if isinstance(row, Project | Connection | McpServer):
        return AssetScope(row.environment_id or first, project_id)
    return AssetScope((project.environment_id if project else None) or first, project_id)


def _list_places(world: World, workspace_id: int, first: int) -> Iterator[AssetScope]:
    session, arguments = world.db.session, request.view_args or {}
    rows = [session.get(_ROWS[name], key) for name, key in arguments.items() if name in _ROWS]
    if "handle" in arguments:
        table = DataTable if (request.blueprint or "").startswith("data_") else McpServer
        named = session.query(table).filter_by(handle=arguments["handle"])
        rows.append(named.first())
    for name in ("location", "project", "into", "copy_to"):
        number = parse_whole_number(request.values.get(name))
        if number is not None:
            try:
                rows.append(folders.get_place(world, workspace_id, number).project)
            except NotFound:
                continue  # the view says so
    found = [
        find_place(world, each, first)
        for each in rows
        if each is not None and each.workspace_id == workspace_id
    ]
    yield from found
    number = parse_whole_number(request.values.get("environment"))
    if number is not None:  # what is of a project may be made for another environment
        none = NEW if request.endpoint in _MAKING else None
        yield from [AssetScope(number, each.project_id) for each in found] or [
            AssetScope(number, none)
        ]
