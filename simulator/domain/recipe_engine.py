"""Walk a recipe: resolve each step's inputs, call the app as the right person, return."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from simulator.call_record import CallContext
from simulator.db.tables import Connection, EndUser, McpServer, Recipe
from simulator.db.tables.connections import LostCause
from simulator.domain import connections, recipes, verified_access
from simulator.domain.data_pills import resolve
from simulator.domain.recipes import Step
from simulator.domain.tokens import ConnectionLost, TokenRefused, discover, get_live_access_token
from simulator.errors import SimulatorError, Unreachable
from simulator.validation.parsing import parse_foreign_json, parse_foreign_object
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Actor:
    """For whom a recipe runs.

    Attributes:
        server: the MCP server that the call came through.
        end_user: the verified person; None with token access.
        tool: the tool that was called.
    """

    server: McpServer
    end_user: EndUser | None
    tool: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a recipe returned; an API recipe's `status` may say that it failed."""

    value: Any
    status: int = 200


class StepFailed(SimulatorError):
    """A step of the recipe failed; the message names it as the editor counts, and why."""

    status = 502

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(f"Step {step.number + 1} ({step.title}) failed: {reason}")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run has come.

    Attributes:
        done: steps that are behind it.
        total: steps of the recipe.
        title: of the step that comes next.
    """

    done: int
    total: int
    title: str


class TimedOut(SimulatorError):
    """The run took longer than a tool call may; what its steps did before stays done."""

    status = 504

    def __init__(self, step: Step, seconds: int) -> None:
        super().__init__(
            f"The call took longer than {seconds} seconds and was given up at step "
            f"{step.number + 1} ({step.title})."
        )


def run(
    world: World, recipe: Recipe, arguments: Mapping[str, Any], actor: Actor
) -> Generator[Progress, None, Result]:
    """Run a recipe with a tool call's arguments; yield the progress before each step.

    No transaction is open while an app is called. A step that is under way is not torn off: the
    run ends when it is back (our choice; how long a real call may take is not public).

    Args:
        world: with an open unit of work.
        recipe: the recipe.
        arguments: of the tool call, checked against its schema.
        actor: for whom it runs.

    Returns:
        What the recipe returned, as the generator's value.

    Raises:
        TimedOut: it took longer than the settings allow.
        ConnectionRequired: the end user has no live connection to one or more apps.
        StepFailed: an app refused, or did not answer.
        Forbidden: a step needs a connection that the builder has not established.
    """
    require_connections(world, recipe, actor)
    data: dict[str, dict[str, Any]] = {}
    limit = world.settings.tool_timeout
    too_late = world.clock.now() + timedelta(seconds=limit)
    steps = list(recipes.iter_steps(recipe))
    for done, step in enumerate(steps):
        yield Progress(done=done, total=len(steps), title=step.title)
        if step.is_trigger:
            output: Any = dict(arguments)
        else:
            inputs = resolve(dict(step.inputs), data)
            if not step.calls_app:
                return Result(
                    value=inputs.get("result"), status=int(inputs.get("http_status_code") or 200)
                )
            with world.calls.on_behalf(_context(recipe, step, actor)):
                output = _call_app(world, recipe, step, inputs, actor)
        if world.clock.now() > too_late:
            raise TimedOut(step, limit)
        data.setdefault(step.provider, {})[step.alias] = output
    return Result(value=None)


def require_connections(world: World, recipe: Recipe, actor: Actor) -> None:
    """Check before the first step that every app the recipe needs is connected for the person.

    Args:
        world: with an open unit of work.
        recipe: the recipe.
        actor: for whom it runs.

    Raises:
        ConnectionRequired: naming the parents of all missing connections, in order.
    """
    parents = verified_access.list_parents(world, recipe)
    if parents and actor.end_user is not None:
        lacking = verified_access.list_missing(world, actor.server, actor.end_user, parents)
        if lacking:
            raise verified_access.ConnectionRequired(lacking)


def _call_app(
    world: World, recipe: Recipe, step: Step, inputs: Mapping[str, Any], actor: Actor
) -> Any:
    connection, parent = _connection(world, recipe, step, actor)
    connector = connections.get_connector(parent)
    request = connector.actions[step.name].request(inputs)
    try:
        for attempt in range(2):
            token = get_live_access_token(world, connection, force_refresh=attempt > 0)
            url = _api_url(world, connection, parent, token) + request.path
            answer = world.http.request(
                request.method,
                url,
                params=request.params,
                json=request.json,
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            )
            if answer.status_code != 401:
                break
        else:
            reason = f"{connector.name} refused an access token that it had just issued."
            connections.mark_lost(world, connection, reason, LostCause.TOKEN_REFUSED)
            world.db.commit()
            raise ConnectionLost(connection, "the access token was refused")
    except TokenRefused as refused:
        lost = verified_access.explain_loss(connector.name)
        raise StepFailed(step, lost if refused.cause else str(refused)) from None
    except Unreachable as error:
        raise StepFailed(step, str(error)) from None
    except ConnectionLost as error:
        if actor.end_user is not None and connection is not parent:
            raise verified_access.ConnectionRequired([parent]) from error
        lost = verified_access.explain_loss(connector.name)
        raise StepFailed(step, lost) from error
    if answer.status_code >= 400:
        details = connector.read_error(parse_foreign_object(answer.content))
        ending = f": {details}" if details else "."
        raise StepFailed(step, f"{connector.name} answered {answer.status_code}{ending}")
    payload = {} if answer.status_code == 204 else parse_foreign_json(answer.content)
    if payload is None:
        raise StepFailed(step, f"{connector.name} answered something else than JSON.")
    return connector.actions[step.name].output(payload)


def _api_url(world: World, connection: Connection, parent: Connection, token: str) -> str:
    """Where the API takes a connection's tokens; asked once where nobody knows it yet."""
    if connection.api_url is None:
        connection.api_url = discover(world, parent, token)
        world.db.commit()
    return connection.api_url or str(parent.input["host"])


def _context(recipe: Recipe, step: Step, actor: Actor) -> CallContext:
    return CallContext(
        person=actor.end_user.email if actor.end_user else None,
        server=actor.server.name,
        tool=actor.tool,
        as_person=recipes.acts_as_end_user(recipe, step.provider),
    )


def _connection(
    world: World, recipe: Recipe, step: Step, actor: Actor
) -> tuple[Connection, Connection]:
    """Return the connection that a step acts with, and the one that holds its settings."""
    try:
        parent = verified_access.get_step_connection(world, recipe, step)
    except verified_access.Unavailable as error:
        raise StepFailed(step, str(error)) from None
    if not recipes.acts_as_end_user(recipe, step.provider):
        return parent, parent
    if actor.end_user is None:
        raise StepFailed(step, "End user's connection needs a verified end user.")
    connection = verified_access.find_acting_connection(world, actor.server, actor.end_user, parent)
    if connection is None:
        raise verified_access.ConnectionRequired([parent])
    return connection, parent
