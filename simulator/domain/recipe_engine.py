"""Run a tool's recipe for its caller, and the recipes that it calls: each is a job."""

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

#: So many recipes that a recipe calls are looked at before its first step.
_MOST_CALLED = 100


class Run:
    """A recipe under way, as one job; what the engine needs of the world, it has from here.

    No transaction is open while an app is called, and each step may have a unit of work of its own.
    A step that is under way is not torn off: the run ends when it is back (our choice; how long a
    real call may take is not public).

    Args:
        world: with an open unit of work.
        context: for whom it runs.
        tool: the tool that was called.
        recipe: that runs.
        caller: the run whose step calls it; None for a tool's own recipe.

    Attributes:
        now: returns the simulated moment.
        started_at: the simulated moment.
        time_limit: how many seconds it may take.
        deadline: when it has taken that long; of a recipe that is called, as of the one that calls.
        program: the recipe, compiled.
        watch: what has others see the job once it takes long; None before it calls an app.
        job: what the job knows of itself, for data pills.
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
        """Return the steps that are about to be performed, one by one, and at last the result.

        Args:
            arguments: of the tool call, checked against its schema.
            headers: of the HTTP request that an API recipe answers; None for a tool call.

        Raises:
            RecipeInvalid: the recipe cannot be run.
            ConnectionRequired: the end user has no live connection to one or more apps.
            Unavailable: a builder's connection that they depend on cannot be used.
        """
        self.require_connections()
        self._started = Job(self.program, self, arguments, headers=headers)
        return self._started.run()

    def require_connections(self) -> None:
        """Check before the first step that every app is connected for the person.

        Those of the recipes that it calls are asked for as well: once a step has written something,
        it is too late to ask.

        Raises:
            ConnectionRequired: naming the parents of all missing connections, in order.
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
        """Have the job be seen, once it takes long, of the recipe that nobody's step called."""
        root, person = self._root, self._context.person
        begun = running_jobs.Begun(
            job_id=root._job_id,
            recipe_id=root._recipe.id,
            end_user_id=person.id if person else None,
            tool=root._tool,
            started_at=root.started_at,
            deadline=root.deadline,
        )
        return running_jobs.Watch(self._world, begun)

    def _connections_of_called(self) -> list[RunConnections]:
        """Return those of the recipes that this one calls, and that those call."""
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
        """Record the job of a tool's own recipe.

        Args:
            status: what became of it.
            error: why it failed; None where it did not.
            tokens: what the call is estimated at; None where no model called.
        """
        record = self._started.record if self._started else JobRecord()
        if self.watch is not None:
            self.watch.end()
            if self.watch.was_cancelled:
                status = JobStatus.CANCELLED
        self._record(record, status, error, tokens)

    # --- what the engine needs

    @cached_property
    def job(self) -> Mapping[str, Any]:
        """What the job knows of itself."""
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
        """The properties of the project and the account, read when one is needed."""
        return read_properties(self._world, self._recipe.workspace_id, self._recipe.project_id)

    @property
    def context(self) -> Mapping[str, Any]:
        """The person who called the tool."""
        person = self._context.person
        if person is None:
            return {}
        return {"user_email": person.email, "user_name": person.name, "user_id": person.id}

    @cached_property
    def tables(self) -> StoredTables:
        """The workspace's tables."""
        return StoredTables(self._world, self._recipe.workspace_id)

    def octets(self, count: int) -> bytes:
        """Return so many random bytes.

        Args:
            count: how many, 1 or more.
        """
        return self._world.randomness.octets("formula", count)

    def call_app(self, step: Step, request: AppRequest) -> AppAnswer:
        """Call a step's app on the caller's behalf.

        Args:
            step: that calls.
            request: what is sent; the person's token is added.

        Raises:
            StepFailed: the app refused, or did not answer.
            ConnectionRequired: the end user's connection was lost since the job began.
        """
        if self.watch is None:  # API-71: what calls an app may take long
            self.watch = self._root.watch = self._root.watch or self._begin_watch()
        return self._calls.call(step, request)

    @property
    def allows_code(self) -> bool:
        """Whether the settings let steps run their code."""
        return self._world.settings.allow_code

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        """Run a step's code; no transaction is open meanwhile.

        Args:
            step: whose language says what runs it.
            source: the code.
            inputs: as evaluated.

        Raises:
            StepFailed: it failed, or cannot be run.
        """
        assert step.language is not None
        self._world.db.commit()
        try:
            return run_code(step.language, source, inputs)
        except (CodeFailed, CodeRefused) as error:
            raise StepFailed(step, str(error), "Code error") from None

    def open_recipe(self, step: Step, reference: Any) -> "tuple[Program, Run]":
        """Open a recipe function that a step calls, for the same person; take a place in its queue.

        Args:
            step: that calls it.
            reference: its id, as number or text, or an object with its `name`.

        Raises:
            StepFailed: there is none, it is not running, cannot be run, or its queue is full.
            ConnectionRequired: an app of it is not connected for the person.
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
        """Record the job of a recipe that was called.

        Args:
            record: the steps that it performed.
            error: why it failed; None where it did not.
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
            jobs.Ended(
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
