"""Answer a program's own HTTP calls to production addresses in-process: no socket, no setting."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest
from urllib3 import HTTPResponse

from simulator.extras import MissingExtra, lacking
from simulator.world import World

try:
    from responses import BaseResponse, RequestsMock
except ModuleNotFoundError:
    raise MissingExtra(lacking("intercept()", "responses")) from None


@contextmanager
def intercept(world: World, others: str) -> Iterator[RequestsMock]:
    """As `Simulator.intercept`, which see."""
    if others not in ("refuse", "pass"):
        raise ValueError(f"others must be 'refuse' or 'pass', not '{others}'.")
    mock = RequestsMock(assert_all_requests_are_fired=False)
    with mock:
        mock.add(_Simulated(world))
        if others == "pass":
            mock.add_passthru(re.compile(""))
        yield mock


class _Simulated(BaseResponse):
    """Matches whatever is sent to a simulated host."""

    def __init__(self, world: World) -> None:
        super().__init__("*", "https://any simulated host/")
        self._world = world

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        host = urlsplit(str(request.url)).netloc
        if self._world.addresses.system_at(host) is None:
            return False, f"no system of the simulator answers for {host}"
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        try:
            return self._world.http.answer(request)
        except ConnectionResetError as reset:
            raise requests.ConnectionError(str(reset), request=request) from reset
