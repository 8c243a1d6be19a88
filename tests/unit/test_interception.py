"""Code under test calls production addresses, and the simulator answers in-process."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
import requests
from anyio.from_thread import BlockingPortal

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.visits.forms import FormBrowser
from tests.production_client import HOSTS, IDENTITY, SERVER, call, connect, sign_in, whole_way

#: The worker's simulator listens on loopback; interception must not mind.
LAYOUTS = ("silent", "listening")


@pytest.fixture(scope="module")
def silent() -> Iterator[Simulator]:
    """A simulator that listens nowhere."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.mark.requirement("HARN-1")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_whole_way_with_requests_alone_at_production_addresses(
    request: pytest.FixtureRequest, layout: str
) -> None:
    simulator = request.getfixturevalue("silent" if layout == "silent" else "simulator")

    with simulator.intercept() as mock:
        link, page, rows = whole_way()
        hosts = {urlsplit(str(each.request.url)).hostname for each in mock.calls}

    assert link.startswith(f"{IDENTITY}/connections/setup/")
    assert "Connected" in page
    assert {row["requested-by"]["login"] for row in rows} == {"ada"}
    assert hosts == {"2107.apim.mcp.workato.com", *HOSTS}


@pytest.mark.requirement("HARN-1")
def test_other_hosts_are_refused_before_anything_is_sent(silent: Simulator) -> None:
    with silent.intercept(), pytest.raises(requests.ConnectionError, match=r"evil\.example"):
        requests.get("https://evil.example/")


@pytest.mark.requirement("HARN-1")
def test_other_hosts_pass_where_that_is_wanted(silent: Simulator, simulator: Simulator) -> None:
    """Here: another simulator's socket on loopback."""
    elsewhere = simulator.world.addresses.origins["identity"]

    with silent.intercept(others="pass"):
        answer = requests.get(f"{elsewhere}/healthz")
        own = requests.get(f"{IDENTITY}/healthz")

    assert answer.json()["world"] == simulator.id
    assert own.json()["world"] == silent.id


@pytest.mark.requirement("HARN-1")
def test_other_hosts_are_answered_as_the_test_says(silent: Simulator) -> None:
    """Such as a model that the agent under test asks."""
    with silent.intercept() as mock:
        mock.post("https://api.example.com/chat", json={"tool": "List_my_requisitions"})
        body = requests.post("https://api.example.com/chat").json()
        own = requests.get(f"{IDENTITY}/healthz").json()
        urls = [str(each.request.url) for each in mock.calls]

    assert body == {"tool": "List_my_requisitions"}
    assert own["world"] == silent.id
    assert urls == ["https://api.example.com/chat", f"{IDENTITY}/healthz"]


@pytest.mark.requirement("HARN-1")
def test_it_decorates_a_test_and_ends_with_it(simulator: Simulator) -> None:
    before = dict(simulator.world.addresses.origins)

    @simulator.intercept()
    def program() -> str:
        return str(requests.get(f"{IDENTITY}/.well-known/openid-configuration").json()["issuer"])

    assert program() == IDENTITY
    assert simulator.world.addresses.origins == before


@pytest.mark.requirement("HARN-1")
def test_others_are_told_of_local_addresses_meanwhile(simulator: Simulator) -> None:
    """What listens goes on listening: for a client in another thread, for a browser."""
    local = simulator.world.addresses.base_url("identity")
    path = "/.well-known/openid-configuration"

    with simulator.intercept():
        own = requests.get(f"{IDENTITY}{path}").json()["issuer"]
        with httpx2.Client(trust_env=False) as client:
            others = client.get(f"{local}{path}").json()["issuer"]
        at_its_port = requests.get(f"{local}{path}").json()["issuer"]

    assert (own, others, at_its_port) == (IDENTITY, local, local)


def test_a_wrong_choice_is_refused(silent: Simulator) -> None:
    with (
        pytest.raises(ValueError, match="'refuse' or 'pass', not 'maybe'"),
        silent.intercept(others="maybe"),
    ):
        pass


@pytest.mark.requirement("HARN-2")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_httpx_ends_in_the_simulator_too(request: pytest.FixtureRequest, layout: str) -> None:
    simulator = request.getfixturevalue("silent" if layout == "silent" else "simulator")

    with httpx2.Client(transport=simulator.transport(httpx2)) as client:
        found = client.get(f"{IDENTITY}/.well-known/openid-configuration").json()
        elsewhere = client.get("https://evil.example/")

    assert found["issuer"] == IDENTITY
    assert urlsplit(found["token_endpoint"]).hostname == "id.workato.com"
    assert elsewhere.status_code == 421


@pytest.mark.requirement("HARN-2")
def test_a_stream_speaks_of_production_addresses_to_its_end(simulator: Simulator) -> None:
    """A tool call that tells of its progress is made while it is read."""
    simulator.reset()
    with simulator.intercept():
        browser = FormBrowser(HOSTS)
        token = sign_in(browser)
        connect(browser, call(token)["auth_url"])
    simulator.faults.incident("app-token-revoked", times=1)
    params = {"name": "List_my_requisitions", "_meta": {"progressToken": 1}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}

    with httpx2.Client(transport=simulator.transport(httpx2)) as client:
        answer = client.post(SERVER, json=message, headers=headers)

    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert f"{IDENTITY}/connections/setup/" in answer.text
    assert "127.0.0.1" not in answer.text


@pytest.mark.requirement("HARN-2")
def test_and_its_asynchronous_client(silent: Simulator, portal: BlockingPortal) -> None:
    async def program() -> tuple[int, str]:
        async with httpx2.AsyncClient(transport=silent.async_transport(httpx2)) as client:
            answer = await client.post(SERVER, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
            return answer.status_code, answer.headers["WWW-Authenticate"]

    status, challenge = portal.call(program)

    assert status == 401
    assert f"{SERVER}/.well-known/oauth-protected-resource" in challenge
