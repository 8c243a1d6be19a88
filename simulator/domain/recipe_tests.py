"""Run a recipe by hand, as the recipe editor's Test does: as a person, with an event of one's own.

It is the way to run recipes whose trigger waits for what happens nowhere here: a schedule, a
webhook, a new record of an app.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulator.db.tables import Connection, EndUser, Environment, Recipe
from simulator.db.tables.recipes import JobStatus
from simulator.domain import runtime_connections
from simulator.domain.catalogue import CompiledRecipe, PublishedServer
from simulator.domain.engine.compiling import get_schemas, list_steps
from simulator.domain.engine.errors import RecipeInvalid
from simulator.domain.engine.schemas import read_fields
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.domain.engine.stubs import find_stub
from simulator.domain.packages.lint.stub_drafts import draft_output, draft_sample
from simulator.domain.recipe_engine import Run
from simulator.domain.request_context import Person, RequestContext
from simulator.domain.verified_access import ConnectionRequired, Unavailable
from simulator.errors import FieldError, SimulatorError
from simulator.world import World

#: What stands in a job for the tool that was called.
TOOL = "Test"


def is_called(recipe: Recipe) -> bool:
    """Return whether the recipe's trigger is a call with parameters, rather than an event.

    Args:
        recipe: the recipe.
    """
    return recipe.trigger_application in TRIGGER_NAMES


def draft_event(recipe: Recipe) -> dict[str, Any]:
    """Return an event to begin with: that of the trigger's stub, or one with made-up values.

    Args:
        recipe: the recipe.
    """
    trigger = list_steps(recipe.code, recipe.config)[0]
    stub = find_stub(recipe.stubs, trigger)
    if stub is not None and isinstance(stub.get("output"), dict):
        return dict(stub["output"])
    if is_called(recipe):
        parameters, _ = get_schemas(trigger)
        return draft_sample(read_fields(parameters))
    return draft_output(recipe.code, recipe.code)


def run(
    world: World,
    recipe: Recipe,
    event: Mapping[str, Any],
    person: EndUser | None,
    environment: Environment,
    tool: str = TOOL,
    mocks: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Run a recipe to its end, whether it is started or not.

    Args:
        world: with an open unit of work; it is committed between steps.
        recipe: the recipe.
        event: the parameters that it is called with, or all that its trigger would give.
        person: for whom it runs; None for nobody, as with token-based access.
        environment: the environment whose connections the person has.
        tool: what stands in the job for the tool that was called.
        mocks: what steps answer, before the recipe's own stubs: as these, or `{step, error}`.

    Returns:
        The id of the job, however it ended.

    Raises:
        FieldError: on `event`, where the trigger declares other parameters.
    """
    compiled = CompiledRecipe.compile(recipe)
    if mocks:
        compiled = replace(compiled, stubs=(*mocks, *compiled.stubs))
    mistake = compiled.find_mistake(dict(event)) if is_called(recipe) else None
    if mistake is not None:
        raise FieldError("event", mistake)
    run = _open(world, compiled, person, environment, tool)
    status, error = JobStatus.SUCCEEDED, None
    try:
        for _ in run.start(event):
            pass
    except ConnectionRequired as required:
        status = JobStatus.CONNECTION_REQUIRED
        names = ", ".join(f"'{parent.name}'" for parent in required.parents)
        error = f"{required} Connect first, on this page or through an MCP client: {names}."
    except SimulatorError as failure:
        status, error = JobStatus.FAILED, str(failure)
    run.end(status, error)
    return str(run.job["job_id"])


def list_missing_connections(
    world: World, recipe: Recipe, person: EndUser, environment: Environment
) -> list[Connection] | None:
    """Return the builders' connections for which a person needs a connection to run a recipe.

    Args:
        recipe: the recipe.
        person: for whom it would run.
        environment: the environment whose connections the person has.

    Returns:
        None where that cannot be told: a builder's own is lost, or the recipe cannot be run.
    """
    try:
        _open(world, CompiledRecipe.compile(recipe), person, environment).require_connections()
    except ConnectionRequired as required:
        return list(required.parents)
    except (RecipeInvalid, Unavailable):
        return None
    return []


def connect(world: World, recipe: Recipe, parent: Connection, person: EndUser, back: str) -> str:
    """Begin to connect a person's own account, as the Developer API does for a program.

    It will be a connection of the environment that the builder's is in.

    Args:
        recipe: the recipe that the person lacks a connection for.
        parent: the builder's connection.
        person: the person whose connection it will be, whoever authorizes it at the app.
        back: where the browser goes then.

    Returns:
        The address of the app's consent page, good for one authorization.

    Raises:
        FieldError: on `parent_id`: it is not connected.
    """
    child = runtime_connections.begin(
        world,
        parent,
        folder_id=recipe.project_id,
        external_id=person.id,
        redirect_url=back,
    )
    return runtime_connections.build_url(world, child)


def _open(
    world: World,
    compiled: CompiledRecipe,
    person: EndUser | None,
    environment: Environment,
    tool: str = TOOL,
) -> Run:
    context = RequestContext(server=make_server(environment), person=_read(person), ip_address="")
    return Run(world, context, tool, compiled)


def _read(person: EndUser | None) -> Person | None:
    if person is None:
        return None
    return Person(id=person.id, email=person.email, name=person.name, is_active=True)


def make_server(environment: Environment) -> PublishedServer:
    """Return a server that is none: what a run has to know of one.

    Args:
        environment: the environment whose connections a person has.
    """
    return PublishedServer(
        number=0,
        environment_id=environment.id,
        name=TOOL,
        description="",
        of_collection=False,
        collection_path=None,
        uses_workato_identity=True,
        token_hash=None,
        ip_allow_list=(),
        ip_deny_list=(),
        allow_same_user_token_inheritance=False,
        tools=(),
    )
