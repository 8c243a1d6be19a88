"""Call an endpoint of an API collection over HTTP, with a key of an API client (Workato docs)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from simulator.crypto import fingerprint
from simulator.db.tables import ApiPlatformClient, ApiPlatformKey, PackageAsset
from simulator.db.tables.recipes import JobStatus
from simulator.domain import api_collections, api_endpoints, limits, workspaces
from simulator.domain.api_endpoints import Endpoint
from simulator.domain.catalogue import CompiledRecipe
from simulator.domain.engine.outcome import Result
from simulator.domain.recipe_engine import Run
from simulator.domain.recipe_tests import make_server
from simulator.domain.request_context import RequestContext
from simulator.errors import Forbidden, NotFound, SimulatorError
from simulator.validation.parsing import NotJson, parse_strict_json, shorten
from simulator.world import World


class KeyRefused(SimulatorError):
    """A request has no key, or none that may call the collection."""

    status = 401


class StepsFailed(SimulatorError):
    """A step of the recipe failed."""

    status = 500


@dataclass(frozen=True, kw_only=True)
class Route:
    """What a request is for.

    Attributes:
        endpoint: the endpoint that answers it.
        parameters: the parameters of its path.
    """

    endpoint: Endpoint
    parameters: Mapping[str, str]


def find_route(world: World, method: str, path: str) -> Route:
    """Return the endpoint of a request.

    Args:
        method: the HTTP method.
        path: namespace, collection and what is below it, without a slash before and behind.

    Raises:
        NotFound: no active endpoint of a collection, whose recipe runs, has this address.
    """
    for workspace_id in workspaces.list_ids(world):
        for collection in api_collections.find_collections(world, workspace_id).first(1000):
            start = api_collections.make_path(world, collection)
            if not path.startswith(f"{start}/"):
                continue
            below = path.removeprefix(f"{start}/")
            if found := _find_endpoint(world, workspace_id, collection, method, below):
                return found
    raise NotFound(f"No active API endpoint answers {method} /{shorten(path)}.")


def check_key(world: World, route: Route, token: str, address: str | None) -> ApiPlatformClient:
    """Return the client whose key a request has.

    Args:
        route: what it is for.
        token: the token as it was sent; empty for none.
        address: where it came from; None for a call within this process.

    Raises:
        KeyRefused: it is no active key of a client that has the collection.
        Forbidden: its address lists keep the address out.
    """
    found = select(ApiPlatformKey).where(ApiPlatformKey.token_hash == fingerprint(token))
    key = world.db.session.scalar(found) if token else None
    if key is None or not key.active:
        raise KeyRefused("Unauthorized: send an active API key as the header api-token.")
    client = world.db.session.get_one(ApiPlatformClient, key.client_id)
    collection = route.endpoint.collection
    if collection.id not in client.collection_ids:
        raise KeyRefused(
            f"Unauthorized: the API client '{client.name}' has no access to the API collection "
            f"'{collection.name}'."
        )
    if not limits.is_allowed(address, key.ip_allow_list, key.ip_deny_list):
        raise Forbidden(f"The key '{key.name}' may not be used from this IP address.")
    return client


def call(
    world: World,
    route: Route,
    given: Mapping[str, Any],
    headers: Mapping[str, str],
    address: str | None,
) -> Result | None:
    """Run the recipe of an endpoint.

    Args:
        world: with an open unit of work; it is committed between steps.
        route: what the request is for.
        given: the members of its query and body.
        headers: the headers of the request; the recipe reads those that it declares.
        address: where it came from.

    Returns:
        What the recipe answered; None if it ended without an answer.

    Raises:
        Forbidden: a step acts as an end user, whom no key stands for.
        StepsFailed: a step failed.
        SimulatorError: arguments are wrong.
    """
    recipe = CompiledRecipe.compile(route.endpoint.recipe)
    if recipe.steps_as_end_user:
        raise Forbidden(
            "This endpoint acts with the End user's connection, and no API key stands for an end "
            "user: call it as a tool of an MCP server with Workato Identity."
        )
    arguments = _cast(recipe.input_schema, {**given, **route.parameters})
    mistake = recipe.find_mistake(arguments)
    if mistake is not None:
        raise SimulatorError(mistake)
    environment = workspaces.list_environments(world, recipe.workspace_id)[0]
    context = RequestContext(server=make_server(environment), person=None, ip_address=address)
    run = Run(world, context, route.endpoint.row.name, recipe)
    status, error, result = JobStatus.SUCCEEDED, None, None
    steps = run.start(arguments, headers)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        result = end.value
    except SimulatorError as failure:
        status, error = JobStatus.FAILED, str(failure)
    run.end(status, error)
    world.db.commit()
    if error is not None:
        raise StepsFailed(error)
    return result


def _find_endpoint(
    world: World, workspace_id: int, collection: PackageAsset, method: str, below: str
) -> Route | None:
    for endpoint in api_endpoints.list_endpoints(world, workspace_id, collection):
        document = endpoint.row.document or {}
        is_open = endpoint.active and endpoint.recipe.running
        if not is_open or document.get("method") != method:
            continue
        parameters = _fit(str(document.get("path") or ""), below)
        if parameters is not None:
            return Route(endpoint=endpoint, parameters=parameters)
    return None


def _fit(path: str, below: str) -> dict[str, str] | None:
    """Return the parameters of an endpoint's path, `{name}` or `:name`; None if it is another."""
    parts, sent = path.strip("/").split("/"), below.split("/")
    if len(parts) != len(sent):
        return None
    parameters = {}
    for part, value in zip(parts, sent, strict=True):
        name = re.fullmatch(r"\{(\w+)\}|:(\w+)", part)
        if name is None and part != value:
            return None
        if name is not None and not value:
            return None
        if name is not None:
            parameters[name[1] or name[2]] = value
    return parameters


def _cast(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments with the texts of a query as the types that the recipe declares."""
    properties = schema.get("properties") or {}
    return {name: _cast_one(properties.get(name) or {}, value) for name, value in given.items()}


def _cast_one(schema: Mapping[str, Any], value: Any) -> Any:
    kinds = schema.get("type")
    if not isinstance(value, str) or kinds is None or "string" in kinds:
        return value
    try:
        found = parse_strict_json(value.encode())
    except NotJson:
        return value
    return found if isinstance(found, int | float) else value
