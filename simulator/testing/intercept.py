"""Answer a program's own HTTP calls to production addresses in-process: no socket, no setting."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest
from responses import BaseResponse, RequestsMock
from urllib3 import HTTPResponse

from simulator.simulator import Simulator


@contextmanager
def intercept(simulator: Simulator, *, others: str = "refuse") -> Iterator[RequestsMock]:
    """Have every call with `requests` to a simulated host answered by the simulator.

    `https://www.workato.com`, `https://id.workato.com`, `https://<n>.apim.mcp.workato.com` and the
    apps' hosts are answered by the same systems that listen elsewhere: same rules, same database.
    Meanwhile the simulator speaks of itself by production names. Works as a decorator, too.

    Args:
        simulator: what answers.
        others: what happens to calls to any other host: `refuse` raises
            `requests.ConnectionError` before anything is sent; `pass` lets them through.

    Yields:
        The `responses` mock; its `calls` list what was called.

    Raises:
        ValueError: `others` is neither.
    """
    if others not in ("refuse", "pass"):
        raise ValueError(f"others must be 'refuse' or 'pass', not '{others}'.")
    mock = RequestsMock(assert_all_requests_are_fired=False)
    with simulator.at_production_names(), mock:
        mock.add(_Simulated(simulator))
        if others == "pass":
            mock.add_passthru(re.compile(""))
        yield mock


class _Simulated(BaseResponse):
    """Matches whatever is sent to a simulated host."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__("*", "https://any simulated host/")
        self._simulator = simulator

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        host = urlsplit(str(request.url)).netloc
        if self._simulator.world.addresses.system_at(host) is None:
            return False, f"no system of the simulator answers for {host}"
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        try:
            return self._simulator.world.http.answer(request)
        except ConnectionResetError as reset:
            raise requests.ConnectionError(str(reset), request=request) from reset


def transport(simulator: Simulator, library: ModuleType) -> Any:
    """A transport for `Client(transport=…)` of httpx, or of httpx2, that ends in the simulator.

    Args:
        simulator: what answers; any other host gets 421 and a sentence.
        library: the module, `httpx` or `httpx2`.
    """
    return library.WSGITransport(app=simulator, raise_app_exceptions=False)


def async_transport(simulator: Simulator, library: ModuleType) -> Any:
    """The same for `AsyncClient(transport=…)`; the simulator runs in a thread meanwhile."""
    from anyio.to_thread import run_sync

    simulated = transport(simulator, library)

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

            status, headers, body = await run_sync(ask)
            return library.Response(status, headers=headers, content=body)

    return Transport()
