"""Calls between systems: in-process for simulated hosts, refused for all others.

Ours for `requests`, which has no transport that ends in a WSGI application; httpx brings one.
"""

from functools import cached_property
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.errors import Unreachable

if TYPE_CHECKING:  # pragma: no cover
    import requests
    from _typeshed.wsgi import WSGIApplication
    from requests import PreparedRequest
    from requests.adapters import BaseAdapter
    from urllib3 import HTTPResponse

    from simulator.db import Database
    from simulator.net.addresses import Addresses

    Response = requests.Response

#: What is left of a body in memory. `requests` takes cookies from an answer's original response.
_READ = BytesIO()
_READ.close()


class Http:
    """An HTTP client that reaches the simulated systems under their production names.

    A call goes through the whole HTTP stack of the system called (its WSGI application), so that
    status, headers, authentication and errors are the real ones; only the socket is left out.
    """

    def __init__(self, db: "Database", addresses: "Addresses") -> None:
        self._db = db
        self._addresses = addresses
        self._wsgi: WSGIApplication | None = None

    def mount(self, wsgi: "WSGIApplication") -> None:
        """Name the WSGI application that answers for every simulated host."""
        self._wsgi = wsgi

    def request(self, method: str, url: str, **options: Any) -> "Response":
        """Call a system by its production URL.

        Args:
            method: the HTTP method.
            url: an absolute URL.
            **options: `params`, `data`, `json`, `headers` as `requests.Request` takes them.

        Raises:
            Unreachable: no simulated system lives at this host, or it hung up.
            RuntimeError: a transaction is open; the callee could wait for it for ever.
        """
        if self._db.holds_transaction():
            raise RuntimeError("Commit before calling another system.")
        host = urlsplit(url).netloc
        if self._addresses.system_at(host) is None:
            raise Unreachable(host, "no such host in this sandbox")
        from requests import Request, RequestException

        try:
            answer = self._adapter.send(Request(method, url, **options).prepare())
            assert answer.content is not None  # read here, where what is wrong with it has a name
            return answer
        except ConnectionResetError:
            raise Unreachable(host, "the connection was reset") from None
        except RequestException:
            raise Unreachable(host, "the answer was cut off") from None

    def answer(self, request: "PreparedRequest") -> "HTTPResponse":
        """Return what the system at a prepared request's host answers, as urllib3 would read it."""
        from urllib3 import HTTPHeaderDict, HTTPResponse
        from werkzeug.test import EnvironBuilder, run_wsgi_app

        assert self._wsgi is not None, "mount() was not called"
        parts = urlsplit(str(request.url))
        builder = EnvironBuilder(
            path=parts.path or "/",
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=str(request.method),
            headers=list(request.headers.items()),
            data=request.body,
        )
        body, status, headers = run_wsgi_app(self._wsgi, builder.get_environ())
        builder.close()
        fields = HTTPHeaderDict(headers.items())
        return HTTPResponse(
            request_method=request.method,  # a HEAD is answered with the length of no body
            body=BytesIO(b"".join(body)),
            headers=fields,
            status=int(status.split(" ", 1)[0]),
            preload_content=False,
            original_response=HTTPResponse(body=_READ, msg=fields),  # type: ignore[arg-type]
        )

    @cached_property
    def _adapter(self) -> "BaseAdapter":
        from requests.adapters import HTTPAdapter

        http = self

        class WsgiAdapter(HTTPAdapter):
            """Sends a prepared request into the WSGI application."""

            def send(self, request: "PreparedRequest", *_: Any, **__: Any) -> "Response":
                return self.build_response(request, http.answer(request))

        return WsgiAdapter()


def async_transport(simulated: Any, library: ModuleType) -> Any:
    """What asks a synchronous transport in a thread.

    Args:
        simulated: the transport.
        library: the module that both are of, `httpx` or `httpx2`.
    """
    from anyio.to_thread import run_sync

    class Transport(library.AsyncBaseTransport):  # type: ignore[misc, name-defined]
        """Reads the whole request, and answers with the whole response."""

        async def handle_async_request(self, request: Any) -> Any:
            content = await request.aread()
            whole = library.Request(
                request.method, request.url, headers=request.headers, content=content
            )

            def ask() -> Any:
                answer = simulated.handle_request(whole)
                return answer.status_code, answer.headers, answer.read()

            status, headers, body = await run_sync(ask, abandon_on_cancel=True)
            return library.Response(status, headers=headers, content=body)

    return Transport()
