"""A request that asks for its own fault by a header: obeyed where that is on, refused if not."""

import logging
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.cli import serve
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.identity_world import PROCUREMENT, office_with
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures

pytestmark = pytest.mark.requirement("FLT-12")

HEADER = "Simulator-Fault"
IDENTITY, COUPA = "https://id.workato.com", "https://office.coupacloud.com"
AIHUB, API = "https://app.workato.com", "https://www.workato.com"
JWKS = f"{IDENTITY}/oauth/jwks"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
def obeying_office() -> Iterator[Mcp]:
    """One that was started with the switch, for pages of this machine, too."""
    with office_with(request_faults=True, allowed_origins=("loopback",)) as own:
        yield Mcp(own.simulator)


@pytest.fixture
def obeying(obeying_office: Mcp) -> Mcp:
    """It, as it is in its file."""
    obeying_office.simulator.reset()
    return obeying_office


def get(mcp: Mcp, url: str, fault: str, **headers: str) -> TestResponse:
    """GET with the header."""
    return Browser(mcp.simulator).request("GET", url, headers={HEADER: fault, **headers})


@pytest.mark.parametrize(
    "fault, status, text, retry_after",
    [
        ("status=503", 503, "This is a fault that was asked for.", None),
        (" status = 418 ; body = short and stout ", 418, "short and stout", None),
        ('status=429; headers={"Retry-After": "7"}', 429, "", "7"),
        ('{"status": 429, "headers": {"Retry-After": "7"}, "body": "a;b"}', 429, "a;b", "7"),
        ("identity-rate-limited", 429, "too_many_requests", "30"),
        ("identity-down", 503, "", None),
        ('members={"keys": null}', 200, "{}", None),
        ("body=503", 200, "503", None),
    ],
)
def test_a_request_gets_what_it_asks_for_and_no_other_does(
    obeying: Mcp, fault: str, status: int, text: str, retry_after: str | None
) -> None:
    struck = get(obeying, JWKS, fault)

    assert struck.status_code == status
    assert text in struck.text
    assert struck.headers.get("Retry-After") == retry_after
    assert "keys" in Browser(obeying.simulator).request("GET", JWKS).get_json()
    assert list(obeying.simulator.faults) == []
    entry = obeying.simulator.journal.find("/oauth/jwks", headers={HEADER: fault})[0]
    assert entry.status == status


def test_a_request_is_hung_up_on(obeying: Mcp) -> None:
    with pytest.raises(ConnectionResetError):
        get(obeying, JWKS, "drop_connection=true")


def test_a_request_asks_for_an_incident_of_its_own(obeying: Mcp) -> None:
    token = obeying.token_of("ada")

    refused = obeying.post(LIST, token, Simulator_Fault="mcp-no-group")
    step_up = obeying.post(LIST, token, Simulator_Fault="mcp-step-up")
    recovers = obeying.post(LIST, token, Simulator_Fault="mcp-recovers")

    assert refused.get_json()["error"]["data"]["error"] == "not_in_group"
    assert 'error="insufficient_scope"' in step_up.headers["WWW-Authenticate"]
    assert recovers.status_code == 503
    assert obeying.send(LIST, token).status_code == 200


def test_what_is_asked_for_comes_before_what_is_planted(obeying: Mcp) -> None:
    planted = obeying.simulator.faults.add("/oauth/jwks", system="identity", status=500)

    assert get(obeying, JWKS, "status=418").status_code == 418
    assert planted.hits == 0
    assert Browser(obeying.simulator).request("GET", JWKS).status_code == 500


def test_a_delay_that_is_asked_for_is_one(obeying: Mcp) -> None:
    """Nobody clears it; it ends with its world."""
    ended: list[str] = []

    def ask() -> None:
        try:
            get(obeying, JWKS, "delay=600")
        except ConnectionResetError as error:
            ended.append(str(error))

    waiting = Thread(target=ask)
    waiting.start()
    obeying.simulator.faults.clear()
    waiting.join(timeout=0.2)
    assert waiting.is_alive()

    while waiting.is_alive():
        obeying.simulator.faults.reset()
        waiting.join(timeout=0.1)

    assert ended == ["the world of identity is over"]


REFUSALS = [
    ("", "It asks for nothing. Say an incident, such as mcp-down; attributes, such as"),
    ("{}", "It asks for nothing."),
    ("floods", "There is no incident 'floods'. There are: app-down, "),
    ("status=99", "status must be an HTTP status, not 99."),
    ("status=many", "status must be an HTTP status, not 'many'."),
    ("delay=NaN", "delay must be 0 to 86400, not nan."),
    ("stat=503", "A request cannot ask for 'stat', but for: status, body, headers, "),
    ("person=Ada", "A request cannot ask for 'person', but for: status, "),
    ("times=2; status=503", "A request cannot ask for 'times', but for: status, "),
    ("status=503; flaky", "'flaky' is no attribute of its own."),
    ("status=503; status=504", "'status=504' is no attribute of its own."),
    ('{"status": 503', "is no JSON object. Say an incident"),
    ("{" * 9000, "is no JSON object. Say an incident"),
    ("app-down", "asks for 'app-down', and this request has nothing that it is about"),
    ("mcp-session-lost", "asks for 'mcp-session-lost', and this request has nothing that"),
    ("token=expired", "asks for 'token=expired', and this request has nothing that it is about"),
    ("token=swapped", "Only tokens of apps are swapped"),
]


@pytest.mark.parametrize("fault, sentence", REFUSALS)
def test_what_makes_no_sense_is_refused(obeying: Mcp, fault: str, sentence: str) -> None:
    answer = get(obeying, JWKS, fault)

    assert answer.status_code == 400
    assert sentence in answer.text.replace("&#39;", "'").replace("\\u0027", "'")
    assert len(answer.data) < 8_000


@pytest.mark.parametrize(
    "fault", ["status=503", "identity-down", "", "no such thing", "drop_connection=true"]
)
@pytest.mark.parametrize(
    "url", [JWKS, f"{IDENTITY}/login", f"{COUPA}/api/requisitions", AIHUB, f"{API}/api/mcp"]
)
def test_where_it_is_off_it_is_never_obeyed(mcp: Mcp, url: str, fault: str) -> None:
    answer = get(mcp, url, fault)

    assert answer.status_code == 400
    assert "Start the simulator with --request-faults, or leave it out." in answer.text


def test_an_mcp_server_refuses_it_in_its_own_shape(mcp: Mcp) -> None:
    """With JSON-RPC, as it refuses everything."""
    answer = mcp.send(LIST, mcp.token_of("ada"), Simulator_Fault="status=503")

    assert answer.status_code == 400
    assert "here they are off" in answer.get_json()["error"]["message"]


def test_oauth_endpoints_refuse_it_in_json(mcp: Mcp) -> None:
    answer = mcp.http("POST", "/oauth/token", data={}, headers={HEADER: "status=503"})

    assert answer.status_code == 400
    assert "here they are off" in answer.get_json()["error_description"]


def test_it_is_off_unless_somebody_says_so(caplog: pytest.LogCaptureFixture) -> None:
    assert not Settings().request_faults

    for is_on in (False, True):
        caplog.clear()
        with (
            caplog.at_level(logging.WARNING, "simulator"),
            office_with(request_faults=is_on) as own,
        ):
            assert own.simulator.describe()["request_faults"] is is_on
        assert ("Request faults are on: the header Simulator-Fault" in caplog.text) is is_on


def test_the_command_line_has_the_switch() -> None:
    options: dict[str, Any] = {each.name: each for each in serve.params if each.name}

    assert options["request_faults"].opts == ["--request-faults"]
    assert options["request_faults"].envvar == "SIM_REQUEST_FAULTS"


@pytest.mark.parametrize("is_on", [True, False])
def test_web_pages_may_send_it_where_it_is_on(obeying: Mcp, is_on: bool) -> None:
    headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}

    def allowed(mcp: Any) -> str:
        answer = Browser(mcp.simulator).request("OPTIONS", PROCUREMENT, headers=headers)
        return str(answer.headers["Access-Control-Allow-Headers"])

    if is_on:
        assert HEADER in allowed(obeying)
    else:
        with office_with(allowed_origins=("loopback",)) as own:
            assert HEADER not in allowed(own)
