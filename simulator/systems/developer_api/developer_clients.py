"""API clients and their roles (Workato docs, Developer API, API clients)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import ApiClient, ApiClientRole
from simulator.domain import api_client_admin
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    API_CLIENTS,
    ApiEndpoint,
    Body,
    Call,
    Number,
    PageQuery,
)
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

#: Whoever sees some projects only gives nobody all of them.
ENDPOINTS = Table(ApiEndpoint, "/api/", quota=API_CLIENTS, is_whole_workspace=True)


Name = Annotated[str, Field(min_length=1, max_length=100)]
#: Addresses and CIDR blocks: a list, as programs send it, or one text with commas, as answers have.
Addresses = list[str] | str


class NewDeveloperClient(Body):
    """An API client; `environment` is DEV, TEST or PROD."""

    name: Name
    api_privilege_group_id: Number | str
    all_folders: bool = False
    folder_ids: Annotated[list[Number], Field(max_length=1000)] = []
    environment: str = ""
    ip_allow_list: Addresses = []


class DeveloperClientChange(Body):
    """Changes to an API client; what is left out stays."""

    name: Name | None = None
    api_privilege_group_id: Number | str | None = None
    all_folders: bool | None = None
    folder_ids: Annotated[list[Number], Field(max_length=1000)] | None = None
    ip_allow_list: Addresses | None = None


@ENDPOINTS.add("GET", "developer_api_clients")
def list_developer_clients(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the workspace's API clients, by name."""
    found = api_client_admin.list_clients(call.world, call.workspace_id).part(query.part)
    return {"result": query.wrap("items", [_row(each) for each in found], found.page.total)}


@ENDPOINTS.add("POST", "developer_api_clients")
def create_developer_client(call: Call, body: NewDeveloperClient) -> dict[str, Any]:
    """Create an API client; only this response contains its token."""
    environment = call.environment
    if body.environment:
        environment = api_client_admin.find_environment(
            call.world, call.workspace_id, body.environment
        )
    role = _role(call, body.api_privilege_group_id)
    with _naming_folders():
        made, token = api_client_admin.create_client(
            call.world,
            environment,
            name=body.name,
            role=role,
            project_ids=None if body.all_folders else body.folder_ids,
            ip_allow_list=_split(body.ip_allow_list),
        )
    return {"result": _row(made, token)}


@ENDPOINTS.add("GET", "developer_api_clients/:client_id")
def get_developer_client(call: Call, client_id: int) -> dict[str, Any]:
    """Return an API client."""
    return {"result": _row(_client(call, client_id))}


@ENDPOINTS.add("PUT", "developer_api_clients/:client_id")
def update_developer_client(
    call: Call, client_id: int, body: DeveloperClientChange
) -> dict[str, Any]:
    """Change an API client's name, role, projects or addresses."""
    client = _client(call, client_id)
    projects = client.project_ids if body.folder_ids is None else body.folder_ids
    given = body.api_privilege_group_id
    role = client.role if given is None else _role(call, given)
    addresses = client.ip_allow_list if body.ip_allow_list is None else _split(body.ip_allow_list)
    with _naming_folders():
        api_client_admin.change_client(
            call.world,
            client,
            name=client.name if body.name is None else body.name,
            role=role,
            project_ids=None if body.all_folders else projects,
            ip_allow_list=addresses,
        )
    return {"result": _row(client)}


@ENDPOINTS.add("DELETE", "developer_api_clients/:client_id")
def delete_developer_client(call: Call, client_id: int) -> dict[str, Any]:
    """Delete an API client; its token stops working at once."""
    api_client_admin.delete_client(call.world, _client(call, client_id))
    return {"result": "success"}


@ENDPOINTS.add("POST", "developer_api_clients/:client_id/regenerate")
def regenerate_developer_client(call: Call, client_id: int) -> dict[str, Any]:
    """Replace an API client's token; the previous one stops working at once."""
    client = _client(call, client_id)
    token = api_client_admin.regenerate_token(call.world, client)
    return {"result": _row(client, token)}


@ENDPOINTS.add("GET", "developer_api_client_roles")
def list_developer_client_roles(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the workspace's client roles, by name."""
    roles = api_client_admin.list_roles(call.world, call.workspace_id)
    shown = [_role_row(each) for each in query.cut(roles)]
    return {"result": query.wrap("items", shown, len(roles))}


@ENDPOINTS.add("POST", "developer_api_client_roles/:id/copy")
def copy_developer_client_role(call: Call, id: int) -> dict[str, Any]:
    """Copy a client role; no client is given the copy."""
    role = api_client_admin.get_role(call.world, call.workspace_id, id)
    return {"result": _role_row(api_client_admin.copy_role(call.world, role))}


@contextmanager
def _naming_folders() -> Iterator[None]:
    """Name projects as bodies do: `folder_ids`."""
    try:
        yield
    except FieldError as error:
        field = "folder_ids" if error.field == "project_ids" else error.field
        raise type(error)(field, error.message) from None


def _client(call: Call, client_id: int) -> ApiClient:
    return api_client_admin.get_client(call.world, call.workspace_id, client_id)


def _role(call: Call, given: int | str) -> ApiClientRole:
    if given == "":
        raise FieldError("api_privilege_group_id", "can't be blank")
    number = parse_whole_number(str(given)) or 0
    return api_client_admin.get_role(call.world, call.workspace_id, number)


def _split(addresses: list[str] | str) -> list[str]:
    """Return addresses one by one; an empty text is a blank one, which nobody may mean by it."""
    return addresses.split(",") if isinstance(addresses, str) else addresses


def _row(client: ApiClient, token: str = "") -> dict[str, Any]:
    shown = {"updated_at": client.token_created_at or client.created_at}
    return {
        "id": client.id,
        "name": client.name,
        "api_privilege_group_id": client.role_id,
        "created_at": client.created_at,
        "updated_at": client.updated_at or client.created_at,
        "all_folders": client.project_ids is None,
        "folder_ids": client.project_ids or [],
        "environment_name": client.environment.name,
        "environment_id": client.environment_id,
        "ip_allow_list": ",".join(client.ip_allow_list) or None,
        "token": shown | ({"value": token} if token else {}),
    }


def _role_row(role: ApiClientRole) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "created_at": role.created_at,
        "updated_at": role.updated_at,
    }
