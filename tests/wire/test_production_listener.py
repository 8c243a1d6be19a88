"""Programs at production names: what `requests` and Node need, and who is turned away."""

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from simulator.clock import Clock
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import ProductionNames, production_names, running
from simulator.testing.certificates import LIFETIME, ServerCertificate, issue
from simulator.testing.tls import server_context

pytestmark = pytest.mark.wire

METADATA = "https://id.workato.com/.well-known/oauth-authorization-server"
NODE = Path(sys.executable).with_name("node")
FETCH = """
const answer = await fetch(process.argv[1]);
console.log(answer.status, (await answer.json()).issuer);
"""


@pytest.fixture(scope="module")
def names() -> Iterator[ProductionNames]:
    """A simulator at production names."""
    with (
        Simulator(Settings(database="memory")) as simulator,
        production_names(simulator) as names,
    ):
        yield names


@pytest.fixture
def http(names: ProductionNames) -> Iterator[requests.Session]:
    """A session that trusts our authority alone."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": names.proxy}
        session.verify = str(names.ca_certificate)
        yield session


def fetch(names: ProductionNames, url: str) -> "subprocess.CompletedProcess[str]":
    """Node's own `fetch`, told nothing but the environment."""
    return subprocess.run(
        [NODE, "--input-type=module", "--eval", FETCH, url],
        env=os.environ | names.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.mark.requirement("NAME-2", "NAME-6")
def test_requests_reads_production_addresses(http: requests.Session) -> None:
    metadata = http.get(METADATA).json()
    server = "https://2107.apim.mcp.workato.com"
    resource = http.get(f"{server}/.well-known/oauth-protected-resource").json()

    assert metadata["issuer"] == "https://id.workato.com"
    addresses = [value for name, value in metadata.items() if name.endswith(("_endpoint", "_uri"))]
    assert addresses
    assert all(address.startswith("https://id.workato.com/") for address in addresses)
    assert resource["resource"] == server
    assert resource["authorization_servers"] == ["https://id.workato.com"]


@pytest.mark.requirement("NAME-6")
def test_node_reads_production_addresses(names: ProductionNames) -> None:
    done = fetch(names, METADATA)

    assert done.stdout == "200 https://id.workato.com\n", done.stderr


@pytest.mark.requirement("NAME-3")
def test_a_foreign_host_is_refused_by_name(http: requests.Session, names: ProductionNames) -> None:
    with pytest.raises(
        requests.ConnectionError, match=r"403 No simulated system .* example\.com:443"
    ):
        http.get("https://example.com")
    with pytest.raises(requests.ConnectionError, match=r"403 No simulated system .*:8443"):
        http.get("https://id.workato.com:8443")

    done = fetch(names, "https://example.com")
    assert done.returncode != 0
    assert "403" in done.stderr


@pytest.mark.requirement("NAME-4")
def test_no_program_trusts_the_listener_unasked(http: requests.Session) -> None:
    """The authority is in nobody's store."""
    http.verify = True

    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        http.get(METADATA)


@pytest.mark.requirement("NAME-4")
def test_the_certificate_is_for_these_hosts_and_this_day() -> None:
    """As OpenSSL checks it, by the strict reading of RFC 5280."""
    hosts = ["id.workato.com", "*.apim.mcp.workato.com"]
    now = Clock().now()
    today, yesterday = issue(hosts, now), issue(hosts, now - LIFETIME - timedelta(minutes=1))

    assert refusal(today, "id.workato.com") == ""
    assert refusal(today, "2107.apim.mcp.workato.com") == ""
    assert "Hostname mismatch" in refusal(today, "app.workato.com")
    assert "expired" in refusal(yesterday, "id.workato.com")


@pytest.mark.requirement("NAME-7")
def test_a_silent_client_keeps_nobody_waiting(
    http: requests.Session, names: ProductionNames
) -> None:
    """Neither one that says nothing nor one that stops in the middle of its request."""
    with (
        closing(socket.create_connection(("127.0.0.1", names.port))),
        closing(socket.create_connection(("127.0.0.1", names.port))) as half,
    ):
        half.sendall(b"CONNECT id.workato.com:443 HTTP/1.1\r\n")

        assert http.get(METADATA, timeout=10).status_code == 200


@pytest.mark.requirement("NAME-7")
@pytest.mark.parametrize("path", ["/", "/oauth/authorize"])
def test_plain_http_is_told_to_use_https(
    http: requests.Session, names: ProductionNames, path: str
) -> None:
    answer = http.get(f"http://127.0.0.1:{names.port}{path}", timeout=10)

    assert answer.status_code == 400
    assert "use https" in answer.text


@pytest.mark.requirement("NAME-2")
def test_a_simulator_on_ports_tells_each_who_asks_of_what_he_asked_at() -> None:
    """Links of both kinds would lead a client from one to the other."""
    path = "/.well-known/oauth-authorization-server"
    with (
        running(Settings(database="memory", port_base=0)) as simulator,
        production_names(simulator) as names,
        requests.Session() as session,
    ):
        session.trust_env = False
        session.proxies, session.verify = {"https": names.proxy}, str(names.ca_certificate)
        local = simulator.world.addresses.base_url("identity")
        pages = {at: session.get(at + path).text for at in ("https://id.workato.com", local)}
        again = simulator.world.addresses.base_url("identity")

    for at, text in pages.items():
        other = next(each for each in pages if each != at)
        assert json.loads(text)["issuer"] == at
        assert other not in text
    assert again == local


@pytest.mark.requirement("NAME-5")
def test_sign_in_cookies_are_secure_where_the_page_is(http: requests.Session) -> None:
    """On loopback ports, where there is no TLS, browsers would drop a Secure cookie."""
    login = "/users/sign_in"
    with running(Settings(database="memory", port_base=0)) as simulator:
        plain = http.get(simulator.world.addresses.base_url("aihub") + login)
    secured = http.get(f"https://app.workato.com{login}")

    assert [cookie.secure for cookie in plain.cookies] == [False]
    assert [cookie.secure for cookie in secured.cookies] == [True]


def refusal(certificate: ServerCertificate, host: str) -> str:
    """Why a client that trusts the authority refuses the certificate; empty if it does not."""
    context = ssl.create_default_context(cadata=certificate.authority.decode("ascii"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context(certificate).wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    try:
        client.do_handshake()
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    return ""
