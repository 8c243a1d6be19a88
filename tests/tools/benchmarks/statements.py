"""How many statements an operation sends to the database: no noise touches that.

Statements on tables are counted, whatever they do; BEGIN and COMMIT are not.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from sqlalchemy import event

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.visits.forms import FormBrowser
from tests.production_client import CALLBACK, HOSTS, IDENTITY, SERVER, VERIFIER
from tests.tools.benchmarks.operations import CHALLENGE

_TOKEN = f"{IDENTITY}/oauth/token"


@dataclass
class Counted:
    """What one operation sent.

    Attributes:
        name: of the operation.
        sent: the statements.
    """

    name: str
    sent: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.name:<58} {len(self.sent):>3} statements"


def operations() -> Iterator[Counted]:
    """Count the statements of what people and clients do at Workato Identity, each warmed up."""
    with Simulator(Settings(database="memory")) as simulator, simulator.intercept():
        simulator.world.clock.freeze()  # what is swept once a minute is swept before
        client_id = str(_register().json()["client_id"])
        for name, resource in (("sign-in", ""), ("sign-in to an MCP server", SERVER)):
            _sign_in(client_id, resource)
            with _counting(simulator, f"{name}, consent remembered, 5 requests") as counted:
                _sign_in(client_id, resource)
            yield counted
        tokens = _refresh(client_id, _sign_in(client_id, SERVER))
        with _counting(simulator, "refresh with rotation") as counted:
            tokens = _refresh(client_id, tokens)
        yield counted
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        single: dict[str, Callable[[], requests.Response]] = {
            "registration": _register,
            "userinfo": lambda: requests.get(f"{IDENTITY}/oauth/userinfo", headers=bearer),
            "JWKS": lambda: requests.get(f"{IDENTITY}/oauth/jwks"),
            "discovery": lambda: requests.get(f"{IDENTITY}/.well-known/openid-configuration"),
        }
        for name, send in single.items():
            send()
            with _counting(simulator, name) as counted:
                send().raise_for_status()
            yield counted


def _register() -> requests.Response:
    metadata = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    return requests.post(f"{IDENTITY}/oauth/register", json=metadata)


def _sign_in(client_id: str, resource: str) -> dict[str, str]:
    """Authorize, login page, login, authorize, token: five requests, where consent is there."""
    question = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "resource": resource,
        "scope": "openid profile email",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    browser = FormBrowser(HOSTS)
    browser.get(f"{IDENTITY}/oauth/authorize?{urlencode(question)}")
    browser.submit("Sign in", email="ada@acme.example", password="demo-Pass-1")
    if browser.has_button("Allow"):
        browser.submit("Allow")
    (code,) = parse_qs(urlsplit(browser.left_for).query)["code"]
    return _tokens(
        grant_type="authorization_code",
        client_id=client_id,
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
        resource=resource,
    )


def _refresh(client_id: str, tokens: dict[str, str]) -> dict[str, str]:
    refresh_token = tokens["refresh_token"]
    return _tokens(grant_type="refresh_token", client_id=client_id, refresh_token=refresh_token)


def _tokens(**form: str) -> dict[str, str]:
    answer = requests.post(_TOKEN, data=form)
    answer.raise_for_status()
    tokens: dict[str, str] = answer.json()
    return tokens


@contextmanager
def _counting(simulator: Simulator, name: str) -> Iterator[Counted]:
    counted = Counted(name)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.sent.append(" ".join(statement.split()))

    engine = simulator.world.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note)


def main() -> None:
    """Print a line for each operation; with `--path`, its statements before."""
    for counted in operations():
        for statement in counted.sent if "--path" in sys.argv else ():
            print(f"  {statement}")
        print(counted)


if __name__ == "__main__":
    main()
