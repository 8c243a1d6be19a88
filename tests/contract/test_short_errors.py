"""What was sent is repeated shortened in the errors of every system, not at MCP alone."""

from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import Client, TestResponse

from simulator.control import ControlApi
from simulator.errors import LONGEST, FieldError, SimulatorError
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings

pytestmark = pytest.mark.requirement("MCP-131")
ID, APP = "https://id.workato.com", "https://app.workato.com"
COUPA, CONTROL = "https://acme.coupacloud.com", "http://127.0.0.1:8700"
TOKEN = {"Authorization": "Bearer wrkaus-demo-test-automation"}
HUGE = "x" * 400_000
#: No error is larger, pages with their frame included (in bytes).
SMALL = 16 * 1024
AUTHORIZATION = {
    "client_id": "nobody",
    "redirect_uri": "http://127.0.0.1/callback",
    "response_type": "code",
    "scope": "openid",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}

Case = Callable[[Client, Client], TestResponse]
CASES: dict[str, Case] = {
    "identity path": lambda http, _: http.get(f"/{HUGE}", base_url=ID),
    "coupa API path": lambda http, _: http.get(f"/api/{HUGE}", base_url=COUPA),
    "API path": lambda http, _: http.get(f"/api/{HUGE}", base_url=APP, headers=TOKEN),
    "API handle": lambda http, _: http.put(
        f"/api/mcp/mcp_servers/{HUGE}", base_url=APP, headers=TOKEN, json={}
    ),
    "API query": lambda http, _: http.get(
        "/api/mcp/mcp_servers", query_string={"page": HUGE}, base_url=APP, headers=TOKEN
    ),
    "API member": lambda http, _: http.post(
        "/api/mcp/mcp_servers", base_url=APP, headers=TOKEN, json={HUGE: 1, "folder_id": HUGE}
    ),
    "control path": lambda _, control: control.get(f"/_simulator/{HUGE}", base_url=CONTROL),
    "control member": lambda _, control: control.post(
        "/_simulator/faults", base_url=CONTROL, json={HUGE: 1}
    ),
    "control value": lambda _, control: control.post(
        "/_simulator/faults", base_url=CONTROL, json={"system": HUGE, "token": HUGE}
    ),
}


def authorize(base: str, path: str, name: str) -> Case:
    """An authorization request with one parameter too long."""
    query = AUTHORIZATION | {name: HUGE}
    return lambda http, _: http.get(path, base_url=base, query_string=query)


def redeem(base: str, path: str, name: str) -> Case:
    """A token request with one parameter too long."""
    form = {"grant_type": "authorization_code"} | {name: HUGE}
    return lambda http, _: http.post(path, base_url=base, data=form)


for _name in ("client_id", "redirect_uri", "response_type", "scope", "resource"):
    CASES[f"{_name} at Identity"] = authorize(ID, "/oauth/authorize", _name)
    CASES[f"{_name} at Coupa"] = authorize(COUPA, "/oauth2/authorizations/new", _name)
for _name in ("grant_type", "client_id", "code", "scope", "resource"):
    CASES[f"{_name} for a token of Identity"] = redeem(ID, "/oauth/token", _name)
    CASES[f"{_name} for a token of Coupa"] = redeem(COUPA, "/oauth2/token", _name)


@pytest.fixture(scope="module")
def clients() -> Iterator[tuple[Client, Client]]:
    """Clients of the systems and of the control API."""
    with Simulator(Settings(database="memory")) as simulator:
        yield Client(simulator), Client(ControlApi(simulator))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_error_is_small_whatever_was_sent(clients: tuple[Client, Client], case: Case) -> None:
    answer = case(*clients)

    assert answer.status_code >= 400
    assert len(answer.data) <= SMALL


def test_the_message_of_an_error_is_bounded() -> None:
    """So what a rule forgets to shorten is short nevertheless."""
    assert len(str(SimulatorError(HUGE))) <= LONGEST
    assert len(FieldError(HUGE, HUGE).message) <= LONGEST
