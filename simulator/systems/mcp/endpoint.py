"""The routes of the MCP endpoint."""

from flask import Blueprint, Response, request

from simulator.systems.mcp import sessions
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.conformance import ConformanceService
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.guard import authenticate, check_origin, look_up_session
from simulator.systems.mcp.recipe_service import RecipeService
from simulator.systems.mcp.service import Service
from simulator.systems.mcp.transport import answer
from simulator.web.application import current_world
from simulator.world import World

blueprint = Blueprint("endpoint", __name__)


@blueprint.post("/<int:number>")
@blueprint.post("/<int:number>/")
@blueprint.post("/<int:number>/tools/call")
def post(number: int) -> Response:
    """Answer JSON-RPC messages: 200 with a response, 202 if none of them needs one."""
    body = request.get_data()  # read before refusing: the connection may be kept alive
    world = current_world()
    return answer(world, RecipeService(world, authenticate(world, number)), body)


@blueprint.post("/conformance")
def conformance() -> Response:
    """Answer the official conformance suite, without authentication; off by default.

    Raises:
        RpcError: it is off.
    """
    body = request.get_data()
    world = current_world()
    return answer(world, _open_conformance(world), body)


@blueprint.delete("/<int:number>")
@blueprint.delete("/<int:number>/")
@blueprint.delete("/<int:number>/tools/call")
def end_session(number: int) -> Response:
    """End the session that the header names (MCP transports, session management)."""
    world = current_world()
    return _end(world, RecipeService(world, authenticate(world, number)))


@blueprint.delete("/conformance")
def end_conformance_session() -> Response:
    """End a session of the conformance server."""
    world = current_world()
    return _end(world, _open_conformance(world))


def _open_conformance(world: World) -> ConformanceService:
    check_origin(world)
    if not world.settings.conformance_server:
        raise RpcError(
            Code.UNKNOWN_SERVER, "The conformance server is off: start with --conformance-server."
        )
    return ConformanceService(world.keys, look_up_session(world))


def _end(world: World, service: Service) -> Response:
    sessions.end(world, service)
    return Response(status=204)


@blueprint.get("/<int:number>")
@blueprint.get("/<int:number>/")
@blueprint.get("/<int:number>/tools/call")
def listen(number: int) -> Response:
    """Answer 405: there is no stream to listen to (MCP transports).

    Raises:
        RpcError: always.
    """
    authenticate(current_world(), number)
    raise RpcError(
        Code.METHOD_NOT_ALLOWED,
        "There is no stream to GET: POST JSON-RPC messages to this address.",
        headers={"Allow": "POST, DELETE"},
    )
