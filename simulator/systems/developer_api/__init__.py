"""Workato's Developer API, at `/api/` of the Workato web app's hosts: a table of endpoints."""

from functools import cache
from typing import Any

from flask import Flask, Response, jsonify, request

from simulator.db.tables import ApiClient, Environment
from simulator.domain import activity_trail, api_clients, project_scope
from simulator.domain.activity_trail import Actor
from simulator.errors import SimulatorError
from simulator.net.addresses import API
from simulator.systems.developer_api import (
    activity_logs,
    api_access_profiles,
    api_collections,
    api_platform_clients,
    app_links,
    collaborator_groups,
    connection_changes,
    connections,
    connectors,
    custom_connectors,
    customer_usage,
    customers,
    data_records,
    data_tables,
    deployments,
    developer_clients,
    embedded,
    explorer,
    folders,
    gateway,
    iam,
    jobs,
    known,
    lookup_tables,
    mcp_policies,
    mcp_servers,
    mcp_tools,
    members,
    oauth_profiles,
    packages,
    project_grants,
    properties,
    recipe_changes,
    recipe_versions,
    recipes,
    roles,
    sample_schemas,
    secrets_management,
    skills,
    tags,
    test_cases,
    usage,
    workspace,
)
from simulator.systems.developer_api.endpoint import ApiEndpoint, Body, Call
from simulator.systems.developer_api.refusals import Refusal, refuse
from simulator.systems.developer_api.spelling import take_every_spelling
from simulator.systems.developer_api.timeout import add_timeout
from simulator.validation.media_types import JSON, is_json
from simulator.validation.model_errors import BLANK
from simulator.validation.parsing import shorten
from simulator.web.application import configure_app
from simulator.web.bearer import read_bearer_token
from simulator.web.endpoints import Api, Group, add_routes
from simulator.world import World

__all__ = ["DEVELOPER_API", "ENDPOINTS", "create_app"]

#: Address of the OpenAPI document (our choice).
OPENAPI = "/api/openapi.json"

#: Every simulated endpoint, in the order of Workato's documentation.
ENDPOINTS: tuple[ApiEndpoint, ...] = (
    *mcp_servers.ENDPOINTS,
    *mcp_policies.ENDPOINTS,
    *mcp_tools.ENDPOINTS,
    *iam.ENDPOINTS,
    *app_links.ENDPOINTS,
    *connections.ENDPOINTS,
    *connection_changes.ENDPOINTS,
    *oauth_profiles.ENDPOINTS,
    *connectors.ENDPOINTS,
    *custom_connectors.ENDPOINTS,
    *sample_schemas.ENDPOINTS,
    *jobs.ENDPOINTS,
    *workspace.ENDPOINTS,
    *folders.ENDPOINTS,
    *deployments.ENDPOINTS,
    *properties.ENDPOINTS,
    *tags.ENDPOINTS,
    *data_tables.ENDPOINTS,
    *data_records.ENDPOINTS,
    *lookup_tables.ENDPOINTS,
    *api_collections.ENDPOINTS,
    *api_platform_clients.ENDPOINTS,
    *api_access_profiles.ENDPOINTS,
    *packages.ENDPOINTS,
    *recipes.ENDPOINTS,
    *recipe_changes.ENDPOINTS,
    *recipe_versions.ENDPOINTS,
    *test_cases.ENDPOINTS,
    *skills.ENDPOINTS,
    *activity_logs.ENDPOINTS,
    *secrets_management.ENDPOINTS,
    *usage.ENDPOINTS,
    *developer_clients.ENDPOINTS,
    *members.ENDPOINTS,
    *roles.ENDPOINTS,
    *collaborator_groups.ENDPOINTS,
    *project_grants.ENDPOINTS,
    *customer_usage.ENDPOINTS,
    *customers.ENDPOINTS,
)


def find_group(endpoint: ApiEndpoint) -> Group | None:
    """Return the part of the Developer API that an endpoint belongs to, as Workato documents it."""
    found = known.find_resource(endpoint.method, endpoint.path)
    if found is None:
        return None
    return Group(name=found.name[0].upper() + found.name[1:], documentation=found.documentation)


DEVELOPER_API = Api(
    title="Developer API of the simulator of Workato's MCP verified user access",
    summary="The simulated endpoints of Workato's Developer API.",
    endpoints=ENDPOINTS,
    nothing=Body,
    wording=BLANK,
    refusal=Refusal,
    find_group=find_group,
    timespec="milliseconds",  # as in every sample of Workato's documentation
    problems={
        400: "a parameter or member is invalid, or the body is not JSON",
        401: "the token is not valid, or the client's role allows no endpoint of this resource",
        403: "the client's role or its IP allow list forbids the request",
        404: "something that the request names does not exist",
        429: "the client's quota is used up; Retry-After says when to try again",
    },
    problems_with_body={
        413: "the body is too long",
        415: "the body is declared as something other than application/json",
    },
)

#: Name of the view that answers every other path.
_OTHERS = "others"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(world: World) -> Flask:
    """Return the application that answers at `/api/`: without cookies, and always in JSON."""
    app = Flask(__name__, static_folder=None)
    configure_app(app, world, API, error_page=_error)
    add_timeout(app, world)

    @app.errorhandler(SimulatorError)
    def _refuse(error: SimulatorError) -> Response:
        world.db.rollback()
        return refuse(error)

    @app.after_request
    def _say_charset(response: Response) -> Response:
        if response.mimetype == "application/json":
            response.content_type = "application/json; charset=utf-8"  # Workato docs, conventions
        return response

    @app.before_request
    def _call_collection() -> Response | None:
        return gateway.answer(world) if gateway.is_called() else None

    app.before_request(data_records.check_host)

    add_routes(app, DEVELOPER_API, lambda endpoint: _admit(world, endpoint))
    app.add_url_rule(OPENAPI, view_func=_describe)
    explorer.add_explorer(app)

    def _answer_others(_rest: str) -> Any:
        if (twin := embedded.find_twin(_OTHERS)) is None:
            return _unsimulated()
        name, arguments = twin
        view: Any = app.view_functions[name]
        return embedded.answer_twin(name, view(**arguments))

    app.add_url_rule(
        "/<path:_rest>",
        _OTHERS,
        view_func=_answer_others,
        methods=_METHODS,
        provide_automatic_options=False,  # "204, these methods" would pass for an endpoint
    )
    take_every_spelling(app, OPENAPI)
    return app


class _UnsupportedMediaType(SimulatorError):
    """The body is declared as something other than JSON."""

    status = 415


def _admit(world: World, endpoint: ApiEndpoint) -> Call:
    client = api_clients.get_client_by_token(world, read_bearer_token())
    key = f"{endpoint.method} {endpoint.template}"
    resource = _list_resource(endpoint.template)
    api_clients.check_access(client, key, request.remote_addr or "", resource)
    api_clients.count_request(world, client, embedded.find_quota(endpoint))
    environment = embedded.get_environment(world, client)
    if client.project_ids is not None:
        project_scope.limit_to_projects(world, client)
    project_scope.limit_to_environment(world, environment)
    if endpoint.is_whole_workspace:
        project_scope.check_unlimited(world)
    if endpoint.method != "GET":
        activity_trail.act_as(world, _as_actor(client, environment))
    if not endpoint.takes_file:
        _check_content_type()
    return Call(world=world, client=client, environment=environment)


def _check_content_type() -> None:
    """Refuse a body that is declared as something else than JSON, such as by `curl --data`.

    Workato takes `application/json` alone (docs, Developer API, supported formats); that a body
    without a declared type is read as JSON, and the status of the refusal, are our choice.
    """
    declared = request.content_type
    if declared and not is_json(declared) and request.get_data():
        raise _UnsupportedMediaType(
            f"Send the body with the header 'Content-Type: {JSON}', not '{shorten(declared)}'."
        )


@cache
def _list_resource(template: str) -> frozenset[str]:
    """Return the endpoints of the resource that one belongs to, by the beginning of its path."""
    start = known.cut_root(template)
    same = (one for one in ENDPOINTS if known.cut_root(one.template) == start)
    return frozenset(f"{one.method} {one.template}" for one in same)


def _as_actor(client: ApiClient, environment: Environment) -> Actor:
    return Actor(
        kind="api_client",
        id=str(client.id),
        name=client.name,
        email="",
        workspace_id=environment.workspace_id,
        ip_address=request.remote_addr or "",
        user_agent=shorten(request.user_agent.string),
    )


@cache
def _describe() -> dict[str, Any]:
    """Return the OpenAPI document of the simulated endpoints; no token is needed (our choice)."""
    from simulator.systems.developer_api.examples import load_examples
    from simulator.web.openapi import build_document

    return build_document(DEVELOPER_API, load_examples())


def _unsimulated() -> tuple[Response, int]:
    """Return 501 for an endpoint that is known but not simulated, 404 for an unknown one."""
    target = f"{request.method} {shorten(request.path)}"
    found = known.find_resource(request.method, request.path)
    if found is None:
        return jsonify(
            message=f"The simulator does not know the endpoint {target}. Workato may have it: see "
            "its documentation.",
            documentation_url=known.INDEX,
        ), 404
    message = f"{target} belongs to Workato's {found.name} and is not simulated."
    if not found.methods:
        message += " The simulator does not know whether Workato has this path."
    elif request.method not in found.methods:
        message += f" Methods that Workato has at this path: {', '.join(found.methods)}."
    elif found.why:
        message += f" {found.why}"
    return jsonify(message=message, documentation_url=found.documentation), 501


def _error(status: int, _title: str, sentence: str) -> tuple[Response, int]:
    return jsonify(message=sentence), status
