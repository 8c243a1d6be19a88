"""Each address that an MCP server answers at is a protected resource of its own (RFC 9728)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.mcp.codes import Code
from tests.contract.browser import Browser
from tests.contract.identity_world import FINANCE, PROCUREMENT, RESEARCH
from tests.contract.mcp_endpoint import token_for
from tests.contract.mcp_refusals import check_refusal
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures

pytestmark = pytest.mark.requirement("RS-2")
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
LOCAL = "http://127.0.0.1:8703"
FORMS = ["", "/", "/tools/call"]
URLS = [
    *(f"{LOCAL}/2107{form}" for form in FORMS),
    *(f"http://localhost:8703/2107{form}" for form in FORMS),
    "https://2107.apim.mcp.workato.com",
    "https://2107.apim.mcp.workato.com/tools/call",
]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo, told that it listens; production names answer as well."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.set_addresses({"mcp": LOCAL, "identity": "http://127.0.0.1:8702"})
        yield simulator


def inserted(url: str, name: str = "oauth-protected-resource") -> str:
    """The address of a document about this URL (RFC 9728 §3.1, RFC 8414 §3.1)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path}"


def challenge(answer: TestResponse) -> str:
    """Where the challenge of a 401 leads."""
    assert answer.status_code == 401
    found = re.search(r'resource_metadata="([^"]+)"', answer.headers["WWW-Authenticate"])
    assert found
    return found[1]


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("url", URLS)
def test_the_challenge_leads_to_a_document_about_the_url_that_was_used(
    simulator: Simulator, url: str, method: str
) -> None:
    browser = Browser(simulator)

    link = challenge(browser.request(method, url))

    assert link == inserted(url)
    assert browser.request("GET", link).get_json()["resource"] == url


@pytest.mark.parametrize("url", [url for url in URLS if url.startswith("http:")])
def test_a_token_for_the_resource_opens_it_and_its_other_spellings(
    simulator: Simulator, url: str
) -> None:
    """Audience: what the document says, exactly (RFC 8707 §2); the server is one."""
    headers = {"Authorization": f"Bearer {token_for(simulator, 'ada@acme.example', url)}"}

    for other in (each for each in URLS if each.startswith("http:")):
        answer = Browser(simulator).request("POST", other, headers=headers, json=PING)
        assert answer.status_code == 200, other


@pytest.mark.requirement("RS-3")
@pytest.mark.parametrize(
    "audience",
    [
        *(f"{LOCAL}/2108{form}" for form in FORMS),
        f"{LOCAL}/2107/tools",
        f"{LOCAL}/2107/tools/call/",
        f"{LOCAL}/2107//",
        f"{LOCAL}/2107?a=b",
        f"{LOCAL}/21070",
        f"{LOCAL}/tools/call",
        "http://127.0.0.1:8704/2107/tools/call",
        "https://2107.apim.mcp.workato.com.evil.example/tools/call",
        "https://2108.apim.mcp.workato.com/tools/call",
        "https://2107.apim.mcp.workato.com/2107",
    ],
)
def test_a_token_for_something_else_opens_none_of_them(simulator: Simulator, audience: str) -> None:
    headers = {"Authorization": f"Bearer {token_for(simulator, 'ada@acme.example', audience)}"}

    for url in URLS:
        answer = Browser(simulator).request("POST", url, headers=headers, json=PING)
        assert answer.status_code == 401, url


@pytest.mark.parametrize("form", ["", "/", "/tools/call"])
def test_a_client_goes_the_whole_way_with_the_resource_of_the_document(mcp: Mcp, form: str) -> None:
    """Challenge, document, registration, sign-in for that `resource`, call."""
    url = PROCUREMENT + form
    link = challenge(mcp.send(PING, None, url=url))
    resource = mcp.browser().request("GET", link).get_json()["resource"]

    token = mcp.tokens(mcp.register(), resource=resource)["access_token"]

    assert resource == url.rstrip("/")
    assert mcp.send(PING, token, url=url).status_code == 200
    assert mcp.send(PING, token, url=f"{RESEARCH}{form}").status_code == 401


@pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
@pytest.mark.parametrize("url", URLS)
def test_the_authorization_server_is_found_below_each_address(
    simulator: Simulator, url: str, name: str
) -> None:
    """Who registers through it is known to come from that URL."""
    for address in (inserted(url, name), f"{url.rstrip('/')}/.well-known/{name}"):
        document = Browser(simulator).request("GET", address).get_json()
        assert document["issuer"]
        assert "/register?resource=" in document["registration_endpoint"]


@pytest.mark.parametrize("form", FORMS)
def test_token_access_has_no_document_and_no_link(mcp: Mcp, form: str) -> None:
    """There is no authorization server to send anybody to (MCP-3)."""
    refused = mcp.send(PING, None, url=FINANCE + form)
    document = mcp.browser().request("GET", inserted(FINANCE + form))

    assert "resource_metadata" not in refused.headers["WWW-Authenticate"]
    check_refusal(document)
    assert document.status_code == 404


def test_a_number_has_one_spelling(simulator: Simulator) -> None:
    """Else a server had addresses of which no document speaks."""
    for url in (f"{LOCAL}/02107", "https://02107.apim.mcp.workato.com"):
        answer = Browser(simulator).request("POST", url, json=PING)
        check_refusal(answer, Code.UNKNOWN_PATH)
