"""What a job needs of the world that it runs in."""

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
    """What an app answered.

    Attributes:
        status: below 400.
        content: the body.
        headers: of the answer.
    """

    status: int
    content: bytes
    headers: Mapping[str, str]


class Tables(Protocol):
    """The lookup tables and data tables of a workspace: rows by the names of their columns.

    Every verb raises FormulaError where there is no such table.
    """

    def find(self, kind: str, table: Any) -> list[dict[str, Any]]:
        """Return all rows, each with its id as `id`.

        Args:
            kind: `lookup_table` or `workato_db_table`.
            table: its id or name.
        """

    def add(self, kind: str, table: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Add a row; return it.

        Args:
            kind: as in `find`.
            table: its id or name.
            fields: column → value.
        """

    def update(
        self, kind: str, table: Any, row_id: str, fields: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Change fields of a row; return it, or None if there is none with this id.

        Args:
            kind: as in `find`.
            table: its id or name.
            row_id: of the row.
            fields: column → value, of those that change.
        """

    def delete(self, kind: str, table: Any, row_ids: Sequence[str]) -> int:
        """Delete rows; return how many there were.

        Args:
            kind: as in `find`.
            table: its id or name.
            row_ids: of the rows.
        """


class Watched(Protocol):
    """A job that takes long, as others see it.

    Attributes:
        is_stored: whether they see it.
    """

    is_stored: bool

    def check(self) -> None:
        """Go on with the next step only if nobody cancelled the job.

        Raises:
            SimulatorError: somebody did.
        """


class Host(Protocol):
    """The world of one job.

    Attributes:
        job: what the job knows of itself, for data pills: `job_id`, `recipe_name` and so on.
        properties: of the project and the account, by name.
        context: who started the job, for skills: `user_name`, `user_email`.
        tables: lookup tables and data tables.
        allows_code: whether steps with code are run, rather than answered by a stub.
        deadline: the simulated moment after which no step may end.
        time_limit: in how many seconds after the job's start that is.
        watch: of a job that others may see and cancel; else None.
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
        """Return the simulated moment."""

    def octets(self, count: int) -> bytes:
        """Return so many random bytes.

        Args:
            count: how many, 1 or more.
        """

    def call_app(self, step: Step, request: AppRequest) -> AppAnswer:
        """Call the step's app with the right person's token.

        Args:
            step: that calls.
            request: what is sent; the person's token is added.

        Raises:
            StepFailed: the app refused, or did not answer.
        """

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        """Run a step's code in a process of its own; return what it returns, as JSON has it.

        Args:
            step: whose language says what runs it.
            source: the code.
            inputs: as evaluated.

        Raises:
            StepFailed: it failed, or cannot be run.
        """

    def open_recipe(self, step: Step, reference: Any) -> "tuple[Program, Host]":
        """Open a recipe that a step calls; return it, and the world of its job.

        Args:
            step: that calls it.
            reference: its id, as number or text, or an object with its `name`.

        Raises:
            StepFailed: there is no such recipe, or it cannot be called.
        """

    def close(self, record: JobRecord, error: str | None) -> None:
        """Keep the job of a recipe that was called.

        Args:
            record: the steps that it performed.
            error: why it failed; None where it did not.
        """
