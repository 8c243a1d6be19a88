"""A client that is gone before its answer is: nothing of the answer stays open."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from simulator.net.addresses import LOOPBACK
from simulator.serving.handlers import close_on_disconnect, quiet_handler
from simulator.serving.server import in_a_thread


class Answer:
    """One that has been written when the client goes, and is still read from."""

    def __init__(self) -> None:
        self.requested, self.gone, self.closed = (threading.Event() for _ in range(3))

    def __iter__(self) -> Iterator[bytes]:
        yield b"x"
        self.requested.set()
        self.gone.wait(10)

    def close(self) -> None:
        """Let go of what it is made from."""
        self.closed.set()


@pytest.mark.requirement("SBX-6")
def test_an_answer_is_closed_though_its_connection_was_reset() -> None:
    answer = Answer()

    def application(_environ: object, start_response: object) -> Answer:
        start_response("200 OK", [("Content-Length", "1")])  # type: ignore[operator]
        return answer

    server = make_server(
        LOOPBACK,
        0,
        close_on_disconnect(application),
        threaded=True,
        request_handler=quiet_handler(),
    )
    with in_a_thread([server]):
        client = socket.create_connection((LOOPBACK, server.port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer.requested.wait(10)
        # A reset, not an orderly end (socket(7), SO_LINGER).
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        answer.gone.set()

        assert answer.closed.wait(10)
