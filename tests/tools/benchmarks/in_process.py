"""What a test suite pays: start and stop, reset, sign-in, tool calls."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import requests
from anyio.from_thread import start_blocking_portal

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import Actor, Stage
from tests.production_client import whole_way
from tests.tools.benchmarks.measuring import Figure, rate, timed

_SETTINGS = Settings(database="memory", port_base=0)


def figures() -> Iterator[Figure]:
    """Embedded simulator on loopback sockets, SQLite in memory, one client after the other."""
    yield timed("in process: start with the demo scenario, and stop", 5, _start_and_stop)
    with running(_SETTINGS) as simulator:
        yield timed("in process: reset to the demo scenario", 10, simulator.reset)
        yield _whole_way()
        with start_blocking_portal() as portal, ExitStack() as closing:
            stage = Stage(simulator.describe(), portal, None, closing)
            yield timed("sign-in: SDK discovery, login, consent, token", 5, lambda: _sign_in(stage))
            ada = Actor("Ada", stage)
            client = ada.connect("Procurement assistant")
            ada.connect_account(ada.call("Get_requisition", {"id": 1042}))
            assert client.storage.tokens is not None
            token = client.storage.tokens.access_token
            yield from _calls(client.url, token)


def _start_and_stop() -> None:
    with running(_SETTINGS):
        pass


def _whole_way() -> Figure:
    with Simulator(Settings(database="memory")) as silent, silent.intercept():
        name = "whole way: requests alone, production addresses"
        return timed(name, 20, whole_way, before=silent.reset)


def _sign_in(stage: Stage) -> None:
    with ExitStack() as closing:
        actor = Actor("Ada", Stage(stage.description, stage.portal, None, closing))
        actor.connect("Procurement assistant")


def _calls(url: str, token: str) -> Iterator[Figure]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"

        def call(tool: str, arguments: dict[str, Any]) -> None:
            params = {"name": tool, "arguments": arguments}
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
            result = session.post(url, json=body, timeout=30).json()["result"]
            assert not result.get("isError"), result

        yield rate(
            "tools/call: a recipe that calls no app",
            5,
            100,
            lambda: call("Get_procurement_policy", {"category": "travel"}),
        )
        yield rate(
            "tools/call: a recipe that calls Coupa",
            5,
            50,
            lambda: call("Get_requisition", {"id": 1042}),
        )
