"""Recipes as JSON, and a world for them that is made of plain data."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulator.connectors.base import AppRequest
from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.errors import StepFailed
from simulator.domain.engine.host import AppAnswer, Tables
from simulator.domain.engine.interpreter import Job
from simulator.domain.engine.outcome import Result
from simulator.domain.engine.record import JobRecord
from simulator.domain.engine.steps import Step
from simulator.domain.formulas import FormulaError

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
Block = dict[str, Any]


def pill(provider: str, line: str, *path: Any) -> str:
    """A data pill as exports have it."""
    return "#{" + call_dp(provider, line, *path) + "}"


def call_dp(provider: str, line: str, *path: Any) -> str:
    """The same, as it stands in a formula."""
    written = {"pill_type": "output", "provider": provider, "line": line, "path": list(path)}
    return f"_dp('{json.dumps(written)}')"


def parameter(*path: Any) -> str:
    """The pill of a parameter of the trigger."""
    return pill("workato_recipe_function", "trigger", "parameters", *path)


def action(provider: str, name: str, alias: str = "", /, **inputs: Any) -> Block:
    return {
        "keyword": "action",
        "provider": provider,
        "name": name,
        "as": alias or name,
        "uuid": f"uuid-{alias or name}",
        "input": inputs,
    }


def log(message: str, alias: str = "log") -> Block:
    return action("logger", "log_message", alias, message=message)


def return_result(**result: Any) -> Block:
    return action("workato_recipe_function", "return_result", result=result)


def condition(left: str, operand: str, right: str = "", *, joined: str = "and") -> Block:
    return {
        "type": "compound",
        "operand": joined,
        "conditions": [{"operand": operand, "lhs": left, "rhs": right, "uuid": "c"}],
    }


def control(keyword: str, *blocks: Block, **members: Any) -> Block:
    return {"keyword": keyword, "as": keyword, "input": {}, "block": list(blocks)} | members


def recipe(*blocks: Block, parameters: Any = (), result: Any = ()) -> Block:
    return {
        "number": 0,
        "keyword": "trigger",
        "provider": "workato_recipe_function",
        "name": "execute",
        "as": "trigger",
        "input": {
            "parameters_schema_json": json.dumps(list(parameters)),
            "result_schema_json": json.dumps(list(result)),
        },
        "block": list(blocks),
    }


def numbered(code: Block) -> Block:
    """Number the blocks as an export has them."""
    count = 0

    def number(block: Block) -> None:
        nonlocal count
        block["number"] = count
        count += 1
        for inner in block.get("block", []):
            number(inner)

    number(code)
    return code


@dataclass
class FakeTables:
    """Tables by name, each a list of rows."""

    rows: dict[str, list[dict[str, Any]]]

    def find(self, kind: str, table: Any) -> list[dict[str, Any]]:
        if table not in self.rows:
            raise FormulaError(f"There is no table {table}.")
        return self.rows[table]

    def add(self, kind: str, table: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
        self.find(kind, table).append({"id": str(len(self.rows[table]) + 1), **fields})
        return self.rows[table][-1]

    def update(
        self, kind: str, table: Any, row_id: str, fields: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        for row in self.find(kind, table):
            if row["id"] == row_id:
                row.update(fields)
                return row
        return None

    def delete(self, kind: str, table: Any, row_ids: Sequence[str]) -> int:
        before = self.find(kind, table)
        self.rows[table] = [row for row in before if row["id"] not in row_ids]
        return len(before) - len(self.rows[table])


@dataclass
class FakeHost:
    """A world without apps, or with one that a function answers for."""

    apps: Callable[[Step, AppRequest], Any] | None = None
    recipes: Mapping[str, Block] = field(default_factory=dict)
    job: Mapping[str, Any] = field(
        default_factory=lambda: {"job_id": "j-1", "job_url": "/j-1", "recipe_name": "R"}
    )
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    requests: list[AppRequest] = field(default_factory=list)
    closed: list[tuple[JobRecord, str | None]] = field(default_factory=list)
    allows_code: bool = False
    tables: Tables = field(default_factory=lambda: FakeTables({}))
    deadline: datetime = NOW
    time_limit: int = 60
    watch: None = None

    def now(self) -> datetime:
        return NOW

    def octets(self, count: int) -> bytes:
        return bytes(count)

    def call_app(self, step: Step, request: AppRequest) -> AppAnswer:
        self.requests.append(request)
        assert self.apps is not None
        answer = self.apps(step, request)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return AppAnswer(status=200, content=content, headers={"X-Answer": "1"})

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        return {"language": step.language, "source": source, "inputs": inputs}

    def open_recipe(self, step: Step, reference: Any) -> Any:
        if reference not in self.recipes:
            raise StepFailed(step, f"there is no recipe {reference}.")
        return compile_recipe(self.recipes[reference], []), self

    def close(self, record: JobRecord, error: str | None) -> None:
        self.closed.append((record, error))


def start(
    code: Block,
    parameters: Mapping[str, Any] | None = None,
    *,
    host: FakeHost | None = None,
    stubs: Any = (),
    config: Any = (),
) -> Job:
    return Job(compile_recipe(code, config, stubs), host or FakeHost(), parameters or {})


def finish(job: Job) -> Result | None:
    """Run a job to its end."""
    run = job.run()
    while True:
        try:
            next(run)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def run(code: Block, parameters: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Run a recipe to its end; return the value of its result, or None."""
    result = finish(start(code, parameters, **options))
    return None if result is None else result.value


def messages(job: Job) -> list[Any]:
    """What the job's log steps said."""
    return [
        json.loads(entry["output"])["message"]
        for entry in job.record.entries
        if entry["title"].startswith("Log message") and entry["output"]
    ]
