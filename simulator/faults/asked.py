"""What a fault may want to know of a request, read when it does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from simulator.journal import fields, peek

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIEnvironment

    from simulator.faults.fault import Fault

#: In the WSGI environment of a request for an MCP server: the person of its token has no group.
GROUP_LOST = "simulator.faults.group_lost"
#: There, too: scopes that its token needs, and lacks.
SCOPES_NEEDED = "simulator.faults.scopes_needed"


@dataclass
class Asked:
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
        scheme, _, token = self.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


class Saboteur(Protocol):
    """Knows people, tokens and keys; faults that are about those leave them to it."""

    def check(self, fault: "Fault") -> None:
        """Be sure that the system and tool that a fault names are there (ValueError)."""

    def address_of(self, who: object) -> str:
        """The e-mail address of somebody who is named, or who acts; ValueError if nobody is."""

    def person(self, asked: Asked) -> str | None:
        """E-mail address of the person for whom a request is made; None for nobody known."""

    def tool(self, asked: Asked) -> str | None:
        """The tool whose call a request is, or is part of."""

    def deed(self, asked: Asked, fate: str) -> Callable[[], None] | None:
        """What makes the request's token `expired`, `revoked` or `swapped`; None: it has none."""

    def rotate_keys(self) -> None:
        """Have Workato Identity sign with a new key."""

    def change(self, asked: Asked, effect: str) -> Callable[[], None] | None:
        """What makes an effect on a request; None where the request has nothing of the kind."""

    def step_up(self, asked: Asked, scopes: str) -> Callable[[], None] | None:
        """What has an MCP server ask for scopes that the request's token lacks; None: it has."""

    def reissue(self, token: str, fault: "Fault") -> str | None:
        """Another ID token in place of one; None where that is none."""
