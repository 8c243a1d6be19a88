"""The HTTP connector: its form, the hosts that it may ask, and what its action sends and reads."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.connectors.http import HTTP
from simulator.db.tables import Connection
from simulator.domain.token_requests import TokenRefused, request_token
from simulator.errors import FieldError, ScenarioError, Unreachable
from simulator.net.outbound import FetchRefused, OutboundClient, OutboundRequest
from simulator.sandbox.simulator import Simulator
from simulator.scenarios import load
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.own_provider import CALLBACK, write_scenario

SEND = HTTP.actions["make_request_v2"]
ISSUER = "https://auth.example.com"
EDITOR = "https://app.workato.com/recipes/1/edit?step=1&connection=end_user"


class _Echo(BaseHTTPRequestHandler):
    """Answers every request with what it was sent."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): text for name, text in self.headers.items()}
        found = {"method": self.command, "path": self.path, "headers": headers, "body": body}
        self.send_response(418 if "teapot" in self.path else 200)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(json.dumps(found).encode())

    do_GET = do_POST = do_PUT = do_HEAD = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing: pytest shows what matters."""


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    """Where such a server listens."""
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """A sandbox with such a connection, whose owner allowed some hosts."""
    path = write_scenario(tmp_path, issuer=ISSUER, client="c1", secret="s3cret")
    started: list[Simulator] = []

    def start(*hosts: str) -> Simulator:
        settings = Settings(database="memory", scenario=str(path), allowed_hosts=hosts)
        started.append(Simulator(settings))
        return started[-1]

    yield start
    for simulator in started:
        simulator.close()


def builder(simulator: Simulator) -> Browser:
    """The browser of the owner, at the connection's form in the recipe editor."""
    browser = Browser(simulator).get(EDITOR)
    browser.press("Sign in", email="olga@acme.example", password="demo-Pass-1")
    return browser.get(EDITOR)


def typed(**changes: str) -> dict[str, str]:
    """What a builder fills in."""
    return {
        "name": "Ours",
        "location": "1",
        "auth_type": "Authorization code grant",
        "client_id": "c1",
        "client_secret": "s3cret",
        "host": "https://api.example.com/V1/",
        "authorize_url": f"{ISSUER}/authorize?tenant=7",
        "token_url": f"{ISSUER}/token",
        "scopes": "rows.read  offline",
        **changes,
    }


@pytest.mark.requirement("HTTP-1")
def test_a_builder_connects_to_addresses_of_their_own(sandbox: Callable[..., Simulator]) -> None:
    """Free URLs, free scopes, and the redirect URI that the provider has to know."""
    browser = builder(sandbox("auth.example.com", "api.example.com"))
    for text in (
        *("Base URL", "OAuth2 authorization URL", "OAuth2 token URL", CALLBACK),
        *("OAuth2 client ID", "OAuth2 client secret", "credentials to be sent to request a token"),
    ):
        assert text in browser.text

    browser.press("Reconnect", **typed())

    url = urlsplit(browser.left_for)
    query = {name: one[0] for name, one in parse_qs(url.query).items()}
    assert (url.netloc, url.path, query.pop("state") != "") == ("auth.example.com", "/authorize", 1)
    assert query == {
        "tenant": "7",
        "response_type": "code",
        "client_id": "c1",
        "redirect_uri": CALLBACK,
        "scope": "rows.read offline",
    }
    shown = browser.get(EDITOR).page.text
    assert 'value="https://api.example.com/V1"' in shown
    assert 'value="rows.read offline"' in shown


@pytest.mark.requirement("HTTP-3")
def test_the_secret_is_sent_where_the_connection_says(
    sandbox: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, sent = sandbox("auth.example.com").world, []

    def answer(*_: Any, data: dict[str, str], headers: dict[str, str], **_more: Any) -> Any:
        sent.append("body" if "client_secret" in data else "header")
        assert ("Authorization" in headers) is (sent[-1] == "header")
        return SimpleNamespace(status_code=401, content=b'{"error": "invalid_client"}')

    monkeypatch.setattr(world.http, "request", answer)
    for chosen, places in (
        ("", ["body", "header"]),
        ("payload", ["body"]),
        ("basic", ["header"]),
    ):
        sent.clear()
        with world.db.unit() as session:
            ours = session.get_one(Connection, 1)
            ours.input = {**ours.input, "param_type": chosen}
            with pytest.raises(TokenRefused):
                request_token(world, ours, {"grant_type": "refresh_token"})

        assert sent == places


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The form of a sandbox whose owner allowed two hosts; nothing that is refused changes it."""
    folder = tmp_path_factory.mktemp("own")
    path = write_scenario(folder, issuer=ISSUER, client="c1", secret="s3cret")
    hosts = ("auth.example.com", "api.example.com")
    settings = Settings(database="memory", scenario=str(path), allowed_hosts=hosts)
    with Simulator(settings) as simulator:
        yield builder(simulator)


@pytest.mark.requirement("HTTP-2")
@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("host", "https://other.example.com", "The sandbox may not ask other.example.com; its"),
        ("token_url", "https://auth.example.com:8443/t", "may not ask auth.example.com:8443"),
        ("authorize_url", "http://auth.example.com/a", "is not asked over plain http"),
        ("host", "", "Base URL is required"),
        ("token_url", "", "OAuth2 token URL is required."),
        ("token_url", "ftp://auth.example.com", "OAuth2 token URL must be a whole address"),
        ("host", "https://me:pw@api.example.com", "Base URL must be a whole address"),
        ("host", "https://api.example.com:99999", "names no host that can be asked"),
    ],
)
def test_what_is_wrong_stands_next_to_its_field(
    form: Browser, field: str, value: str, sentence: str
) -> None:
    form.press("Reconnect", **typed(**{field: value}))

    assert form.page.status_code == 422
    assert sentence in form.text
    assert f'id="{field}-error"' in form.page.text


@pytest.mark.requirement("HTTP-2")
def test_other_apps_never_go_outside(sandbox: Callable[..., Simulator]) -> None:
    """Whatever hosts are allowed: a Coupa that is not here is not asked for."""
    http = sandbox("*").world.http
    with pytest.raises(Unreachable, match="no such host in this sandbox"):
        http.request("GET", "https://real.coupacloud.com/")


@pytest.mark.requirement("HTTP-2")
def test_plain_http_is_for_this_machine_at_a_port_that_is_named(echo: str) -> None:
    url = f"http://{echo}/"
    client = OutboundClient((echo,), plain_by_name=True)
    assert client.get(url, limit=10_000).status == 200
    for allowed in ((), ("*",), ("127.0.0.1",), ("127.0.0.1:1",)):
        with pytest.raises(FetchRefused, match=r"may not ask 127\.0\.0\.1:"):
            OutboundClient(allowed, plain_by_name=True).get(url, limit=10_000)
    with pytest.raises(FetchRefused, match="plain http"):
        OutboundClient((echo,)).get(url, limit=10_000)
    with pytest.raises(FetchRefused, match="plain http"):
        OutboundClient(("a.example:80",), plain_by_name=True).get("http://a.example/", limit=1)
    bad = OutboundRequest(url, headers={"X-A": "\u20ac"})
    with pytest.raises(FetchRefused, match="such characters"):
        client.send(bad, limit=10_000)


@pytest.mark.requirement("HTTP-1")
def test_a_request_goes_out_as_the_step_says(sandbox: Callable[..., Simulator], echo: str) -> None:
    """Every kind of body, a status that is no error, and the answer to a HEAD."""
    http = sandbox(echo).world.http

    def send(method: str, path: str = "/", **options: Any) -> dict[str, Any]:
        answer = http.request(method, f"http://{echo}{path}", outside=True, **options)
        return dict(json.loads(answer.content)) | {"status": answer.status_code}

    assert send("POST", json={"a": 1})["body"] == '{"a": 1}'
    assert send("PUT", data={"a": "b c"})["body"] == "a=b+c"
    assert "form-data" in send("POST", files={"a": (None, "x")})["headers"]["content-type"]
    found = send("GET", "/teapot", params={"q": "1"}, headers={"X-Trace": "t"})
    assert (found["status"], found["path"], found["headers"]["x-trace"]) == (
        418,
        "/teapot?q=1",
        "t",
    )
    head = http.request("HEAD", f"http://{echo}/", outside=True)
    assert (head.status_code, head.content) == (200, b"")
    with pytest.raises(Unreachable, match="cannot be asked so"):
        http.request("GET", f"http://{echo}/", outside=True, headers={"X": "a\nb"})


@pytest.mark.requirement("HTTP-4")
@pytest.mark.parametrize(
    "request_, expected",
    [
        ({"url": "v1/rows"}, {"method": "GET", "path": "/v1/rows"}),
        ({"method": "post", "url": "/r", "content_type": "json", "body": {"a": 1}},
         {"method": "POST", "json": {"a": 1}}),
        ({"method": "POST", "url": "/r", "content_type": "application/json", "body": '{"a": 1}'},
         {"body": b'{"a": 1}', "headers": {"Content-Type": "application/json"}}),
        ({"method": "PUT", "url": "/r", "content_type": "application/x-www-form-urlencoded",
          "body": {"a": "b"}}, {"form": {"a": "b"}}),
        ({"method": "POST", "url": "/r", "content_type": "multipart/form-data",
          "body": {"a": "b"}}, {"parts": {"a": "b"}}),
        ({"method": "POST", "url": "/r", "content_type": "text/plain", "body": "x",
          "headers": [{"header": "X-A", "value": "1"}, {"header": "", "value": "2"}]},
         {"body": b"x", "headers": {"Content-Type": "text/plain", "X-A": "1"}}),
        ({"method": "POST", "url": "/r", "content_type": "application/json", "body": "a=1",
          "headers": [{"header": "Content-Type", "value": "application/x-www-form-urlencoded"}]},
         {"headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
    ],
)  # fmt: skip
def test_the_action_makes_the_request_that_its_input_says(
    request_: dict[str, Any], expected: dict[str, Any]
) -> None:
    made = SEND.request({"request": request_})

    assert {name: getattr(made, name) for name in expected} == expected


@pytest.mark.requirement("HTTP-4")
def test_a_request_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(FieldError, match="HTTP method 'BREW'"):
        SEND.request({"request": {"method": "BREW", "url": "/"}})
    for header in ("Authorization", "host", "X\nY"):
        sent = {"url": "/", "headers": [{"header": header, "value": "x"}]}
        with pytest.raises(FieldError, match="request header"):
            SEND.request({"request": sent})


@pytest.mark.requirement("HTTP-4")
def test_the_answer_stands_under_response_and_body() -> None:
    def read(content: bytes, **response: str) -> Any:
        return SEND.read({"response": response}, 200, content, {"x-a": "1"})

    found = read(b'{"a": 1}', output_type="json")
    assert (found["response"], found["body"], found["headers"]) == (
        {"a": 1},
        '{"a": 1}',
        {"x-a": "1"},
    )
    assert read(b"[1, 2]")["response"] == {"array": [1, 2]}
    assert read(b"hello", output_type="rawdatatxt")["response"] == "hello"
    with pytest.raises(FieldError, match="something else than JSON"):
        read(b"<p>", output_type="json")
    lenient = {"request": {"url": "/"}, "response": {"ignore_http_errors": "true"}}
    assert SEND.request(lenient).accepts_errors is True


@pytest.mark.requirement("HTTP-1")
@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("    client_secret: s3cret\n", "", "expected base_url, authorization_url"),
        ("provider: rest", "provider: coupa", "expected 'base_url' with the provider rest alone"),
        ("    client: c1", "    host: a.example\n    client: c1", "neither host nor authorized_as"),
        (f"base_url: {ISSUER}", "base_url: nowhere", "base_url: Base URL must be a whole address"),
        (f"token_url: {ISSUER}", "token_url: //x", "token_url: OAuth2 token URL must be"),
    ],
)
def test_a_mistake_in_a_scenario_is_found(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = write_scenario(tmp_path, issuer=ISSUER, client="c1", secret="s3cret")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ScenarioError) as raised:
        load(path)

    assert sentence in str(raised.value)
