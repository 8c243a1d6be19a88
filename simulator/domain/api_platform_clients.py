"""Clients of the API platform and their keys, as people and programs make them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from simulator.crypto import fingerprint
from simulator.db.claim import delete_present
from simulator.db.listing import Found, contains
from simulator.db.tables import ApiPlatformClient, ApiPlatformKey, PackageAsset
from simulator.domain import project_scope
from simulator.domain.limits import check_addresses
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: How a client says who it is (Workato docs, Developer API, API platform).
AUTH_TYPES = ("token", "jwt", "oauth2", "oidc")
_LONGEST_NAME = 100
#: Characters of a token by which people know it again.
_SHOWN = 4


def find_clients(
    world: World,
    workspace_id: int,
    project_id: int | None = None,
    text: str = "",
    *,
    collection_id: int | None = None,
) -> Found[ApiPlatformClient]:
    """Return the clients of a workspace, by id.

    Args:
        workspace_id: the workspace's id.
        project_id: the id of one project; None for all.
        text: part of the name or the description.
        collection_id: the id of an API collection that they may call; None for all.
    """
    named = contains(text, ApiPlatformClient.name, ApiPlatformClient.description)
    found = select(ApiPlatformClient).where(ApiPlatformClient.workspace_id == workspace_id, *named)
    if project_id is not None:
        found = found.where(ApiPlatformClient.project_id == project_id)
    if collection_id is not None:
        found = found.where(_has(collection_id))
    return Found(world.db.session, found.order_by(ApiPlatformClient.id))


def get_client(world: World, workspace_id: int, number: int) -> ApiPlatformClient:
    """Return a client.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(ApiPlatformClient, number)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound(f"There is no API client {number} in this workspace.")
    return found


def create_client(
    world: World,
    workspace_id: int,
    *,
    name: str,
    description: str,
    project_id: int | None,
    email: str | None,
    auth_type: str,
    collection_ids: Sequence[int],
    settings: Mapping[str, Any],
) -> ApiPlatformClient:
    """Create a client without keys.

    Args:
        workspace_id: the workspace's id.
        name: 1 to 100 characters.
        description: for people.
        project_id: the id of the project; None for none.
        email: the e-mail address of whoever is responsible; None for nobody.
        auth_type: one of `AUTH_TYPES`.
        collection_ids: the ids of the collections that it may call.
        settings: what else is said of it, without secrets.

    Raises:
        FieldError: on `name`.
    """
    now = world.clock.now()
    client = ApiPlatformClient(
        workspace_id=workspace_id,
        project_id=project_id,
        name=_check_name(name),
        description=description,
        email=email,
        auth_type=auth_type,
        collection_ids=list(collection_ids),
        settings=dict(settings),
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(client)
    world.db.session.flush()
    return client


def change_client(
    world: World,
    client: ApiPlatformClient,
    *,
    name: str | None = None,
    description: str | None = None,
    collection_ids: Sequence[int] | None = None,
) -> None:
    """Change a client; None leaves a value unchanged.

    Args:
        client: the client to change.
        name: 1 to 100 characters.
        description: for people.
        collection_ids: the ids of the collections that it may call.

    Raises:
        FieldError: on `name`.
    """
    if name is not None:
        client.name = _check_name(name)
    if description is not None:
        client.description = description
    if collection_ids is not None:
        client.collection_ids = list(collection_ids)
    client.updated_at = world.clock.now()


def withdraw(world: World, collection: PackageAsset) -> None:
    """Take an API collection, which goes, from every client: another may get its number.

    Args:
        collection: the API collection.
    """
    workspace_id, number = collection.project.workspace_id, collection.id
    with project_scope.lifted(world):  # of every project
        found = find_clients(world, workspace_id, collection_id=number)
        for client in found.cut(0, found.count()):
            client.collection_ids = [each for each in client.collection_ids if each != number]


def _has(collection_id: int) -> ColumnElement[bool]:
    """Return the condition that a client may call a collection: its number is in the JSON list."""
    text = cast(ApiPlatformClient.collection_ids, String)
    return or_(
        text == f"[{collection_id}]",
        text.startswith(f"[{collection_id}, "),
        text.contains(f", {collection_id}, "),
        text.endswith(f", {collection_id}]"),
    )


def delete_client(world: World, client: ApiPlatformClient) -> None:
    """Delete a client with its keys.

    Args:
        client: the client to delete.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    delete_present(world.db.session, client)


def count_keys(world: World, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many keys clients have: id → active ones, and all.

    Args:
        ids: the ids of the clients.
    """
    rows = world.db.session.execute(
        select(ApiPlatformKey.client_id, ApiPlatformKey.active, func.count())
        .where(ApiPlatformKey.client_id.in_(ids))
        .group_by(ApiPlatformKey.client_id, ApiPlatformKey.active)
    )
    found = dict.fromkeys(ids, (0, 0))
    for client_id, active, number in rows:
        alive, total = found[client_id]
        found[client_id] = alive + (number if active else 0), total + number
    return found


def find_keys(world: World, client: ApiPlatformClient) -> Found[ApiPlatformKey]:
    """Return the keys of a client, by id.

    Args:
        client: the client.
    """
    found = select(ApiPlatformKey).where(ApiPlatformKey.client_id == client.id)
    return Found(world.db.session, found.order_by(ApiPlatformKey.id))


def get_key(world: World, client: ApiPlatformClient, number: int) -> ApiPlatformKey:
    """Return a key of a client.

    Args:
        client: the client.
        number: the key's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(ApiPlatformKey, number)
    if found is None or found.client_id != client.id:
        raise NotFound(f"The API client '{client.name}' has no key {number}.")
    return found


def find_keys_of_workspace(
    world: World, workspace_id: int, client_id: int | None = None
) -> Found[ApiPlatformKey]:
    """Return the keys of a workspace's clients, by id.

    Args:
        workspace_id: the workspace's id.
        client_id: the id of one client; None for all.
    """
    found = select(ApiPlatformKey).join(ApiPlatformClient)
    found = found.where(ApiPlatformClient.workspace_id == workspace_id)
    if client_id is not None:
        found = found.where(ApiPlatformKey.client_id == client_id)
    return Found(world.db.session, found.order_by(ApiPlatformKey.id))


def get_key_of_workspace(world: World, workspace_id: int, number: int) -> ApiPlatformKey:
    """Return a key of any of a workspace's clients.

    Args:
        workspace_id: the workspace's id.
        number: the key's id.

    Raises:
        NotFound: it does not exist.
    """
    own = ApiPlatformClient.workspace_id == workspace_id, ApiPlatformKey.id == number
    found = world.db.session.scalar(select(ApiPlatformKey).join(ApiPlatformClient).where(*own))
    if found is None:
        raise NotFound(f"There is no access profile {number} in this workspace.")
    return found


def get_clients_of(world: World, keys: Sequence[ApiPlatformKey]) -> dict[int, ApiPlatformClient]:
    """Return the clients of keys, by id.

    Args:
        keys: the keys.
    """
    ids = {each.client_id for each in keys}
    found = select(ApiPlatformClient).where(ApiPlatformClient.id.in_(ids))
    return {each.id: each for each in world.db.session.scalars(found)}


def create_key(
    world: World,
    client: ApiPlatformClient,
    *,
    name: str,
    active: bool,
    ip_allow_list: Sequence[str],
    ip_deny_list: Sequence[str],
) -> tuple[ApiPlatformKey, str]:
    """Create a key.

    Args:
        client: the client.
        name: 1 to 100 characters.
        active: whether it may be used.
        ip_allow_list: addresses that may use it alone; empty for all.
        ip_deny_list: addresses that may not.

    Returns:
        The key, and its token, which is shown once.

    Raises:
        FieldError: on `name`, `ip_allow_list` or `ip_deny_list`.
    """
    _check_addresses(ip_allow_list=ip_allow_list, ip_deny_list=ip_deny_list)
    token, now = world.randomness.hex("API platform key", 32), world.clock.now()
    key = ApiPlatformKey(
        client_id=client.id,
        name=_check_name(name),
        active=active,
        active_since=now,
        token_hash=fingerprint(token),
        token_end=token[-_SHOWN:],
        ip_allow_list=list(ip_allow_list),
        ip_deny_list=list(ip_deny_list),
        created_at=now,
    )
    world.db.session.add(key)
    world.db.session.flush()
    return key, token


def change_key(
    world: World,
    key: ApiPlatformKey,
    *,
    name: str | None = None,
    active: bool | None = None,
    ip_allow_list: Sequence[str] | None = None,
    ip_deny_list: Sequence[str] | None = None,
) -> None:
    """Change a key; None leaves a value unchanged.

    Args:
        key: the key to change.
        name: 1 to 100 characters.
        active: whether it may be used.
        ip_allow_list: addresses that may use it alone; empty for all.
        ip_deny_list: addresses that may not.

    Raises:
        FieldError: on `name`, `ip_allow_list` or `ip_deny_list`.
    """
    _check_addresses(ip_allow_list=ip_allow_list or (), ip_deny_list=ip_deny_list or ())
    if name is not None:
        key.name = _check_name(name)
    if active is not None and active != key.active:
        key.active, key.active_since = active, world.clock.now()
    if ip_allow_list is not None:
        key.ip_allow_list = list(ip_allow_list)
    if ip_deny_list is not None:
        key.ip_deny_list = list(ip_deny_list)


def _check_addresses(**lists: Sequence[str]) -> None:
    for field, sentence in check_addresses(lists).items():
        raise FieldError(field, sentence)


def refresh_key(world: World, key: ApiPlatformKey) -> str:
    """Give a key a new token; the old one stops working at once.

    Args:
        key: to be refreshed.

    Returns:
        The token, which is shown once.
    """
    token = world.randomness.hex("API platform key", 32)
    key.token_hash, key.token_end = fingerprint(token), token[-_SHOWN:]
    key.active_since = world.clock.now()
    return token


def delete_key(world: World, key: ApiPlatformKey) -> None:
    """Delete a key.

    Args:
        key: the key to delete.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    delete_present(world.db.session, key)


def _check_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise FieldError("name", f"must be 1 to {_LONGEST_NAME} characters")
    return name
