"""The interface through which the engine reaches apps, tables, other recipes and the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from simulator.connectors.base import AppRequest
from simulator.domain.engine.record import JobRecord
from simulator.domain.engine.steps import Step
from simulator.domain.engine.tree import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class AppAnswer:
    """An app's successful response.

    Attributes:
        status: the HTTP status, below 400.
        content: the body.
        headers: the response headers.
    """

    status: int
    content: bytes
    headers: Mapping[str, str]


class Tables(Protocol):
    """The lookup tables and data tables of a workspace; a row is `{column name: value}`.

    Every method raises FormulaError if the table does not exist.
    """

    def find(self, kind: str, table: Any) -> list[dict[str, Any]]:
        """Return all rows, each with its row id as `id`.

        Args:
            kind: `lookup_table` or `workato_db_table`.
            table: the table's id or name.
        """

    def add(self, kind: str, table: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Add a row; return it.

        Args:
            kind: see `find`.
            table: the table's id or name.
            fields: `{column name: value}`.
        """

    def update(
        self, kind: str, table: Any, row_id: str, fields: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Change fields of a row; return it, or None if there is none with this id.

        Args:
            kind: see `find`.
            table: the table's id or name.
            row_id: the row's id.
            fields: `{column name: value}` of the columns that change.
        """

    def delete(self, kind: str, table: Any, row_ids: Sequence[str]) -> int:
        """Delete rows; return how many of them existed.

        Args:
            kind: see `find`.
            table: the table's id or name.
            row_ids: the ids of the rows.
        """


class Watched(Protocol):
    """A long job that other processes can see and cancel.

    Attributes:
        is_stored: whether the job is in the database, where other processes see it.
    """

    is_stored: bool

    def check(self) -> None:
        """Check that nobody has cancelled the job.

        Raises:
            SimulatorError: the job was cancelled.
        """


class Host(Protocol):
    """What one job can use.

    Attributes:
        job: the job's own data, which data pills can read: `job_id`, `recipe_name` and so on.
        properties: the project's and the account's properties, name → value.
        context: the person who started the job, for skills: `user_name`, `user_email`.
        tables: the lookup tables and data tables.
        allows_code: whether steps with code run it; otherwise a stub has to answer for them.
        deadline: the simulated time at which the job has used up its time limit.
        time_limit: the time limit in seconds.
        watch: makes the job visible to other processes; None for a job that is not visible yet.
    """

    @property
    def deadline(self) -> datetime: ...

    @property
    def time_limit(self) -> int: ...

    @property
    def watch(self) -> "Watched | None": ...

    @property
    def allows_code(self) -> bool: ...

    @property
    def tables(self) -> "Tables": ...

    @property
    def job(self) -> Mapping[str, Any]: ...

    @property
    def properties(self) -> Mapping[str, Any]: ...

    @property
    def context(self) -> Mapping[str, Any]: ...

    def now(self) -> datetime:
        """Return the simulated time."""

    def octets(self, count: int) -> bytes:
        """Return random bytes.

        Args:
            count: the number of bytes, 1 or more.
        """

    def call_app(self, step: Step, request: AppRequest) -> AppAnswer:
        """Send a step's request to its app, with the token of the right connection.

        Args:
            step: the step that calls the app.
            request: the request without its credentials.

        Raises:
            StepFailed: the app refused the request, or did not answer.
        """

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        """Run a step's code in a separate process; return its result, made of JSON values.

        Args:
            step: the step; `step.language` selects the interpreter.
            source: the source code.
            inputs: the step's evaluated input.

        Raises:
            StepFailed: the code failed, or cannot be run.
        """

    def open_recipe(self, step: Step, reference: Any) -> "tuple[Program, Host]":
        """Return the compiled recipe that a step calls, and the host for its job.

        Args:
            step: the step that calls the recipe.
            reference: the recipe's id, as number or text, or an object with its `name`.

        Raises:
            StepFailed: there is no such recipe, or it cannot be called.
        """

    def close(self, record: JobRecord, error: str | None) -> None:
        """Record the job of a called recipe, which has ended.

        Args:
            record: the steps that the job performed.
            error: the reason of the failure; None for a job that succeeded.
        """
