"""What we use of libraries that they do not promise: the table in CONTRIBUTING, a test each.

A newer version that changes one of these is noticed here first, by name.
"""

import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPResponse as StandardResponse
from io import BytesIO
from typing import Any, cast

import pytest
import requests
import responses
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core.grants import OpenIDCode
from playwright.sync_api import Locator
from requests.adapters import HTTPAdapter
from sqlalchemy import Select, column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.util import LRUCache
from urllib3 import HTTPHeaderDict, HTTPResponse
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask
from waitress.wasyncore import close_all
from werkzeug.routing import Map, Rule
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from simulator.db.sqlite_engine import create_sqlite_engine
from simulator.db.write_queue import WriteQueue
from simulator.systems.aihub.charts import _import_pygal
from simulator.web.rules import LazyRule, _compiled
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("RAIL-16")

#: pytest-playwright runs no test within another.
ALONE = ("-p", "no:randomly", "-p", "no:playwright")


def no_answer(environ: Any, start_response: Any) -> Any:
    """A WSGI application that nobody asks."""
    raise AssertionError(environ, start_response)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        yield bound


def test_the_table_lists_what_is_tested_here() -> None:
    """Each row names its test, and each test below has a row."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, _, table = text.partition("| test | library, and what of it |")
    rows = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]

    tests = [
        name for name, each in globals().items() if name.startswith("test_") and callable(each)
    ]
    assert rows == [name.removeprefix("test_") for name in tests[1:]]


def test_sqlite_memdb() -> None:
    with ExitStack() as open_ones:
        one, same, other = (
            open_ones.enter_context(closing(sqlite3.connect(uri, uri=True)))
            for uri in ("file:/a?vfs=memdb", "file:/a?vfs=memdb", "file:/b?vfs=memdb")
        )
        one.execute("CREATE TABLE t (x)")

        assert same.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            other.execute("SELECT count(*) FROM t")


def test_sqlalchemy_sqlite_locking() -> None:
    """What locks rows elsewhere says so on SQLite, too; the compiler's own says nothing there."""
    engine = create_sqlite_engine("sqlite:///none.db", WriteQueue(), in_memory=True)
    locking: Select[Any] = select(column("x")).with_for_update()

    assert str(locking.compile(engine)).endswith("/* FOR UPDATE */")
    assert str(locking.compile(dialect=sqlite.dialect())).strip() == "SELECT x"


def test_sqlalchemy_compiled_statements() -> None:
    """Two engines, one dialect, one cache: the second finds what the first compiled."""
    statements: LRUCache[Any, Any] = LRUCache(10)
    for _ in range(2):
        engine = create_sqlite_engine("sqlite:///none.db", WriteQueue(), in_memory=True)
        select(column("x"))._compile_w_cache(
            engine.dialect, compiled_cache=statements, column_keys=[]
        )

    assert len(statements) == 1


def test_waitress_loop(listener: socket.socket) -> None:
    loop: dict[int, Any] = {}
    with socket.create_server(("127.0.0.1", 0)) as late:
        first: Any = create_server(no_answer, map=loop, sockets=[listener], threads=1)
        threads = first.task_dispatcher
        second: Any = create_server(no_answer, map=loop, _dispatcher=threads, sockets=[late])

        assert second.task_dispatcher is threads
        assert {each for each in loop.values() if isinstance(each, BaseWSGIServer)} == {
            first,
            second,
        }
        assert callable(first.trigger.pull_trigger)
        assert first.channel_class is HTTPChannel
        close_all(loop)
        assert not loop
        threads.shutdown()


def test_waitress_channel(listener: socket.socket) -> None:
    server: Any = create_server(no_answer, sockets=[listener], threads=1)
    ours, theirs = socket.socketpair()
    with theirs:
        channel: Any = HTTPChannel(server, ours, ("", 0), server.adj, map={})

        assert channel.requests == []
        assert (channel.total_outbufs_len, channel.will_close) == (0, False)
        assert channel.last_activity > 0
        assert channel.error_task_class is ErrorTask
        channel.close()
        server.close()


def test_waitress_task() -> None:
    """What answers a request that cannot be read, and what says that a client is gone."""
    assert issubclass(ClientDisconnected, Exception)
    for name in ("service", "get_environment", "set_close_on_finish"):
        assert callable(getattr(WSGITask, name))
    assert callable(ErrorTask.service)
    assert (WSGITask.wrote_header, WSGITask.close_on_finish) == (False, False)


def test_werkzeug_server() -> None:
    """The handler's own methods, the scheme by `ssl_context`, the socket of a request."""
    called: list[str] = []
    seen: dict[str, Any] = {}

    class Handler(WSGIRequestHandler):
        def run_wsgi(self) -> None:
            called.append("run_wsgi")
            super().run_wsgi()

        def connection_dropped(self, *_: Any) -> None:
            called.append("connection_dropped")

        def log(self, *_: Any) -> None:
            called.append("log")

    def application(environ: dict[str, Any], _start_response: object) -> Any:
        seen.update(environ)
        raise ConnectionResetError

    server = ThreadedWSGIServer("127.0.0.1", 0, application, Handler)
    server.ssl_context = cast(Any, object())
    with closing(socket.create_connection(("127.0.0.1", server.port))) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        server.handle_request()
        assert client.recv(1) == b""
    server.server_close()

    assert called[:2] == ["run_wsgi", "connection_dropped"]
    assert seen["wsgi.url_scheme"] == "https"
    assert isinstance(seen["werkzeug.socket"], socket.socket)


def test_werkzeug_rule_builder() -> None:
    """Addresses are as werkzeug builds them; compiled once for all maps, and not before."""
    made: list[Map] = []
    for rule_class in (Rule, LazyRule):
        rules = [
            rule_class("/undocumented/<int:number>/<name>", endpoint="two"),
            rule_class("/undocumented/", endpoint="one", defaults={"name": "all"}),
        ]
        made.append(Map(rules))
    again = Map([LazyRule("/undocumented/<int:number>/<name>", endpoint="two")])
    known = len(_compiled)

    asked: list[tuple[str, dict[str, Any]]] = [
        ("two", {"number": 7, "name": "a b/ü"}),
        ("two", {"number": 7, "name": "x", "_": "&", "page": [1, 2]}),
        ("one", {"name": "all"}),
    ]
    for endpoint, values in asked:
        theirs, ours = (each.bind("localhost").build(endpoint, values) for each in made)
        assert ours == theirs
    assert len(_compiled) == known + 1
    assert again.bind("localhost").build("two", {"number": 1, "name": "x"}).endswith("/1/x")
    assert len(_compiled) == known + 1


def test_http_client_response() -> None:
    class File:
        def makefile(self, _mode: str) -> BytesIO:
            return BytesIO(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with StandardResponse(cast(socket.socket, File()), method="GET") as response:
        response.begin()

        assert (response.status, response.read()) == (200, b"ok")


def test_requests_cookies() -> None:
    headers = HTTPHeaderDict([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    answer = HTTPResponse(original_response=HTTPResponse(msg=headers))  # type: ignore[arg-type]
    request = requests.Request("GET", "https://id.workato.com/").prepare()

    assert HTTPAdapter().build_response(request, answer).cookies.get_dict() == {"a": "1", "b": "2"}


def test_pygal_finder() -> None:
    """It adds a finder that is told by the module of its class; charts do without."""
    _import_pygal()

    finder = sys.modules["pygal"].PluginImportFixer
    assert finder.__module__ == "pygal"
    assert not hasattr(finder, "find_spec")
    assert finder not in map(type, sys.meta_path)


def test_responses_base_response() -> None:
    class Everywhere(responses.BaseResponse):
        def matches(self, request: Any) -> tuple[bool, str]:
            return True, ""

        def get_response(self, request: Any) -> HTTPResponse:
            return HTTPResponse(body=BytesIO(b"ok"), status=200, preload_content=False)

    with responses.RequestsMock() as mock:
        mock.add(Everywhere("*", "https://anywhere/"))

        assert requests.put("https://id.workato.com/", timeout=1).text == "ok"


@pytest.mark.parametrize(
    "base, names",
    [
        (
            AuthorizationServer,
            "create_oauth2_request authenticate_client get_token_grant get_authorization_grant "
            "get_consent_grant create_token_response create_endpoint_response "
            "handle_error_response handle_response register_hook",
        ),
        (
            AuthorizationCodeGrant,
            "validate_requested_scope generate_authorization_code save_authorization_code "
            "query_authorization_code authenticate_user generate_token register_hook "
            "delete_authorization_code",
        ),
        (
            RefreshTokenGrant,
            "authenticate_refresh_token authenticate_user issue_token revoke_old_credential",
        ),
        (CodeChallenge, "validate_code_challenge"),
        (IssuerParameter, "add_issuer_parameter get_issuer"),
        (
            OpenIDCode,
            "exists_nonce resolve_client_private_key get_client_algorithm get_client_claims "
            "generate_user_info",
        ),
        (FlaskOAuth2Request, "form"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_authlib_methods(base: type, names: str) -> None:
    assert [name for name in names.split() if not hasattr(base, name)] == []


def test_pytest_tracebackhide(pytester: pytest.Pytester) -> None:
    """Of a whole module, and by a function of the failure."""
    pytester.makepyfile(
        helper="def __tracebackhide__(failure):\n    return failure.errisinstance(ValueError)\n\n\n"
        "def slip(error):\n    raise error\n",
        test_it="import helper\n\n\ndef test_hidden():\n    helper.slip(ValueError())\n\n\n"
        "def test_shown():\n    helper.slip(KeyError())\n",
    )

    shown = pytester.runpytest_inprocess(*ALONE, "--tb=short").stdout.str()

    hidden, _, other = shown.partition("test_shown")
    assert "helper.py" not in hidden
    assert "helper.py:6: in slip" in other


def test_pytest_stats(pytester: pytest.Pytester) -> None:
    """How tests ended, by the words that a report uses; and how many workers, of pytest-xdist."""
    pytester.makeconftest(
        "def pytest_terminal_summary(terminalreporter, config):\n"
        "    terminalreporter.write_line(f\"{len(terminalreporter.stats['passed'])} ended well\")\n"
        "    terminalreporter.write_line(f'{len(config.option.tx)} workers')\n"
    )
    pytester.makepyfile("def test_it():\n    pass\n")

    ran = pytester.runpytest_inprocess(*ALONE)
    ran.stdout.fnmatch_lines(["1 ended well", "0 workers"])

    pytester.makeconftest(
        "def pytest_report_header(config):\n    return f'{len(config.option.tx)} workers'\n"
    )
    ran = pytester.runpytest_inprocess(*ALONE, "-n", "2", "--collect-only")  # starts none
    ran.stdout.fnmatch_lines(["2 workers"])


def test_pytest_bdd_example(pytester: pytest.Pytester) -> None:
    """The row of an outline, and the scenario of a test function."""
    pytester.makeconftest(
        "from pytest_bdd.scenario import scenario_wrapper_template_registry as templates\n\n\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        row = item.callspec.params['_pytest_bdd_example']\n"
        "        template = templates.get(item.function)\n"
        "        print(item.callspec.indices['_pytest_bdd_example'], template.render(row).name)\n"
        "        print(template.feature.rel_filename)\n"
    )
    pytester.makefile(
        ".feature",
        sky="Feature: Sky\n  Scenario Outline: It is <colour>\n    Given a sky\n\n"
        "    Examples:\n      | colour |\n      | blue   |\n      | grey   |\n",
    )
    pytester.makepyfile(
        "from pytest_bdd import given, scenarios\n\nscenarios('sky.feature')\n\n\n"
        "@given('a sky')\ndef sky():\n    pass\n"
    )

    ran = pytester.runpytest_inprocess(*ALONE, "-s")

    ran.assert_outcomes(passed=2)
    ran.stdout.fnmatch_lines(["0 It is blue", "*/sky.feature", "1 It is grey"])


def test_plugin_options(pytestconfig: pytest.Config) -> None:
    """Of pytest-playwright, allure-pytest-bdd and pytest-randomly, by name."""
    known: Callable[..., Any] = pytestconfig.getoption

    assert known("--tracing") in ("off", "on", "retain-on-failure")
    assert known("allure_report_dir", "none") != "none"
    if pytestconfig.pluginmanager.has_plugin("randomly"):
        assert isinstance(known("randomly_seed"), int)


def test_playwright_locator() -> None:
    """A report's pictures are taken before a click, whose `trial` waits as the click does."""
    names = Locator.click.__code__.co_varnames

    assert {"trial", "timeout"} <= set(names)
    assert {"key", "timeout"} <= set(Locator.press.__code__.co_varnames)
