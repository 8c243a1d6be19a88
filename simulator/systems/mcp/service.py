"""What answers behind an MCP address: its methods, and how it speaks during a call."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mcp_types import ServerCapabilities
from pydantic import BaseModel

from simulator.domain.request_context import Session
from simulator.systems.mcp.dialect import Dialect


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A notification that the client gets before the response (MCP, Notifications).

    Attributes:
        method: such as `notifications/progress`.
        params: as they go over the wire.
    """

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServerRequest:
    """A request to the client in the middle of its call (handshake era); its result is sent in.

    Attributes:
        method: such as `elicitation/create`.
        params: as they go over the wire.
    """

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Checkpoint:
    """A place where a cancelled call stops; nothing is sent to the client.

    Attributes:
        is_first: whether nothing was done yet since the request was looked into.
    """

    is_first: bool = False


#: A call that sends messages before its response: what it yields goes to the client, a
#: `ServerRequest` evaluates to the client's result, and what it returns is the result of the call.
Conversation = Generator[Notification | ServerRequest | Checkpoint, Any, BaseModel]


class Service(Protocol):
    """One MCP server: the protocol does what all have in common, this does the rest."""

    @property
    def place(self) -> str:
        """The last part of its address; its sessions are of no other server."""

    @property
    def person_id(self) -> str | None:
        """Whose sessions may be used: the verified person's; None where nobody is verified."""

    @property
    def session(self) -> Session | None:
        """The session that the request names, whoever's it is; None if there never was one."""

    @property
    def name(self) -> str:
        """Shown to people by their clients."""

    @property
    def version(self) -> str:
        """Of what answers there."""

    @property
    def instructions(self) -> str | None:
        """For the model."""

    def capabilities(self, dialect: Dialect) -> ServerCapabilities:
        """Return what `initialize` and `server/discover` declare."""

    @property
    def methods(self) -> frozenset[str]:
        """The requests that `answer` takes."""

    def admit(self, message: Mapping[str, Any]) -> None:
        """Let a request in before it is looked into.

        Raises:
            SimulatorError: a limit is reached.
        """

    def answer(self, request: Any, dialect: Dialect) -> BaseModel | Conversation:
        """Return the result of a request, already checked against the schema of its revision.

        Raises:
            RpcError: it cannot be done.
        """
