"""A TLS listener that answers for production hosts: directly, or through the tunnel of a proxy.

Ours: kept proxies, such as mitmproxy, are programs that lead on to hosts; this one leads nowhere.
"""

import logging
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer

from simulator.net.addresses import LOOPBACK
from simulator.serving.handlers import close_on_disconnect, quiet_handler
from simulator.testing.certificates import ServerCertificate

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication

#: One line of a CONNECT request, and how many of them; no client sends more.
_LONGEST_LINE = 8192
_MOST_LINES = 100

log = logging.getLogger("simulator.testing.tls")


def server_context(certificate: ServerCertificate) -> ssl.SSLContext:
    """Return the listener's side of TLS.

    Args:
        certificate: the certificate of the listener.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    certificate.server.configure_cert(context)
    return context


class TlsListener(ThreadedWSGIServer):
    """Serves a WSGI application over TLS on a free loopback port.

    Handshakes are made in the thread of their connection, so that a client which connects and says
    nothing keeps nobody waiting. A client that takes the port for its HTTPS proxy is served as
    well: CONNECT (RFC 9110 §9.3.6) to a host that is ours, then TLS; 403 to any other host.

    Args:
        application: what answers.
        context: the listener's certificate.
        knows: whether a `host:port` is ours.
    """

    def __init__(
        self, application: "WSGIApplication", context: ssl.SSLContext, knows: Callable[[str], bool]
    ) -> None:
        super().__init__(LOOPBACK, 0, close_on_disconnect(application), quiet_handler())
        self.ssl_context = context  # for werkzeug, which tells the application the scheme by it
        self._context = context
        self._knows = knows

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection, in a thread of its own.

        Args:
            request: the accepted socket.
            client_address: where it comes from.
        """
        try:
            # The first byte of a TLS record is 22, a control character.
            if request.recv(1, socket.MSG_PEEK).isalpha() and not self._open_tunnel(request):
                return
            secured = self._context.wrap_socket(request, server_side=True)
        except OSError as error:
            log.info("No TLS with %s:%s: %s", *client_address, error)
            return
        with secured:
            super().finish_request(secured, client_address)

    def _open_tunnel(self, connection: socket.socket) -> bool:
        """Answer a CONNECT request; whether TLS may follow."""
        # Unbuffered: what follows the request belongs to TLS.
        with connection.makefile("rb", buffering=0) as lines:
            request = lines.readline(_LONGEST_LINE).decode("latin-1").split()
            for _ in range(_MOST_LINES):
                if not lines.readline(_LONGEST_LINE).strip():
                    break
        method, target = request[:2] if len(request) == 3 else ("", "")
        if "://" in target:  # a proxy's client that wants plain http (RFC 9112 §3.2.2)
            refusal = f"403 No simulated system answers for {target}"
        elif method != "CONNECT":
            refusal = "400 This port speaks TLS: use https, or CONNECT to a host of the sandbox"
        elif not self._knows(target):
            refusal = f"403 No simulated system answers for {target}"
        else:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            return True
        body = f"{refusal[4:]}.\n"
        connection.sendall(
            (
                f"HTTP/1.1 {refusal}\r\nContent-Type: text/plain; charset=latin-1\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
            ).encode("latin-1")
        )
        return False
