"""Run a tool's recipe for the person who called the tool; each recipe that runs is one job."""

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from simulator.code_execution import CodeFailed, CodeRefused, run_code
from simulator.connectors.base import AppRequest
from simulator.db.tables import Connection
from simulator.db.tables.recipes import JobStatus
from simulator.domain import catalogue, function_queue, jobs, running_jobs, verified_access
from simulator.domain.app_calls import AppCalls
from simulator.domain.catalogue import CompiledRecipe
from simulator.domain.engine.errors import RecipeInvalid, StepFailed
from simulator.domain.engine.host import AppAnswer
from simulator.domain.engine.interpreter import Job
from simulator.domain.engine.outcome import Result
from simulator.domain.engine.record import JobRecord
from simulator.domain.engine.steps import RECIPE_FUNCTION, Step
from simulator.domain.engine.tree import Program
from simulator.domain.recipe_data import StoredTables, read_properties
from simulator.domain.request_context import RequestContext
from simulator.domain.run_connections import RunConnections
from simulator.world import World

#: How many called recipes are checked for connections before the first step, at most.
_MOST_CALLED = 100


class Run:
    """One run of a recipe (a job), and the `engine.host.Host` that the engine calls back.

    No database transaction is open while an app is called, and each step may use a unit of work of
    its own.
    The time limit is checked after each step; a step that is being performed is not interrupted
    (our choice: how long a real call may take is not public).

    Args:
        context: the person and the MCP session that the recipe runs for.
        tool: the name of the MCP tool that was called.
        recipe: the recipe that runs.
        caller: the run whose step called this recipe; None for the tool's own recipe.

    Attributes:
        now: a function that returns the simulated time.
        started_at: the simulated time when the run began.
        time_limit: how long the tool call may take, in seconds.
        deadline: the simulated time when the tool call has taken that long; a called recipe shares
            the deadline of its caller.
        program: the compiled recipe.
        watch: makes a long job visible to other processes, which may cancel it; None until the job
            first calls an app.
        job: the job's own data, which data pills can read.
    """

    def __init__(
        self,
        world: World,
        context: RequestContext,
        tool: str,
        recipe: CompiledRecipe,
        caller: "Run | None" = None,
    ) -> None:
        self._world, self._context, self._tool, self._recipe = world, context, tool, recipe
        self._caller = caller
        self._root: Run = caller._root if caller else self
        self.watch: running_jobs.Watch | None = None
        self.now = world.clock.now
        self.started_at = self.now()
        self.time_limit = world.settings.tool_timeout
        limit = timedelta(seconds=self.time_limit)
        self.deadline: datetime = caller.deadline if caller else self.started_at + limit
        self._job_id = jobs.new_id(world)
        self._started: Job | None = None

    def start(
        self, arguments: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Generator[Step, None, Result | None]:
        """Return a generator that yields each step before it is performed, and returns the result.

        Args:
            arguments: the arguments of the tool call, already validated against the tool's schema.
            headers: the headers of the HTTP request that an API recipe answers; None for a tool
                call.

        Raises:
            RecipeInvalid: the recipe cannot be run.
            ConnectionRequired: the end user has no live connection to one or more apps.
            Unavailable: a builder's connection that they depend on cannot be used.
        """
        self.require_connections()
        self._started = Job(self.program, self, arguments, headers=headers)
        return self._started.run()

    def require_connections(self) -> None:
        """Check that the person has a connection to every app that the recipe uses.

        This includes the apps of recipes that it calls. They are checked before the first step,
        because a prompt for a connection after a step has changed something would leave the work
        half done.

        Raises:
            ConnectionRequired: connections are missing; the error has their parent connections, in
                the order of the steps.
        """
        missing: dict[int, Connection] = {}
        own = [self._connections] if self._recipe.steps_as_end_user else []
        for connections in [*own, *self._connections_of_called()]:
            try:
                connections.require()
            except verified_access.ConnectionRequired as required:
                missing |= {parent.id: parent for parent in required.parents}
        if missing:
            raise verified_access.ConnectionRequired(list(missing.values()))

    @cached_property
    def _connections(self) -> RunConnections:
        return RunConnections(self._world, self._context, self._recipe)

    @cached_property
    def _calls(self) -> AppCalls:
        return AppCalls(self._world, self._context, self._tool, self._connections)

    def _begin_watch(self) -> running_jobs.Watch:
        """Return the watch of the tool's own recipe, which shows the job once it takes long."""
        root, person = self._root, self._context.person
        begun = running_jobs.StartedJob(
            job_id=root._job_id,
            recipe_id=root._recipe.id,
            end_user_id=person.id if person else None,
            tool=root._tool,
            started_at=root.started_at,
            deadline=root.deadline,
        )
        return running_jobs.Watch(self._world, begun)

    def _connections_of_called(self) -> list[RunConnections]:
        """Return the connections of the recipes that this one calls, directly or indirectly."""
        if not self._recipe.called:
            return []
        found: dict[int, CompiledRecipe] = {self._recipe.id: self._recipe}
        references = list(self._recipe.called)
        while references and len(found) <= _MOST_CALLED:
            called = catalogue.find_recipe(
                self._world, self._recipe.workspace_id, references.pop(0)
            )
            if called is not None and called.id not in found:
                found[called.id] = called
                references += called.called
        others = [recipe for recipe in found.values() if recipe is not self._recipe]
        return [RunConnections(self._world, self._context, recipe) for recipe in others]

    @cached_property
    def program(self) -> Program:
        """The recipe, compiled."""
        return self._recipe.program

    def end(self, status: JobStatus, error: str | None, tokens: int | None = None) -> None:
        """Record the job of the tool's own recipe, which has ended.

        Args:
            status: how the job ended; a job that was cancelled is recorded as cancelled.
            error: the reason of the failure; None for a job that succeeded.
            tokens: the estimated tokens of the call; None if no model called the tool.
        """
        record = self._started.record if self._started else JobRecord()
        if self.watch is not None:
            self.watch.end()
            if self.watch.was_cancelled:
                status = JobStatus.CANCELLED
        self._record(record, status, error, tokens)

    # --- engine.host.Host

    @cached_property
    def job(self) -> Mapping[str, Any]:
        """The job's own data: its id, its recipe, and the job that called it."""
        caller = self._caller
        return {
            "job_id": self._job_id,
            "job_url": f"/recipes/{self._recipe.id}/jobs/{self._job_id}",
            "recipe_id": str(self._recipe.id),
            "recipe_name": self._recipe.name,
            "recipe_url": f"/recipes/{self._recipe.id}",
            "calling_job_id": caller._job_id if caller else None,
            "calling_recipe_id": str(caller._recipe.id) if caller else None,
            "started_at": self.started_at.isoformat(),
        }

    @cached_property
    def properties(self) -> Mapping[str, Any]:
        """The project's and the account's properties: name → value, read on first use."""
        return read_properties(self._world, self._recipe.workspace_id, self._recipe.project_id)

    @property
    def context(self) -> Mapping[str, Any]:
        """The name, e-mail address and id of the person who called the tool; empty for none."""
        person = self._context.person
        if person is None:
            return {}
        return {"user_email": person.email, "user_name": person.name, "user_id": person.id}

    @cached_property
    def tables(self) -> StoredTables:
        """The workspace's lookup tables and data tables."""
        return StoredTables(self._world, self._recipe.workspace_id)

    def octets(self, count: int) -> bytes:
        """Return random bytes.

        Args:
            count: the number of bytes, 1 or more.
        """
        return self._world.randomness.octets("formula", count)

    def call_app(self, step: Step, request: AppRequest) -> AppAnswer:
        """Send a step's request to its app, with the token of the person's or builder's connection.

        Args:
            step: the step that calls the app.
            request: the request without its credentials.

        Raises:
            StepFailed: the app refused the request, or did not answer.
            ConnectionRequired: the end user's connection was lost after the job began.
        """
        if self.watch is None:  # API-71: only a job that calls an app may take long
            self.watch = self._root.watch = self._root.watch or self._begin_watch()
        return self._calls.call(step, request)

    @property
    def allows_code(self) -> bool:
        """Whether steps run their Python, JavaScript or Ruby code (setting `allow_code`)."""
        return self._world.settings.allow_code

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        """Run a step's code in a separate process; no transaction is open meanwhile.

        Args:
            step: the step; `step.language` selects the interpreter.
            source: the source code.
            inputs: the step's evaluated input.

        Raises:
            StepFailed: the code failed, or cannot be run.
        """
        assert step.language is not None
        self._world.db.commit()
        try:
            return run_code(step.language, source, inputs)
        except (CodeFailed, CodeRefused) as error:
            raise StepFailed(step, str(error), "Code error") from None

    def open_recipe(self, step: Step, reference: Any) -> "tuple[Program, Run]":
        """Return the program of a recipe function that a step calls, and a run for the same person.

        The call takes a place in the function's queue.

        Args:
            step: the step that calls the recipe function.
            reference: the recipe's id, as number or text, or an object with its `name`.

        Raises:
            StepFailed: there is no such recipe function, it is stopped or invalid, or its queue is
                full.
        """
        recipe = catalogue.find_recipe(self._world, self._recipe.workspace_id, reference)
        if recipe is None:
            named = reference.get("name") if isinstance(reference, Mapping) else reference
            raise StepFailed(step, f"There is no recipe '{named}' in this workspace.")
        if recipe.kind != RECIPE_FUNCTION:
            raise StepFailed(step, f"The recipe '{recipe.name}' is not a recipe function.")
        if not recipe.running:
            raise StepFailed(step, f"The recipe '{recipe.name}' is stopped. Start it.")
        run = Run(self._world, self._context, self._tool, recipe, self)
        try:
            program = run.program
        except RecipeInvalid as error:
            raise StepFailed(step, f"The recipe '{recipe.name}' cannot be run: {error}") from None
        try:
            function_queue.enter(self._world, run._job_id, recipe.id, recipe.name, run.deadline)
        except function_queue.QueueFull as error:
            raise StepFailed(step, str(error), "Queue limit") from None
        return program, run

    def close(self, record: JobRecord, error: str | None) -> None:
        """Record the job of a called recipe, which has ended.

        Args:
            record: the steps that the job performed.
            error: the reason of the failure; None for a job that succeeded.
        """
        status = JobStatus.SUCCEEDED if error is None else JobStatus.FAILED
        function_queue.leave(self._world, self._job_id)
        self._record(record, status, error)
        self._world.db.commit()

    def _record(
        self, record: JobRecord, status: JobStatus, error: str | None, tokens: int | None = None
    ) -> None:
        jobs.record(
            self._world,
            self._context,
            jobs.EndedJob(
                job_id=self._job_id,
                recipe_id=self._recipe.id,
                tool=self._tool,
                started_at=self.started_at,
                status=status,
                error=error,
                steps=record.entries,
                calling_job_id=self._caller._job_id if self._caller else None,
                calling_recipe_id=self._caller._recipe.id if self._caller else None,
                estimated_tokens=tokens,
                tasks=record.tasks,
            ),
        )
