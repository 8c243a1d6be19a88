"""Compare the processor's time of tool calls and MCP sessions in two checkouts, by turns.

`python -m tests.tools.benchmarks.by_turns OTHER` has a process of each call the same tools, and
hold sessions, in process, forty at a time: what neighbours do to the machine meanwhile, they do to
both.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.visits.forms import FormBrowser
from tests.production_client import HOSTS, SERVER, call, connect, sign_in

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: One tool whose recipe calls no app, and one whose recipe calls one.
TOOLS: Mapping[str, Mapping[str, Any]] = {
    "Get_procurement_policy": {"category": "travel"},
    "Get_requisition": {"id": 1042},
}
#: A session instead: initialize, initialized, tools/list, DELETE.
_SESSION = "MCP session"
_TURNS = 24
_CALLS = 40


def work(database: str) -> None:
    """Do so many of what is named on standard input, and print the time of one in ms."""
    with tempfile.TemporaryDirectory() as folder:
        url = "memory" if database == "memory" else f"sqlite:///{folder}/sandbox.db"
        with Simulator(Settings(database=url)) as demo:
            with demo.intercept():
                browser = FormBrowser(HOSTS)
                token = sign_in(browser)
                connect(browser, str(call(token)["auth_url"]))
            for name in (*TOOLS, _SESSION):
                _do(demo, token, name, 2)
            print("ready", flush=True)
            for line in sys.stdin:
                print(_do(demo, token, line.strip(), _CALLS), flush=True)


def _do(demo: Simulator, token: str, name: str, times: int) -> float:
    if name == _SESSION:
        return _hold_sessions(demo, token, times)
    return _call(demo, token, name, times)


def _call(demo: Simulator, token: str, tool: str, times: int) -> float:
    """Call a tool; return the processor's time of one call, in ms."""
    requests = [_request(token, tool) for _ in range(times)]
    begin = time.process_time()
    answers = [run_wsgi_app(demo, environ, buffered=True) for environ in requests]
    passed = time.process_time() - begin
    for body, _status, _headers in answers:
        result = json.loads(b"".join(body))["result"]
        assert not result.get("isError"), result
    return passed * 1000 / times


def _hold_sessions(demo: Simulator, token: str, times: int) -> float:
    """Begin a session, list the tools, end it; return the processor's time of one, in ms."""
    passed = 0.0
    for _ in range(times):
        session: list[tuple[str, str]] = []
        for method, message in _MESSAGES:
            request = _environ(token, session, method, message)
            begin = time.process_time()
            _body, status, headers = run_wsgi_app(demo, request, buffered=True)
            passed += time.process_time() - begin
            assert status[0] == "2", status
            session = session or [("Mcp-Session-Id", headers["Mcp-Session-Id"])]
    return passed * 1000 / times


_MESSAGES: tuple[tuple[str, Mapping[str, Any] | None], ...] = (
    (
        "POST",
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "benchmark", "version": "1"},
            },
        },
    ),
    ("POST", {"jsonrpc": "2.0", "method": "notifications/initialized"}),
    ("POST", {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}),
    ("DELETE", None),
)


def _request(token: str, tool: str) -> "WSGIEnvironment":
    params = {"name": tool, "arguments": TOOLS[tool]}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return _environ(token, [], "POST", message)


def _environ(
    token: str, session: Iterable[tuple[str, str]], method: str, message: Mapping[str, Any] | None
) -> "WSGIEnvironment":
    headers = [("Authorization", f"Bearer {token}"), ("Accept", "application/json"), *session]
    return EnvironBuilder(
        base_url=SERVER, method=method, headers=headers, json=message
    ).get_environ()


def main(other: str) -> None:
    """Print the times of both, and how many times as long each takes here."""
    from tests.tools.benchmarks import turns  # not with --work: another checkout may lack it

    for database in ("file", "memory"):
        checkouts = (Path(other), turns.HERE)
        processes = [turns.start(__file__, each, database) for each in checkouts]
        for tool in (*TOOLS, _SESSION):
            print(f"{database:<7} {tool:<24} {turns.compare(processes, tool, _TURNS)}", flush=True)
        for process in processes:
            process.communicate()


if __name__ == "__main__":
    if sys.argv[1] == "--work":
        work(sys.argv[2])
    else:
        main(sys.argv[1])
