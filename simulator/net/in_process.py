"""Calls between systems: in-process for simulated hosts; others where that is meant and allowed.

Ours for `requests`, which has no transport that ends in a WSGI application; httpx brings one.
"""

from collections.abc import Iterable
from functools import cached_property
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.errors import Unreachable
from simulator.net.outbound import FetchRefused, OutboundClient, OutboundRequest

if TYPE_CHECKING:  # pragma: no cover
    import requests
    from _typeshed.wsgi import WSGIApplication
    from requests import PreparedRequest
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPResponse

    from simulator.db import Database
    from simulator.net.addresses import Addresses

    Response = requests.Response

#: Of an answer of a host outside, in bytes; and how long it may take, in seconds (our choice).
_LARGEST, _SECONDS = 2_000_000, 20.0
#: What is left of a body in memory. `requests` takes cookies from an answer's original response.
_READ = BytesIO()
_READ.close()


class OutboundRefused(Unreachable):
    """A host outside of the sandbox was not asked, or did not answer.

    Args:
        host: which.
        sentence: why.
    """

    def __init__(self, host: str, sentence: str) -> None:
        super().__init__(host, "")
        self.args, self.host = (sentence,), host


class Http:
    """An HTTP client that reaches the simulated systems under their production names.

    A call goes through the whole HTTP stack of the system called (its WSGI application), so that
    status, headers, authentication and errors are the real ones; only the socket is left out.
    """

    def __init__(
        self, db: "Database", addresses: "Addresses", allowed_hosts: tuple[str, ...] = ()
    ) -> None:
        self._db = db
        self._addresses = addresses
        self._outside = OutboundClient(allowed_hosts, plain_by_name=True, seconds=_SECONDS)
        self._wsgi: WSGIApplication | None = None

    def mount(self, wsgi: "WSGIApplication") -> None:
        """Name the WSGI application that answers for every simulated host."""
        self._wsgi = wsgi

    def request(
        self, method: str, url: str, *, outside: bool = False, **options: Any
    ) -> "Response":
        """Call a system by its production URL.

        Args:
            method: the HTTP method.
            url: an absolute URL.
            outside: whether the host may be one outside of the sandbox, if its owner allowed it.
            **options: `params`, `data`, `json`, `headers` as `requests.Request` takes them.

        Raises:
            Unreachable: no simulated system lives at this host, or it hung up; or the host outside
                does not answer, or may not be asked.
            RuntimeError: a transaction is open; the callee could wait for it for ever.
        """
        if self._db.holds_transaction():
            raise RuntimeError("Commit before calling another system.")
        host = urlsplit(url).netloc
        from requests import Request, RequestException

        if self._addresses.system_at(host) is None:
            if not outside:
                raise Unreachable(host, "no such host in this sandbox")
            try:
                return self._send_outside(Request(method, url, **options).prepare())
            except RequestException as error:
                raise OutboundRefused(host, f"{host} cannot be asked so: {error}") from None
        try:
            answer = self._adapter.send(Request(method, url, **options).prepare())
            assert answer.content is not None  # read here, where what is wrong with it has a name
            return answer
        except ConnectionResetError:
            raise Unreachable(host, "the connection was reset") from None
        except RequestException:
            raise Unreachable(host, "the answer was cut off") from None

    def explain_refusal(self, url: str) -> str:
        """Return why a URL may not be asked; empty where it may, or is one of the sandbox."""
        if self._addresses.system_at(urlsplit(url).netloc) is not None:
            return ""
        try:
            self._outside.check(url)
        except FetchRefused as refused:
            return str(refused)
        return ""

    def _send_outside(self, request: "PreparedRequest") -> "Response":
        body = request.body or b""
        sent = OutboundRequest(
            url=str(request.url),
            method=str(request.method),
            headers={
                name: value
                for name, value in request.headers.items()
                if name.lower() != "content-length"
            },
            body=body.encode() if isinstance(body, str) else body,
        )
        try:
            found = self._outside.send(sent, limit=_LARGEST)
        except FetchRefused as refused:
            raise OutboundRefused(urlsplit(sent.url).netloc, str(refused)) from None
        return self._adapter.build_response(
            request, _response(sent.method, found.status, found.headers.items(), found.body)
        )

    def answer(self, request: "PreparedRequest") -> "HTTPResponse":
        """Return what the system at a prepared request's host answers, as urllib3 would read it."""
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
        code = int(status.split(" ", 1)[0])
        return _response(str(request.method), code, headers.items(), b"".join(body))

    @cached_property
    def _adapter(self) -> "HTTPAdapter":
        from requests.adapters import HTTPAdapter

        http = self

        class WsgiAdapter(HTTPAdapter):
            """Sends a prepared request into the WSGI application."""

            def send(self, request: "PreparedRequest", *_: Any, **__: Any) -> "Response":
                return self.build_response(request, http.answer(request))

        return WsgiAdapter()


def _response(
    method: str, status: int, headers: Iterable[tuple[str, str]], body: bytes
) -> "HTTPResponse":
    """An answer as urllib3 would have read it; a HEAD is answered with the length of no body."""
    from urllib3 import HTTPHeaderDict, HTTPResponse

    fields = HTTPHeaderDict(headers)
    return HTTPResponse(
        request_method=method,
        body=BytesIO(body),
        headers=fields,
        status=status,
        preload_content=False,
        original_response=HTTPResponse(body=_READ, msg=fields),  # type: ignore[arg-type]
    )


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
