"""How rows of tables are called in the activity audit log, and what a change of them is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.db.base import Base
from simulator.db.tables import (
    ApiClient,
    ApiClientRole,
    ApiPlatformClient,
    AppLink,
    CallLimit,
    Collaborator,
    CollaboratorGroup,
    CollaboratorGroupMember,
    Connection,
    ConnectorVersion,
    CustomOAuthProfile,
    DataTable,
    Deployment,
    EndUser,
    EndUserGroup,
    Environment,
    EnvironmentRevocation,
    Folder,
    GroupMember,
    LoginExperience,
    LookupTable,
    McpApp,
    McpServer,
    McpTool,
    Project,
    ProjectGrant,
    Property,
    Recipe,
    Role,
    RoleInEnvironment,
    SamlProvider,
    SamlSetup,
    ServerEndUser,
    ServerGroup,
    Tag,
)
from simulator.db.tables.connections import LostCause

#: Column → what it was, and what it is; both None where that is secret or long.
Changes = Mapping[str, tuple[Any, Any]]

#: Nobody changes them by hand.
_UNTOLD = frozenset(
    (
        *("updated_at", "created_at", "first_name", "normalized_email", "version_no"),
        *("last_used_at", "token_expires_at", "refresh_claim", "opened_at", "counted"),
        *("token_created_at", "authorized_at", "callback_url", "redirect_url"),
        *("version_author_name", "version_author_email"),
    )
)
#: Of columns that end so, nobody is told the value.
_SECRET = ("_sealed", "_hash")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How the activity log describes rows of each table.

    Attributes:
        resource: the type of the resource.
        key: the column with the resource's id.
        name: the column with its name; empty for none.
        created: the event of a new row.
        deleted: the event of a row that goes.
        changed: takes changes, and returns the event.
        otherwise: another resource, which a row is about that has nothing in the column `key`: its
            type, and the column with its id.
    """

    resource: str
    key: str = "id"
    name: str = "name"
    created: str = "created"
    deleted: str = "deleted"
    changed: Callable[[Changes], str] = lambda _changes: "updated"
    otherwise: tuple[str, str] = ("", "")


def _change_recipe(changes: Changes) -> str:
    if "running" in changes:
        return "started" if changes["running"][1] else "stopped"
    return "updated"


def _change_connection(changes: Changes) -> str:
    lost = changes.get("connection_lost_cause")
    if lost is not None and lost[1] == LostCause.DISCONNECTED.value:
        return "disconnected"
    if "access_token_sealed" in changes:
        return "connected"
    return "updated"


def _change_end_user(changes: Changes) -> str:
    if "status" in changes:
        return {"disabled": "disabled", "active": "enabled"}.get(changes["status"][1], "invited")
    return "invited" if set(changes) == {"invited_at"} else "updated"


def _change_server(changes: Changes) -> str:
    if "auth_type" in changes:
        return "access_method_changed"
    return "token_generated" if "token_hash" in changes else "updated"


def _change_tool(changes: Changes) -> str:
    if "enabled" in changes:
        return "tool_started" if changes["enabled"][1] else "tool_stopped"
    return "tool_updated"


def _change_saml(changes: Changes) -> str:
    if "is_enabled" in changes:
        return "enabled" if changes["is_enabled"][1] else "disabled"
    return "updated"


def _change_client(changes: Changes) -> str:
    return "token_regenerated" if "token_hash" in changes else "updated"


#: Which tables are told of. Workato's names of types, where its reference was seen to have one
#: (Flow, AccountProperty, ApiClient); the others are our choice.
KINDS: Mapping[type[Base], Kind] = {
    ApiClient: Kind(resource="ApiClient", changed=_change_client),
    ApiClientRole: Kind(resource="ApiPrivilegeGroup"),
    AppLink: Kind(resource="IdpAppLink"),
    CallLimit: Kind(
        resource="McpServer",
        key="server_number",
        name="",
        created="limit_set",
        deleted="limit_removed",
        changed=lambda _changes: "limit_set",
    ),
    Collaborator: Kind(resource="Member"),
    CollaboratorGroup: Kind(resource="UserGroup"),
    CollaboratorGroupMember: Kind(
        resource="UserGroup",
        key="group_id",
        name="collaborator_id",
        created="member_added",
        deleted="member_removed",
    ),
    Connection: Kind(resource="Connection", changed=_change_connection),
    ConnectorVersion: Kind(
        resource="CustomAdapter",
        key="connector_id",
        name="version_no",
        created="version_created",
        changed=lambda _changes: "released",
    ),
    CustomOAuthProfile: Kind(resource="CustomOauthKey"),
    DataTable: Kind(resource="DataTable", key="handle"),
    Deployment: Kind(
        resource="Project", key="project_id", name="environment_type", created="deployed"
    ),
    EndUser: Kind(resource="IdpUser", changed=_change_end_user),
    EndUserGroup: Kind(resource="IdpUserGroup"),
    Environment: Kind(resource="Environment"),
    EnvironmentRevocation: Kind(
        resource="IdpUser",
        key="end_user_id",
        name="environment_id",
        created="environment_access_revoked",
        deleted="environment_access_restored",
    ),
    Folder: Kind(resource="Folder", name="path"),
    GroupMember: Kind(
        resource="IdpUserGroup",
        key="group_id",
        name="end_user_id",
        created="member_added",
        deleted="member_removed",
    ),
    LoginExperience: Kind(resource="LoginExperience", key="workspace_id", name=""),
    LookupTable: Kind(resource="LookupTable"),
    McpApp: Kind(
        resource="McpServer",
        key="server_number",
        created="app_added",
        deleted="app_removed",
        changed=lambda _changes: "app_updated",
    ),
    McpServer: Kind(resource="McpServer", key="handle", changed=_change_server),
    McpTool: Kind(
        resource="McpServer",
        key="server_number",
        created="tool_added",
        deleted="tool_removed",
        changed=_change_tool,
    ),
    Project: Kind(resource="Project"),
    ProjectGrant: Kind(
        resource="Member",
        key="collaborator_id",
        name="project_id",
        created="project_role_given",
        deleted="project_role_taken",
        changed=lambda _changes: "project_role_given",
        otherwise=("UserGroup", "group_id"),
    ),
    Property: Kind(resource="AccountProperty"),
    Recipe: Kind(resource="Flow", changed=_change_recipe),
    Role: Kind(resource="PrivilegeGroup"),
    RoleInEnvironment: Kind(
        resource="Member",
        key="collaborator_id",
        name="environment_id",
        created="role_given",
        deleted="role_taken",
        changed=lambda _changes: "role_given",
    ),
    SamlProvider: Kind(resource="SamlIdentityProvider"),
    SamlSetup: Kind(
        resource="SamlAuthentication",
        key="environment_id",
        name="",
        created="updated",
        changed=_change_saml,
    ),
    Tag: Kind(resource="Tag", key="handle", name="title"),
    ApiPlatformClient: Kind(resource="ApiCustomer"),
    ServerEndUser: Kind(
        resource="McpServer",
        key="server_number",
        name="end_user_id",
        created="end_user_added",
        deleted="end_user_removed",
    ),
    ServerGroup: Kind(
        resource="McpServer",
        key="server_number",
        name="group_id",
        created="user_group_added",
        deleted="user_group_removed",
    ),
}


def is_logged(column: str) -> bool:
    """Return whether a change of this column is one that somebody made.

    Args:
        column: name of a column.
    """
    return column not in _UNTOLD


def tell(column: str, before: Any, after: Any) -> list[Any] | None:
    """Return the two values of a column as the log keeps them; None for what it does not keep.

    Args:
        column: its name.
        before: what it was.
        after: what it is.
    """
    values = [before, after]
    if column.endswith(_SECRET) or any(not _is_short(each) for each in values):
        return None
    return values


def _is_short(value: Any) -> bool:
    return (
        value is None
        or isinstance(value, bool | int)
        or (isinstance(value, str) and len(value) <= 200)
    )
