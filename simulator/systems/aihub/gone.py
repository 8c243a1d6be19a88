"""The content of the page for a deleted asset: who deleted it and when, and a link to its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app, request, url_for

from simulator.db.base import Base
from simulator.db.tables import (
    ActivityLog,
    ApiClient,
    ApiClientRole,
    ApiPlatformClient,
    Collaborator,
    Connection,
    DataTable,
    EndUser,
    EndUserGroup,
    Environment,
    Folder,
    LookupTable,
    McpServer,
    Project,
    Recipe,
    SamlProvider,
    Tag,
)
from simulator.domain import activity_log
from simulator.domain.activity_rows import KINDS
from simulator.domain.folders import HOME
from simulator.domain.project_scope import is_limited
from simulator.systems.aihub.context import Person, person, requested_page
from simulator.web.application import current_world, format_moment


@dataclass(frozen=True, kw_only=True)
class _ListPage:
    """The list page of one kind of asset.

    Attributes:
        label: the label of the list page.
        listing: the endpoint of the list page.
        noun: the name of one asset, for sentences.
        tables: the mapped classes that such an asset can be a row of.
    """

    label: str
    listing: str
    noun: str
    tables: Sequence[type[Base]] = ()


_PROJECTS = "Projects", "projects.listing"
_API_CLIENTS = "API clients", "api_clients.listing"


def _list_page(place: tuple[str, str], noun: str, *tables: type[Base]) -> _ListPage:
    label, listing = place
    return _ListPage(label=label, listing=listing, noun=noun, tables=tables)


#: Prefix of a path, which the asset's key follows → the list page; the longest prefix counts.
_LIST_PAGES = {
    "/ai_hub/mcp/": _list_page(("MCP servers", "servers.listing"), "MCP server", McpServer),
    "/ai_hub/skills/": _list_page(("Skills", "skills.listing"), "skill"),
    "/api_platform/clients/": _list_page(
        ("API platform clients", "api_platform_clients.listing"), "client", ApiPlatformClient
    ),
    "/api_platform/collections/": _list_page(
        ("API collections", "api_collections.listing"), "API collection"
    ),
    "/connections/": _list_page(_PROJECTS, "connection", Connection),
    "/data_tables/": _list_page(_PROJECTS, "data table", DataTable),
    "/projects/": _list_page(_PROJECTS, "project or folder", Project, Folder),
    "/recipes/": _list_page(_PROJECTS, "recipe", Recipe),
    "/tags/": _list_page(("Tags", "tags.listing"), "tag", Tag),
    "/tools/connector_sdk/": _list_page(
        ("Connector SDK", "custom_connectors.listing"), "connector"
    ),
    "/tools/lookup_tables/": _list_page(
        ("Lookup tables", "lookup_tables.listing"), "lookup table", LookupTable
    ),
    "/tools/runtime_user_connections/": _list_page(
        ("Runtime user connections", "user_connections.listing"), "connection", Connection
    ),
    "/workspace_admin/api_clients/": _list_page(_API_CLIENTS, "API client", ApiClient),
    "/workspace_admin/api_clients/roles/": _list_page(
        ("Client roles", "api_clients.roles"), "client role", ApiClientRole
    ),
    "/workspace_admin/authentication/providers/": _list_page(
        ("Authentication", "authentication.edit"), "identity provider", SamlProvider
    ),
    "/workspace_admin/collaborator_groups/": _list_page(
        ("Collaborator groups", "collaborator_groups.listing"), "group"
    ),
    "/workspace_admin/collaborators/": _list_page(
        ("Collaborators", "admin.access_control"), "collaborator", Collaborator
    ),
    "/workspace_admin/end_users/": _list_page(
        ("End users", "end_users.listing"), "end user", EndUser
    ),
    "/workspace_admin/environments/": _list_page(
        ("Environments", "environments.listing"), "environment", Environment
    ),
    "/workspace_admin/roles/": _list_page(("Roles", "roles.listing"), "role"),
    "/workspace_admin/groups/": _list_page(
        ("End-user groups", "admin.groups"), "group", EndUserGroup
    ),
}


@dataclass(frozen=True, kw_only=True)
class WayOn:
    """What the page for a deleted or unknown address says and links to.

    Attributes:
        deletion: a sentence about who deleted the asset and when; empty if the audit log has no
            line.
        label: the label of the link.
        url: the address of the link.
    """

    deletion: str
    label: str
    url: str


def find_way() -> WayOn | None:
    """Return what to say about the requested address; None if it belongs to no list."""
    fitting = [each for each in _LIST_PAGES if request.path.startswith(each)]
    if not fitting:
        return None
    prefix = max(fitting, key=len)
    list_page, who = _LIST_PAGES[prefix], person()
    key, _, rest = request.path.removeprefix(prefix).partition("/")
    deletion = _tell_deletion(list_page, key, who)
    if "/" in rest and not deletion and _is_page(prefix + key):  # nothing of that one's
        return WayOn(deletion="", label=f"the {list_page.noun}", url=prefix + quote(key))
    return WayOn(deletion=deletion, label=list_page.label, url=url_for(list_page.listing))


def find_form() -> str:
    """Return the address of the page that the request's form is on; empty if none was sent."""
    if request.method != "POST" or not request.referrer:
        return ""
    return requested_page()


def _is_page(path: str) -> bool:
    urls = current_app.url_map.bind("")
    return path != request.path and urls.test(path, "GET")


def _tell_deletion(list_page: _ListPage, key: str, who: Person) -> str:
    world = current_world()
    for table in list_page.tables:
        number = str(int(key) - HOME) if table is Folder and key.isdigit() else key
        line = activity_log.find_last(world, who.workspace_id, KINDS[table], number)
        if line is None or line.event_type != KINDS[table].deleted:
            continue
        is_own = line.actor_kind == "collaborator" and line.actor_id == str(who.id)
        if is_own or not is_limited(world):  # nobody knows any more which project it was in
            return _tell(line, list_page.noun, is_own=is_own)
    return ""


def _tell(line: ActivityLog, noun: str, *, is_own: bool) -> str:
    name = f" '{line.resource_name}'" if line.resource_name else ""
    actor = "You" if is_own else line.actor_name or "Somebody"
    return f"{actor} deleted the {noun}{name} on {format_moment(line.created_at)}."
