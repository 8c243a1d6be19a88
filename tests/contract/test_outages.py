"""The database is locked, full, read-only, damaged or gone: one sentence, in each system's shape.

All of it is real: another program holds the lock, SQLite may take no more pages, the file is
overwritten, the server ends its connections and takes no more.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import Client, TestResponse

from simulator.control import ControlApi
from simulator.db import outages
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.identity_visitor import Visitor
from tests.postgres.cluster import Cluster, running
from tests.postgres.plugin import SECRET_KEY
from tests.tools.breakage.surroundings import tell_clocks

pytestmark = pytest.mark.requirement("PROC-8")

_PAGE, _JSON = {"Accept": "text/html"}, {"Accept": "application/json"}
_PING = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
#: Takes the answer apart; returns the sentence in it, where the shape is right.
Shape = Callable[[TestResponse], str]


def _in_page(answer: TestResponse) -> str:
    assert answer.mimetype == "text/html"
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("&#39;", "'")


def _in_oauth(answer: TestResponse) -> str:
    assert answer.json is not None
    assert answer.json["error"] == "server_error"
    return str(answer.json["error_description"])


def _in_json_rpc(answer: TestResponse) -> str:
    assert answer.json is not None
    assert (answer.json["jsonrpc"], answer.json["id"]) == ("2.0", 7)
    assert answer.json["error"]["data"]["error"] == "internal_error"
    return str(answer.json["error"]["message"])


def _in_api(answer: TestResponse) -> str:
    assert answer.json is not None
    return str(answer.json["message"])


def _in_coupa(answer: TestResponse) -> str:
    assert answer.json is not None
    return str(answer.json["errors"])


def _in_problem(answer: TestResponse) -> str:
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    return str(answer.json["detail"])


#: Method, address, what is sent, and the shape of a refusal there.
ASKED: tuple[tuple[str, str, dict[str, Any], Shape], ...] = (
    (
        "POST",
        "https://app.workato.com/users/sign_in",
        {"headers": _PAGE, "data": {"email": "bea@acme.example", "password": "x"}},
        _in_page,
    ),
    (
        "POST",
        "https://id.workato.com/login",
        {"headers": _PAGE, "data": {"email": "ada@acme.example", "password": "x"}},
        _in_page,
    ),
    (
        "POST",
        "https://id.workato.com/oauth/token",
        {"data": {"grant_type": "refresh_token", "refresh_token": "r", "client_id": "c"}},
        _in_oauth,
    ),
    (
        "POST",
        "https://id.workato.com/oauth/register",
        {"json": {"redirect_uris": ["http://127.0.0.1/"], "client_name": "C"}},
        _in_oauth,
    ),
    (
        "POST",
        "https://2107.apim.mcp.workato.com/",
        {"json": _PING, "headers": {"Authorization": "Bearer t"}},
        _in_json_rpc,
    ),
    (
        "GET",
        "https://www.workato.com/api/connections",
        {"headers": {"Authorization": "Bearer t"}},
        _in_api,
    ),
    (
        "GET",
        "https://acme.coupacloud.com/api/requisitions",
        {"headers": _JSON | {"Authorization": "Bearer t"}},
        _in_coupa,
    ),
    (
        "POST",
        "https://acme.coupacloud.com/oauth2/token",
        {"data": {"grant_type": "refresh_token", "refresh_token": "r", "client_id": "c"}},
        _in_oauth,
    ),
)


def _ask(simulator: Simulator, method: str, url: str, **options: Any) -> TestResponse:
    host, _, path = url.removeprefix("https://").partition("/")
    return Client(simulator).open(f"/{path}", base_url=f"https://{host}", method=method, **options)


def _warm_up(simulator: Simulator) -> None:
    for method, url, options, _ in ASKED:
        assert _ask(simulator, method, url, **options).status_code < 500


def _people(simulator: Simulator) -> TestResponse:
    return Client(ControlApi(simulator)).get(
        f"{CONTROL_PATH}people", base_url="http://127.0.0.1:8700"
    )


def _all_refuse(simulator: Simulator, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each in its shape, with the one sentence; the stack trace is in the log alone."""
    for method, url, options, shape in ASKED:
        answer = _ask(simulator, method, url, **options)
        assert answer.status_code == 503, (url, answer.text[:500])
        assert sentence in shape(answer), url
        assert "Traceback" not in answer.text
        assert "sqlalchemy" not in answer.text.lower()
    answer = _people(simulator)
    assert answer.status_code == 503
    assert _in_problem(answer) == sentence
    assert "Traceback" in caplog.text


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """On a file."""
    with Simulator(Settings(database=f"sqlite:///{tmp_path}/sandbox.db")) as simulator:
        yield simulator


@contextmanager
def _may_grow_no_more(simulator: Simulator) -> Iterator[None]:
    """As on a full disk: SQLite gets no page more."""
    engine = simulator.world.db.engine

    def limit(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # no fewer than there are

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        engine.dispose()


def test_a_damaged_file(simulator: Simulator, tmp_path: Path, caplog: Any) -> None:
    _warm_up(simulator)
    simulator.world.db.engine.dispose()
    file = tmp_path / "sandbox.db"
    (tmp_path / "sandbox.db-wal").unlink(missing_ok=True)
    (tmp_path / "sandbox.db-shm").unlink(missing_ok=True)
    whole = file.read_bytes()
    file.write_bytes(b"no database any more " * 1000)
    try:
        _all_refuse(simulator, outages._UNREADABLE, caplog)
    finally:
        simulator.world.db.engine.dispose()
        file.write_bytes(whole)
    _warm_up(simulator)


def test_a_lock_that_nobody_gives_back(simulator: Simulator, tmp_path: Path) -> None:
    """Who reads is answered; who writes is told."""
    _warm_up(simulator)
    other = sqlite3.connect(tmp_path / "sandbox.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def give_up_soon(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 1")

    event.listen(simulator.world.db.engine, "checkout", give_up_soon)
    answer = _ask(
        simulator,
        "POST",
        "https://id.workato.com/oauth/register",
        json={"redirect_uris": ["http://127.0.0.1/"], "client_name": "C"},
    )
    assert (answer.status_code, _in_oauth(answer)) == (503, outages._BUSY)
    assert _people(simulator).status_code == 200

    other.execute("ROLLBACK")
    other.close()
    _warm_up(simulator)


def test_a_full_disk(simulator: Simulator) -> None:
    """Nothing is half stored, and what only reads goes on."""
    visitor = Visitor(simulator)
    visitor.sign_in()
    tokens = visitor.redeem(visitor.authorize()["code"]).json or {}
    refused = []
    with _may_grow_no_more(simulator):
        for number in range(400):
            answer = _ask(
                simulator,
                "POST",
                "https://id.workato.com/oauth/register",
                json={"redirect_uris": ["http://127.0.0.1/"], "client_name": "C" * 90},
            )
            assert answer.status_code in (201, 503), (number, answer.text)
            refused = [answer] if answer.status_code == 503 else []
            if refused:
                break
        assert [_in_oauth(answer) for answer in refused] == [outages._FULL]
        answer = _ask(
            simulator,
            "GET",
            "https://id.workato.com/oauth/userinfo",
            headers={"Authorization": f"Bearer {tokens['access_token']}"},
        )
        assert answer.status_code == 200
    assert visitor.refresh(tokens["refresh_token"]).status_code == 200


def test_a_database_that_may_only_be_read(simulator: Simulator) -> None:
    def forbid(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    _warm_up(simulator)
    event.listen(simulator.world.db.engine, "checkout", forbid)
    answer = _ask(
        simulator,
        "POST",
        "https://id.workato.com/oauth/register",
        json={"redirect_uris": ["http://127.0.0.1/"], "client_name": "C"},
    )

    assert (answer.status_code, _in_oauth(answer)) == (503, outages._READ_ONLY)
    assert _people(simulator).status_code == 200


def test_clocks_that_go_back(tmp_path: Path) -> None:
    """The simulated one, and that of the machine: a day, in the middle of everything."""
    found = [*tell_clocks(tmp_path)]

    assert len(found) == 3
    assert all(line.endswith("doctor finds nothing, the whole way is gone") for line in found)


@pytest.mark.postgresql
def test_a_server_that_is_gone_and_comes_back(
    postgres: Cluster, postgres_url: str, caplog: Any
) -> None:
    name = postgres_url.rpartition("/")[2]
    with Simulator(Settings(database=postgres_url, secret_key=SECRET_KEY)) as simulator:
        _warm_up(simulator)
        postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        postgres.execute(f"{ending} '{name}'")
        try:
            _all_refuse(simulator, outages._GONE, caplog)
        finally:
            postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        _warm_up(simulator)


@pytest.mark.postgresql
def test_a_pool_without_a_connection_left(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database=postgres_url, secret_key=SECRET_KEY, pool_size=2)
    with Simulator(settings) as simulator:
        _warm_up(simulator)
        monkeypatch.setattr(simulator.world.db.engine.pool, "_timeout", 0.01)
        with simulator.world.db.engine.connect(), simulator.world.db.engine.connect():
            answer = _people(simulator)
        assert (answer.status_code, _in_problem(answer)) == (503, outages._CROWDED)
        assert _people(simulator).status_code == 200


@pytest.mark.postgresql
def test_a_server_that_is_restarted_while_calls_run() -> None:
    """Each call gets an answer, one or the other; the next ones are as before."""
    with running() as cluster:
        settings = Settings(database=cluster.url(cluster.create_database()), secret_key=SECRET_KEY)
        with Simulator(settings) as simulator:
            visitor = Visitor(simulator)
            visitor.sign_in()
            tokens = visitor.redeem(visitor.authorize()["code"]).json or {}
            bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
            over = Event()

            def ask_on(_: int) -> list[TestResponse]:
                answers = []
                while not over.is_set():
                    answers.append(_userinfo(simulator, bearer))
                return answers

            with ThreadPoolExecutor(4) as threads:
                asking = threads.map(ask_on, range(4))
                cluster.restart()
                over.set()
                answers = [each for some in asking for each in some]

            assert {each.status_code for each in answers} <= {200, 503}
            assert {_in_oauth(each) for each in answers if each.status_code == 503} <= {
                outages._GONE
            }
            assert any(each.status_code == 503 for each in answers), "it was away"
            for _ in range(4):
                assert _userinfo(simulator, bearer).status_code == 200
            assert visitor.refresh(tokens["refresh_token"]).status_code == 200


def _userinfo(simulator: Simulator, bearer: dict[str, str]) -> TestResponse:
    return _ask(simulator, "GET", "https://id.workato.com/oauth/userinfo", headers=bearer)
