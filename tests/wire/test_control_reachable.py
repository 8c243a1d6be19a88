"""The control API is reachable whatever is done to the systems, or to itself."""

import re
import resource
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from simulator.control.records import MAX_WAITING
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.process import SandboxProcess
from tests.tools.requirements import ROOT

pytestmark = [pytest.mark.wire, pytest.mark.requirement("CTL-14")]

#: More than the systems have threads.
HELD = 100
#: Fewer, but many: whoever is delayed or does not read keeps nobody else waiting.
CROWD = 75
#: Within this, or it was not reachable; in real seconds, on a machine that does much else.
SECONDS = 60
#: What is read, and questions whose names are looked up: of each system, a person, a tool, an
#: argument.
READS = (
    *("clock", "description", "people", "journal", "faults", "violations"),
    *(f"journal?system={each}" for each in ("aihub", "api", "identity", "mcp", "app:*")),
    "journal?person=Ada&request=*/tools/call",
    "journal?tool=List_my_requisitions",
    "journal?request=POST+/tools/call&fields[params.arguments.status]=draft",
)


@pytest.fixture(scope="module", autouse=True)
def many_descriptors() -> Iterator[None]:
    """This process has both ends of the connections, where the sandbox is embedded."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(
    scope="module", params=["standalone", pytest.param("embedded", marks=pytest.mark.long)]
)
def description(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """Of a sandbox in a process of its own, and of one in this process."""
    tmp_path = tmp_path_factory.mktemp("sandbox")
    if request.param == "embedded":
        database = f"sqlite:///{tmp_path / 'sandbox.db'}"
        with running(Settings(database=database, port_base=0)) as simulator:
            yield simulator.describe() | {"file": tmp_path / "sandbox.db"}
        return
    process = SandboxProcess(tmp_path)
    process.start()
    yield process.description | {"file": tmp_path / "sandbox.db"}
    process.kill()


def ask(description: dict[str, Any], path: str, method: str = "GET", **options: Any) -> Any:
    """One request to the control API, on a connection of its own."""
    answer = requests.request(method, f"{description['control']}{path}", timeout=SECONDS, **options)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


@contextmanager
def held_calls(
    description: dict[str, Any], threads: int = 96, many: int = HELD
) -> Iterator[list[socket.socket]]:
    """Calls of which Workato Identity is answering so many, and will be for an hour."""
    delay = {"request": "/healthz", "system": "identity", "delay": 3600}
    ask(description, "faults", "POST", json=delay)
    with connections(description["systems"]["identity"], many) as held:
        for each in held:
            each.sendall(b"GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n" % host(description))
        deadline = time.monotonic() + SECONDS
        while ask(description, "faults")["faults"][0]["hits"] < threads:
            assert time.monotonic() < deadline
        yield held


def host(description: dict[str, Any]) -> bytes:
    """What Workato Identity is called."""
    return str(urlsplit(description["systems"]["identity"]).netloc).encode()


@contextmanager
def connections(origin: str, many: int) -> Iterator[list[socket.socket]]:
    """So many open connections to a listener."""
    parts = urlsplit(origin)
    with ExitStack() as opened:
        yield [
            opened.enter_context(
                socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)
            )
            for _ in range(many)
        ]


@pytest.mark.long  # so do other calls that are delayed
def test_while_every_thread_of_the_systems_is_held(description: dict[str, Any]) -> None:
    with held_calls(description) as held:
        assert ask(description, "clock")
        assert ask(description, "description")["people"]
        assert ask(description, "journal?status=503")["exchanges"] == []

        ask(description, "faults", "DELETE")

        for each in held:  # and what was held goes on
            assert each.recv(12) == b"HTTP/1.1 200"


def reachable(description: dict[str, Any]) -> None:
    """Check that each system answers what nothing delays, and the control API."""
    assert ask(description, "clock")
    systems = description["systems"]
    for url in (
        f"{systems['aihub']}/users/sign_in",
        f"{systems['identity']}/.well-known/oauth-authorization-server",
        f"{systems['mcp']}/.well-known/oauth-protected-resource/2107",
        f"{systems['app:acme.coupacloud.com']}/sessions/new",
    ):
        assert requests.get(url, timeout=SECONDS).status_code == 200, url


@pytest.mark.requirement("GROW-8")
def test_calls_that_are_delayed_keep_nobody_else_waiting(description: dict[str, Any]) -> None:
    with held_calls(description, CROWD, CROWD):
        reachable(description)

        ask(description, "faults", "DELETE")


@pytest.mark.requirement("GROW-8")
def test_clients_that_do_not_read_keep_nobody_else_waiting(description: dict[str, Any]) -> None:
    """Each asks for a large file, again and again, and takes nothing of it."""
    hub = description["systems"]["aihub"]
    page = requests.get(f"{hub}/users/sign_in", timeout=SECONDS).text
    (path,) = set(re.findall(r'href="(/[^"]*bootstrap[^"]*\.css[^"]*)"', page))
    assert len(requests.get(f"{hub}{path}", timeout=SECONDS).content) > 100_000
    with connections(hub, CROWD) as held:
        for each in held:
            line = f"GET {path} HTTP/1.1\r\nHost: {urlsplit(hub).netloc}\r\n\r\n"
            each.sendall(line.encode() * 20)

        reachable(description)


def test_while_a_thousand_idle_connections_are_open_to_a_system(
    description: dict[str, Any],
) -> None:
    """And the system itself is reachable, too."""
    identity = description["systems"]["identity"]
    with connections(identity, 1000):
        assert ask(description, "clock")
        assert requests.get(f"{identity}/healthz", timeout=SECONDS).status_code == 200


def test_while_a_thousand_idle_connections_are_open_to_it(description: dict[str, Any]) -> None:
    """Those that have said nothing for the longest time are closed; half a request is nothing."""
    with connections(description["control"], 1000) as idle:
        idle[-1].sendall(b"GET /_simulator/clock HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        assert ask(description, "clock")
        assert idle[0].recv(1) == b""

        idle[-1].sendall(b"\r\n")
        assert idle[-1].recv(12) == b"HTTP/1.1 200"


def test_while_somebody_holds_the_write_lock(description: dict[str, Any]) -> None:
    """What reads does not wait for it, whichever system, person or tool a question names."""
    with closing(sqlite3.connect(description["file"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for path in READS:
            assert ask(description, path)
        person = ask(description, "people")["people"][0]
        assert ask(description, f"people/{person['id']}") == person
        with ThreadPoolExecutor() as threads:
            change = threads.submit(
                ask, description, f"people/{person['id']}", "PATCH", json={"name": "Another"}
            )
            assert ask(description, f"people/{person['id']}")["name"] == person["name"]
            other.execute("ROLLBACK")
            assert change.result()["name"] == "Another"


@pytest.mark.long  # the end of an embedded one does it, too
def test_a_stop_hangs_up_on_what_is_held(tmp_path: Path) -> None:
    process = SandboxProcess(tmp_path)
    process.start()
    with held_calls(process.description) as held:
        assert process.stop() == 0  # within its limit

        for each in held[:64]:
            assert each.recv(12) == b""
    assert "Traceback" not in process.printed
    assert "still running" not in process.printed


def test_the_end_of_an_embedded_one_hangs_up_on_what_is_held() -> None:
    with ExitStack() as opened:
        with running(Settings(database="memory", port_base=0)) as simulator:
            held = opened.enter_context(held_calls(simulator.describe(), HELD))

        for each in held:
            assert each.recv(12) == b""


def test_a_call_that_is_not_yet_held_is_hung_up_on_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The end comes after the fault struck it, and before it waits."""
    with running(Settings(database="memory", port_base=0)) as simulator:
        faults = simulator.faults
        strike = faults._match

        def ending(response: Any) -> Any:
            struck = strike(response)
            faults.reset()
            return struck

        monkeypatch.setattr(faults, "_match", ending)
        faults.add("/healthz", system="identity", delay=3600)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{simulator.describe()['systems']['identity']}/healthz", timeout=SECONDS)


def test_nobody_listens_where_an_embedded_one_did() -> None:
    """Who comes late is refused at once, and waits for nobody."""
    with running(Settings(database="memory", port_base=0)) as simulator:
        simulator.reset(str(ROOT / "tests/worlds/two_apps.yaml"))  # with a listener that came later
        description = simulator.describe()
    origins = [*description["systems"].values(), description["control"]]
    assert len(origins) > 5

    for parts in map(urlsplit, origins):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)


def test_it_answers_while_many_wait_for_exchanges(description: dict[str, Any]) -> None:
    """Those that are too many are told so at once; the others get what they wait for."""
    url = f"{description['control']}journal/wait"
    awaited = {"request": "GET /oauth/jwks", "within": 6 * SECONDS}
    with ThreadPoolExecutor(30) as pool:
        asking = [pool.submit(requests.post, url, json=awaited, timeout=200) for _ in range(30)]
        refused = list(islice(as_completed(asking, timeout=5 * SECONDS), 30 - MAX_WAITING))
        assert ask(description, "clock")
        requests.get(f"{description['systems']['identity']}/oauth/jwks", timeout=SECONDS)

    assert [each.result().status_code for each in refused] == [503] * (30 - MAX_WAITING)
    assert "ask again later" in refused[0].result().json()["detail"]
    answers = [each.result().status_code for each in asking if each not in refused]
    assert answers == [200] * MAX_WAITING
