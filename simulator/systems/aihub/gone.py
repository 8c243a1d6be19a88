"""What a page leads to where there is nothing any more: who deleted it, and which list goes on."""

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
class _Shelf:
    """Where things of one kind have their pages.

    Attributes:
        label: the label of the list that they are in.
        listing: endpoint of that list.
        noun: for one of them.
        tables: they may be rows of.
    """

    label: str
    listing: str
    noun: str
    tables: Sequence[type[Base]] = ()


_PROJECTS = "Projects", "projects.listing"
_API_CLIENTS = "API clients", "api_clients.listing"


def _shelf(place: tuple[str, str], noun: str, *tables: type[Base]) -> _Shelf:
    label, listing = place
    return _Shelf(label=label, listing=listing, noun=noun, tables=tables)


#: How the paths of such pages begin; what follows names one of them. The longest that fits counts.
_SHELVES = {
    "/ai_hub/mcp/": _shelf(("MCP servers", "servers.listing"), "MCP server", McpServer),
    "/ai_hub/skills/": _shelf(("Skills", "skills.listing"), "skill"),
    "/api_platform/clients/": _shelf(
        ("API platform clients", "api_platform_clients.listing"), "client", ApiPlatformClient
    ),
    "/api_platform/collections/": _shelf(
        ("API collections", "api_collections.listing"), "API collection"
    ),
    "/connections/": _shelf(_PROJECTS, "connection", Connection),
    "/data_tables/": _shelf(_PROJECTS, "data table", DataTable),
    "/projects/": _shelf(_PROJECTS, "project or folder", Project, Folder),
    "/recipes/": _shelf(_PROJECTS, "recipe", Recipe),
    "/tags/": _shelf(("Tags", "tags.listing"), "tag", Tag),
    "/tools/connector_sdk/": _shelf(("Connector SDK", "custom_connectors.listing"), "connector"),
    "/tools/lookup_tables/": _shelf(
        ("Lookup tables", "lookup_tables.listing"), "lookup table", LookupTable
    ),
    "/tools/runtime_user_connections/": _shelf(
        ("Runtime user connections", "user_connections.listing"), "connection", Connection
    ),
    "/workspace_admin/api_clients/": _shelf(_API_CLIENTS, "API client", ApiClient),
    "/workspace_admin/api_clients/roles/": _shelf(
        ("Client roles", "api_clients.roles"), "client role", ApiClientRole
    ),
    "/workspace_admin/authentication/providers/": _shelf(
        ("Authentication", "authentication.edit"), "identity provider", SamlProvider
    ),
    "/workspace_admin/collaborators/": _shelf(
        ("Collaborators", "admin.access_control"), "collaborator", Collaborator
    ),
    "/workspace_admin/end_users/": _shelf(("End users", "end_users.listing"), "end user", EndUser),
    "/workspace_admin/environments/": _shelf(
        ("Environments", "environments.listing"), "environment", Environment
    ),
    "/workspace_admin/roles/": _shelf(("Roles", "roles.listing"), "role"),
    "/workspace_admin/groups/": _shelf(("End-user groups", "admin.groups"), "group", EndUserGroup),
}


@dataclass(frozen=True, kw_only=True)
class Way:
    """What leads on from an address where there is nothing.

    Attributes:
        deletion: who deleted it and when; empty where the audit log does not say.
        label: the label of the link.
        url: where it leads.
    """

    deletion: str
    label: str
    url: str


def find_way() -> Way | None:
    """Return what leads on from the address that is asked for; None where no list is above it."""
    fitting = [each for each in _SHELVES if request.path.startswith(each)]
    if not fitting:
        return None
    prefix = max(fitting, key=len)
    shelf, who = _SHELVES[prefix], person()
    key, _, rest = request.path.removeprefix(prefix).partition("/")
    deletion = _tell_deletion(shelf, key, who)
    if "/" in rest and not deletion and _is_page(prefix + key):  # nothing of that one's
        return Way(deletion="", label=f"the {shelf.noun}", url=prefix + quote(key))
    return Way(deletion=deletion, label=shelf.label, url=url_for(shelf.listing))


def find_form() -> str:
    """Return the page whose form is answered, as it is now; empty where no form was sent."""
    if request.method != "POST" or not request.referrer:
        return ""
    return requested_page()


def _is_page(path: str) -> bool:
    urls = current_app.url_map.bind("")
    return path != request.path and urls.test(path, "GET")


def _tell_deletion(shelf: _Shelf, key: str, who: Person) -> str:
    world = current_world()
    for table in shelf.tables:
        number = str(int(key) - HOME) if table is Folder and key.isdigit() else key
        line = activity_log.find_last(world, who.workspace_id, KINDS[table], number)
        if line is None or line.event_type != KINDS[table].deleted:
            continue
        is_own = line.actor_kind == "collaborator" and line.actor_id == str(who.id)
        if is_own or not is_limited(world):  # nobody knows any more which project it was in
            return _tell(line, shelf.noun, is_own=is_own)
    return ""


def _tell(line: ActivityLog, noun: str, *, is_own: bool) -> str:
    name = f" '{line.resource_name}'" if line.resource_name else ""
    actor = "You" if is_own else line.actor_name or "Somebody"
    return f"{actor} deleted the {noun}{name} on {format_moment(line.created_at)}."
