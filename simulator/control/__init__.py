"""The control API: what a test does to the sandbox from outside, over HTTP.

Importing this package costs nothing; the first request brings in Flask and pydantic.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from simulator.sandbox.simulator import Simulator

__all__ = ["ControlApi"]


class ControlApi:
    """The WSGI application of the control API, built on its first request.

    Args:
        simulator: what it controls.
    """

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        return self._wsgi(environ, start_response)

    @cached_property
    def _wsgi(self) -> "WSGIApplication":
        from simulator.control.app import create_app

        return create_app(self._simulator)
