"""Requests that no HTTP library would send, byte by byte, to the server that people run."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest
import requests

from simulator.testing.process import SandboxProcess

pytestmark = pytest.mark.wire

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'


@pytest.fixture(scope="module")
def mcp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Host and port of the MCP servers of a sandbox on the command line."""
    process = SandboxProcess(tmp_path_factory.mktemp("raw"))
    process.start()
    parts = urlsplit(process.description["systems"]["mcp"])
    yield str(parts.hostname), int(parts.port or 0)
    process.kill()


def exchange(address: tuple[str, int], sent: bytes) -> bytes:
    """Everything that comes back until the server closes, or says nothing more for a second."""
    with closing(socket.create_connection(address, timeout=1)) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except TimeoutError:
            pass
    return received


def request(address: tuple[str, int], *headers: bytes, body: bytes = PING) -> bytes:
    """A POST to server 2107 with these header lines added."""
    host = b"Host: %s:%d" % (address[0].encode(), address[1])
    lines = [b"POST /2107 HTTP/1.1", host, b"Content-Type: application/json", *headers]
    return b"\r\n".join([*lines, b"", body])


LENGTH = b"Content-Length: %d" % len(PING)
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.requirement("RS-8", "RS-11")
@pytest.mark.parametrize(
    "headers",
    [
        [b"Content-Length: 0", LENGTH],
        [b"Content-Length: 0, 40"],
        [b"Content-Length: -1"],
        [b"Content-Length: +40"],
        [b"Content-Length: 0x28"],
        [b"Content-Length: four"],
        [b"Transfer-Encoding: gzip", LENGTH],
        [b"Transfer-Encoding : chunked"],
        [b" folded: yes", LENGTH],
        [b"No colon at all", LENGTH],
        [b"Host: evil.example", LENGTH],
    ],
)
def test_a_request_with_two_meanings_has_none(mcp: tuple[str, int], headers: list[bytes]) -> None:
    """Header smuggling (RFC 9112 §6.3, §11.2): refused, and what follows is not taken up."""
    answer = exchange(mcp, request(mcp, *headers, body=PING + SMUGGLED))

    status = int(answer.split(b" ")[1])
    assert 400 <= status < 500 or status == 501, answer
    assert b'"status": "ok"' not in answer
    assert answer.count(b"HTTP/1.1 200") == 0


@pytest.mark.requirement("RS-11")
def test_chunks_win_over_a_length_and_nothing_follows(mcp: tuple[str, int]) -> None:
    """With both, the chunks are the body, and the connection ends (RFC 9112 §6.1)."""
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PING), PING)
    answer = exchange(
        mcp, request(mcp, b"Transfer-Encoding: chunked", b"Content-Length: 4", body=body)
    )

    assert answer.startswith((b"HTTP/1.1 401", b"HTTP/1.1 400"))
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.requirement("RS-11")
def test_headers_without_end_are_refused(mcp: tuple[str, int]) -> None:
    answer = exchange(mcp, request(mcp, b"X-Long: " + b"x" * (1 << 18)))

    assert answer.split(b" ")[1] == b"431"


@pytest.mark.requirement("RS-11")
def test_bodies_that_never_come_keep_nobody_waiting(mcp: tuple[str, int]) -> None:
    """More of them than the server has threads."""
    with ExitStack() as open_connections:
        for _ in range(100):
            connection = socket.create_connection(mcp, timeout=5)
            open_connections.enter_context(closing(connection))
            connection.sendall(request(mcp, b"Content-Length: 1000", body=b'{"jsonrpc"'))

        answer = requests.post(
            f"http://{mcp[0]}:{mcp[1]}/2107", data=PING, timeout=5, headers={"Host": "127.0.0.1"}
        )

    assert answer.status_code in (401, 421)


@pytest.mark.requirement("RS-11")
def test_a_refused_request_leaves_the_connection_usable(mcp: tuple[str, int]) -> None:
    """Two requests on one connection: each gets its own 401."""
    twice = request(mcp, LENGTH) + request(mcp, LENGTH, b"Connection: close")

    assert exchange(mcp, twice).count(b"HTTP/1.1 401") == 2
