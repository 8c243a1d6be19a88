"""`make trace`: what one `tools/call` runs through, counted and not timed.

Our modules that it enters, changes from one to another, statements, and rows that it reads twice.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Table, event
from werkzeug.test import Client

import simulator
from simulator.db.app_tables import sorted_tables
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.visits.forms import FormBrowser
from tests.production_client import HOSTS, SERVER, call, connect, sign_in

_OURS = f"{Path(simulator.__file__).parent}/"
_SELECTED = re.compile(r"SELECT (.+?)\s+FROM ", re.DOTALL)
#: One tool whose recipe calls no app, and one whose recipe calls one.
TOOLS: Mapping[str, Mapping[str, Any]] = {
    "Get_procurement_policy": {"category": "travel"},
    "Get_requisition": {"id": 1042},
}


@dataclass
class CallTrace:
    """What was seen of one call.

    Attributes:
        tool: that was called.
        path: the module and name of each function of ours that was entered, in order; a generator
            is entered each time that it goes on.
        statements: SQL, as it was executed, `BEGIN` too.
        rows: how often each row was selected: (table, primary key) → times.
    """

    tool: str
    path: list[tuple[str, str]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    rows: Counter[tuple[str, tuple[Any, ...]]] = field(default_factory=Counter)

    @property
    def modules(self) -> list[str]:
        """The modules that were entered, in the order of their first function."""
        return list(dict.fromkeys(module for module, _ in self.path))

    @property
    def changes(self) -> int:
        """How often a function was entered that is in another module than the one before."""
        return sum(one[0] != other[0] for one, other in pairwise(self.path))

    @property
    def read_twice(self) -> list[str]:
        """Rows that were selected more than once, as `table key`."""
        return [f"{table} {key}" for (table, key), times in self.rows.items() if times > 1]

    def __str__(self) -> str:
        return (
            f"{self.tool}: {len(self.modules)} modules, {self.changes} changes of module, "
            f"{len(self.path)} calls, {len(self.statements)} statements, "
            f"rows read twice: {', '.join(self.read_twice) or 'none'}"
        )


def traces() -> Iterator[CallTrace]:
    """Trace a call of each tool of the demo, by somebody who is connected already."""
    with Simulator(Settings(database="memory")) as demo:
        with demo.intercept():
            browser = FormBrowser(HOSTS)
            token = sign_in(browser)
            connect(browser, str(call(token)["auth_url"]))
        client = Client(demo)
        for tool, arguments in TOOLS.items():
            _call(client, token, tool, arguments)  # what is imported and compiled once
            trace = CallTrace(tool)
            with _statements(demo, trace), _functions(trace):
                _call(client, token, tool, arguments)
            yield trace


def _call(client: Client, token: str, tool: str, arguments: Mapping[str, Any]) -> None:
    answer = client.post(
        "/",
        base_url=SERVER,
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
        },
        json={
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": tool, "arguments": arguments},
        },
    )
    result = answer.get_json()["result"]
    assert not result["isError"], result


@contextmanager
def _functions(trace: CallTrace) -> Iterator[None]:
    def note(frame: FrameType, what: str, _argument: Any) -> None:
        code = frame.f_code
        if what == "call" and code.co_filename.startswith(_OURS):
            trace.path.append((code.co_filename.removeprefix(_OURS), code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)


@contextmanager
def _statements(demo: Simulator, trace: CallTrace) -> Iterator[None]:
    tables = list(sorted_tables())  # now: what asks for them later is counted

    def note(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        trace.statements.append(statement)
        if not (keys := _keys(statement, tables)):
            return
        # Rows are read once, by whoever asked: they are selected again, in the same transaction.
        with closing(cursor.connection.cursor()) as again:
            for row in again.execute(statement, parameters):
                trace.rows.update(
                    (table, tuple(row[place] for place in places)) for table, places in keys.items()
                )

    event.listen(demo.world.db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(demo.world.db.engine, "before_cursor_execute", note)


def _keys(statement: str, tables: Iterable[Table]) -> dict[str, list[int]]:
    """Return where primary keys are in what a SELECT returns: table → places in a row."""
    selected = _SELECTED.match(statement)
    if selected is None:
        return {}
    columns = [name.strip() for name in selected[1].split(",")]
    found = {}
    for table in tables:
        keys = [f"{table.name}.{column.name}" for column in table.primary_key]
        if keys and all(key in columns for key in keys):
            found[table.name] = [columns.index(key) for key in keys]
    return found


def main() -> None:
    """Print a line for each call; with `--path`, each function and statement before."""
    for trace in traces():
        if "--path" in sys.argv:
            before = ""
            for module, name in trace.path:
                print(f"  {'' if module == before else module:<36} {name}")
                before = module
            for statement in trace.statements:
                print(f"  {' '.join(statement.split())}")
        print(trace)


if __name__ == "__main__":
    main()
