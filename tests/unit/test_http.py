"""Calls between systems: only to simulated hosts, and never with a transaction open."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import text

from simulator.db import Database
from simulator.errors import Unreachable
from simulator.net.addresses import Addresses
from simulator.net.in_process import Http

pytestmark = pytest.mark.requirement("CORE-2")


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers with what it was asked."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response(
        "201 Created", [("Content-Type", "text/plain"), ("X-Host", environ["HTTP_HOST"])]
    )
    query = environ["QUERY_STRING"].encode()
    return [environ["REQUEST_METHOD"].encode(), b" ", query, b" ", body]


@pytest.fixture
def http() -> Http:
    """Over an empty database and one app."""
    db = Database("memory")
    client = Http(db, Addresses(["acme.coupacloud.com"]))
    client.mount(echo)
    return client


def test_a_simulated_host_answers_with_its_whole_http_stack(http: Http) -> None:
    answer = http.request(
        "POST", "https://acme.coupacloud.com/api?a=1", params={"b": "2"}, data={"c": "3"}
    )

    assert (answer.status_code, answer.text) == (201, "POST a=1&b=2 c=3")
    assert answer.headers["X-Host"] == "acme.coupacloud.com"


@pytest.mark.parametrize("host", ["example.com", "elsewhere.coupacloud.com", "127.0.0.1:80"])
def test_any_other_host_is_out_of_reach(http: Http, host: str) -> None:
    with pytest.raises(Unreachable, match=host):
        http.request("GET", f"https://{host}/")


def test_an_open_transaction_is_refused(http: Http) -> None:
    with http._db.unit() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(RuntimeError, match="Commit"):
            http.request("GET", "https://acme.coupacloud.com/")
