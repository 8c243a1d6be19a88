"""A request on its way to a system, read as far as a fault is about it."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.journal import fields, peek
from simulator.web.bearer import parse_bearer_token

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIEnvironment


@dataclass
class IncomingRequest:
    """A request on its way to a system.

    Attributes:
        system: whom it goes to.
        environ: its WSGI environment (PEP 3333).
    """

    system: str
    environ: "WSGIEnvironment"

    @property
    def method(self) -> str:
        """Its HTTP method."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        """Its path."""
        return self.environ.get("PATH_INFO") or "/"

    @cached_property
    def fields(self) -> dict[str, Any]:
        """Parameters of its query, form or JSON; the body is left for the system to read."""
        return fields(self.environ, peek(self.environ))

    @property
    def bearer(self) -> str:
        """The token in its Authorization header; empty when there is none."""
        return parse_bearer_token(self.environ.get("HTTP_AUTHORIZATION", ""))
