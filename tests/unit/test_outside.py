"""Hosts outside the sandbox: only those allowed, at the address that was checked, over TLS."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulator.net import outbound as outside
from simulator.net.outbound import FetchRefused, OutboundClient
from tests.contract.document_host import document_host

pytestmark = pytest.mark.requirement("ID-216", "ID-305")
NAME = "client.example"


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every name leads to the next of these addresses (the last one for good)."""
    addresses: list[str] = []
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            host = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return real(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return addresses


@pytest.mark.parametrize("allowed", [(), ("other.example",), ("sub.client.example",), ("example",)])
def test_a_host_that_is_not_allowed_is_not_even_looked_up(allowed: tuple[str, ...]) -> None:
    with pytest.raises(FetchRefused, match=r"may not ask client\.example.*--allow-host"):
        OutboundClient(allowed).get(f"https://{NAME}/c.json", limit=10)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "240.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "fec0::1",
        "224.0.0.1",
        "ff0e::1",
    ],
)
def test_any_public_host_is_none_with_another_address(resolve: list[str], address: str) -> None:
    resolve.append(address)

    with pytest.raises(FetchRefused, match="no public address"):
        OutboundClient(("*",)).get(f"https://{NAME}/c.json", limit=10)


@pytest.mark.parametrize("port, name", [(":9", "client.example:9"), ("", NAME)])
def test_a_refusal_names_what_would_allow_it(resolve: list[str], port: str, name: str) -> None:
    """Its port too, where that is not the usual one."""
    resolve.append("127.0.0.1")
    with pytest.raises(FetchRefused, match=f"^The sandbox may not ask {name};"):
        OutboundClient().get(f"https://{NAME}{port}/c.json", limit=10)

    with pytest.raises(FetchRefused, match="does not answer"):
        OutboundClient((name,)).get(f"https://{NAME}{port}/c.json", limit=10)


def test_the_usual_port_may_be_written(resolve: list[str]) -> None:
    resolve.append("127.0.0.1")

    with pytest.raises(FetchRefused, match="does not answer"):
        OutboundClient((f"{NAME}:443",)).get(f"https://{NAME}/c.json", limit=10)


def test_any_public_host_is_asked_at_the_usual_port_alone(resolve: list[str]) -> None:
    resolve.append("203.0.113.1")

    with pytest.raises(FetchRefused, match="may not ask"):
        OutboundClient(("*",)).get(f"https://{NAME}:8443/c.json", limit=10)


@pytest.mark.parametrize("url", ["http://client.example/c", "http://127.0.0.1.client.example/c"])
def test_plain_http_is_for_this_machine_alone(url: str) -> None:
    with pytest.raises(FetchRefused, match="not asked over plain http"):
        OutboundClient(("*", NAME), loopback=True).get(url, limit=10)


def test_localhost_must_be_this_machine(resolve: list[str]) -> None:
    resolve.append("192.168.1.1")

    with pytest.raises(FetchRefused, match="not this machine"):
        OutboundClient(loopback=True).get("http://localhost/c", limit=10)


def test_the_address_that_was_checked_is_the_one_that_is_asked(resolve: list[str]) -> None:
    """A name that leads elsewhere when it is looked up again gains nothing (DNS rebinding)."""
    with document_host() as host:
        port = host.origin.rsplit(":", 1)[1]
        host.serve("/c.json?x=1", b"found")
        resolve.extend(["127.0.0.1", "192.0.2.1"])

        answer = OutboundClient(loopback=True).get(f"http://localhost:{port}/c.json?x=1", limit=10)

    assert (answer.status, answer.body) == (200, b"found")


def test_nothing_there_and_nobody_there_have_a_sentence(resolve: list[str]) -> None:
    resolve.append("127.0.0.1")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(FetchRefused, match="localhost does not answer"):
            OutboundClient(loopback=True).get(f"http://localhost:{port}/c", limit=10)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `client.example` with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    then = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(then)
        .not_valid_after(then + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    """Where a server with that certificate listens."""

    class Handler(BaseHTTPRequestHandler):
        """Says which host was asked for."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.headers["Host"].encode())

        def log_message(self, *_: Any) -> None:
            return

    class Server(HTTPServer):
        """Says nothing of a handshake that a client broke off."""

        def handle_error(self, request: Any, client_address: Any) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_host_allowed_by_name_must_prove_its_name(
    resolve: list[str], certificate: Path, tls_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is checked against the name, though the connection goes to an address."""
    resolve.append("127.0.0.1")
    allowed = OutboundClient((f"{NAME}:{tls_port}", f"other.example:{tls_port}"))

    with pytest.raises(FetchRefused, match="does not answer"):  # nobody vouches for it yet
        allowed.get(f"https://{NAME}:{tls_port}/c", limit=100)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    assert allowed.get(f"https://{NAME}:{tls_port}/c", limit=100).body.decode() == (
        f"{NAME}:{tls_port}"
    )
    with pytest.raises(FetchRefused, match="does not answer"):
        allowed.get(f"https://other.example:{tls_port}/c", limit=100)


def _dribble(connection: socket.socket, answer: bytes, stop: threading.Event) -> None:
    """Send an answer a byte now and then: never so slowly that one read would time out."""
    with connection, suppress(OSError):
        for byte in answer:
            if stop.wait(0.02):
                return
            connection.sendall(bytes([byte]))


@pytest.fixture
def dribbling() -> Iterator[Callable[[bytes], int]]:
    """Starts a server that dribbles an answer; returns its port."""
    stop, threads, listeners = threading.Event(), [], []

    def serve(answer: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            with suppress(OSError):
                _dribble(listener.accept()[0], answer, stop)

        threads.append(threading.Thread(target=accept))
        threads[-1].start()
        return int(listener.getsockname()[1])

    yield serve
    stop.set()
    for listener in listeners:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10 + b"HTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["headers", "body", "continue"],
)
def test_one_deadline_holds_for_all_of_an_answer(
    dribbling: Callable[[bytes], int], monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """Also where every single read is quick; without the deadline it would be read to its end."""
    monkeypatch.setattr(outside, "SECONDS", 1)

    with pytest.raises(FetchRefused, match="takes longer than 1 seconds"):
        OutboundClient(loopback=True).get(f"http://127.0.0.1:{dribbling(answer)}/c", limit=10_000)


def test_the_deadline_holds_for_a_handshake_too(
    dribbling: Callable[[bytes], int], resolve: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve.append("127.0.0.1")
    monkeypatch.setattr(outside, "SECONDS", 1)
    port = dribbling(b"\x16\x03\x03\x02\x00" + b"\x02" * 200)

    with pytest.raises(FetchRefused, match="takes longer than 1 seconds"):
        OutboundClient((f"{NAME}:{port}",)).get(f"https://{NAME}:{port}/c", limit=100)


def test_a_body_of_any_length_is_read_to_the_limit_alone(resolve: list[str]) -> None:
    resolve.append("127.0.0.1")
    with document_host() as host:
        port = host.origin.rsplit(":", 1)[1]
        host.serve("/fits", b"x" * 5000)
        host.serve("/more", b"x" * 5001)

        fits = OutboundClient(loopback=True).get(f"http://localhost:{port}/fits", limit=5000)
        with pytest.raises(FetchRefused, match="sends more than 5000 bytes"):
            OutboundClient(loopback=True).get(f"http://localhost:{port}/more", limit=5000)

    assert fits.body == b"x" * 5000
