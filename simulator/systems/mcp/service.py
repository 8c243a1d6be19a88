"""The interface of an MCP server behind an address, and the messages that a call can send."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mcp_types import ServerCapabilities
from pydantic import BaseModel

from simulator.domain.request_context import Session
from simulator.systems.mcp.dialect import Dialect


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A notification to the client before the response (MCP, Notifications).

    Attributes:
        method: such as `notifications/progress`.
        params: as they go over the wire.
    """

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServerRequest:
    """A request to the client during its call (versions with sessions); its result is sent back in.

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
        """The last part of its address, which its sessions are bound to."""

    @property
    def person_id(self) -> str | None:
        """The id of the verified person, whose sessions may be used; None without one."""

    @property
    def session(self) -> Session | None:
        """The session that the request names, also another person's; None for an unknown one."""

    @property
    def name(self) -> str:
        """The server's name, which clients show to people."""

    @property
    def version(self) -> str:
        """The version of the server."""

    @property
    def instructions(self) -> str | None:
        """The server's instructions for the model."""

    def capabilities(self, dialect: Dialect) -> ServerCapabilities:
        """Return what `initialize` and `server/discover` declare."""

    @property
    def methods(self) -> frozenset[str]:
        """The methods of the requests that `answer` handles."""

    def admit(self, message: Mapping[str, Any]) -> None:
        """Admit a request, or refuse it, before it is checked.

        Raises:
            SimulatorError: a limit is reached.
        """

    def answer(self, request: Any, dialect: Dialect) -> BaseModel | Conversation:
        """Return the result of a request that was checked against the schema of its revision.

        Raises:
            RpcError: it cannot be done.
        """
