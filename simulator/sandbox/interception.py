"""Answer a program's own HTTP calls to production addresses in-process: no socket, no setting."""

import re
from contextlib import ContextDecorator
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


class Interception(ContextDecorator):
    """What `Simulator.intercept` returns, for a `with` block or as a decorator.

    Args:
        world: the world whose hosts are answered.
        others: what happens to calls to any other host.

    Raises:
        ValueError: `others` is neither `refuse` nor `pass`.
    """

    def __init__(self, world: World, others: str) -> None:
        if others not in ("refuse", "pass"):
            raise ValueError(f"others must be 'refuse' or 'pass', not '{others}'.")
        self._world, self._others = world, others
        self._mocks: list[RequestsMock] = []

    def __enter__(self) -> RequestsMock:
        mock = RequestsMock(assert_all_requests_are_fired=False)
        mock.start()
        mock.add(_Simulated(self._world))
        if self._others == "pass":
            mock.add_passthru(re.compile(""))
        self._mocks.append(mock)
        return mock

    def __exit__(self, *_: object) -> None:
        mock = self._mocks.pop()
        mock.stop()
        mock.reset()


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
