"""What the HTTP server itself cannot take is refused in the shape of the system that was asked."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from simulator.testing.process import SandboxProcess

pytestmark = [pytest.mark.wire, pytest.mark.requirement("RS-11", "MCP-104")]

PAGE = "https://client.example"
SECRET = "Bearer-of-a-secret"  # stands in the header that cannot be read


@dataclass(frozen=True)
class Answer:
    """One answer, as it came."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Where the systems of a sandbox on the command line listen, by name; an app's by its hosts."""
    process = SandboxProcess(
        tmp_path_factory.mktemp("unreadable"), ("--port-base", "0", "--allow-origin", PAGE)
    )
    process.start()
    document = process.description
    origins = document["systems"] | {"control": document["control"]}
    for app in document["apps"]:
        origins |= app["hosts"]
    yield {name: urlsplit(each).port or 0 for name, each in origins.items()}
    process.kill()


def ask(port: int, *lines: str, path: str, method: str = "POST") -> Answer:
    """The answer to a request with these lines; its body never comes."""
    head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: {PAGE}", *lines]
    head.append("Accept: application/json")  # else Coupa says it in XML
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
        received = b""
        with suppress(ConnectionResetError):  # there was more than was read
            while chunk := connection.recv(65536):
                received += chunk
    first, _, rest = received.decode().partition("\r\n")
    fields, _, body = rest.partition("\r\n\r\n")
    pairs = (line.partition(": ") for line in fields.split("\r\n"))
    return Answer(int(first.split(" ")[1]), {name.lower(): text for name, _, text in pairs}, body)


DEFECTS = {
    "too large": (413, ["Content-Length: 60000000"]),
    "no length": (400, ["Content-Length: four"]),
    "coded": (501, ["Transfer-Encoding: gzip"]),
    "long fields": (431, ["X-Long: " + "x" * (1 << 18)]),
    "bare line feed": (400, [f"Authorization: {SECRET}\rx"]),
}
PLACES = {
    "mcp": "/2107",
    "identity": "/oauth/token",
    "acme.coupacloud.com": "/api/requisitions",
    "api.atlassian.com": "/ex/jira/0/rest/api/2/issue",
    "aihub": "/api/mcp/mcp_servers",
    "control": "/_simulator/reset",
}
#: What each document has.
MEMBERS = {
    "identity": "error",
    "aihub": "message",
    "acme.coupacloud.com": "errors",
    "api.atlassian.com": "errorMessages",
}


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("system", PLACES)
def test_each_system_refuses_in_its_own_shape(
    ports: dict[str, int], system: str, defect: str
) -> None:
    status, lines = DEFECTS[defect]
    answer = ask(ports[system], *lines, path=PLACES[system])

    assert answer.status == status
    assert answer.headers["connection"] == "close"
    assert SECRET not in answer.body
    if defect in ("long fields", "bare line feed") and system != "control":
        return  # the path was never read: any shape of that system
    document = answer.json
    if system == "mcp":
        assert (document["jsonrpc"], document["id"]) == ("2.0", None)
        assert document["error"]["data"]["error"] in ("request_too_large", "bad_request")
    elif system == "control":
        assert answer.headers["content-type"] == "application/problem+json"
        assert document["status"] == status
    else:
        assert MEMBERS[system] in document


@pytest.mark.requirement("ID-306")
@pytest.mark.parametrize("system, path", [("mcp", "/2107"), ("identity", "/oauth/token")])
def test_a_page_reads_that_too_much_was_sent(ports: dict[str, int], system: str, path: str) -> None:
    answer = ask(ports[system], "Content-Length: 60000000", path=path)

    assert answer.headers["access-control-allow-origin"] == PAGE


def test_what_is_no_request_at_all_is_refused_by_the_system_that_listens(
    ports: dict[str, int],
) -> None:
    answer = ask(ports["mcp"], path="/2107", method="no")

    assert answer.status == 400
    assert answer.json["error"]["data"] == {"error": "bad_request"}


@pytest.mark.requirement("RS-8")
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "a b"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_host_that_nobody_has_gets_json_rpc_at_the_port_of_the_servers(
    ports: dict[str, int], host: str, method: str
) -> None:
    """Also where nothing else tells what it was meant for."""
    with closing(socket.create_connection(("127.0.0.1", ports["mcp"]), timeout=5)) as connection:
        head = f"{method} /2107 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        connection.sendall(f"{head}Content-Length: 0\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk

    assert received.startswith(b"HTTP/1.1 421 ")
    document = json.loads(received.partition(b"\r\n\r\n")[2])
    assert document["error"]["data"] == {"error": "unknown_host"}
