"""What a client of one's own offers, so that the steps can use it in the place of a person's."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # pragma: no cover
    from simulator.testing.actors import Actor


class ClientUnderTest(Protocol):
    """One person's client of one MCP server.

    Attributes:
        url: the Remote MCP URL that it was made for.
        access_token: what it sends as `Authorization: Bearer`, once it is signed in. Only steps
            that look at a refusal on the wire read it.
    """

    url: str
    access_token: str | None

    def connect(self) -> None:
        """Sign the person in, and do whatever the client does before its first call.

        Raises:
            Exception: of any kind, when the server or Workato Identity refuses.
        """

    def list_tools(self) -> Sequence[Any]:
        """Return every tool that the server lists: dicts as on the wire, or objects of the SDK.

        Raises:
            Exception: of any kind, when the server refuses.
        """

    def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        """Call a tool and return its result, prompts and failed calls included.

        Args:
            name: the name as `tools/list` gave it.
            arguments: by name.

        Returns:
            A dict as on the wire (`content`, `isError`, `structuredContent`), or a
            `CallToolResult` of the official SDK.

        Raises:
            Exception: of any kind, when the server refuses the request; the server's sentence
                stands in its message.
        """

    def close(self) -> None:
        """Let go of everything; called once, at the end of the test."""


#: Makes a client: `factory(url, actor)` has the Remote MCP URL and the person, who signs in with
#: `actor.authorize(url)`. It is not connected yet.
ClientFactory = Callable[[str, "Actor"], ClientUnderTest]


def tool_fields(tool: Any) -> Mapping[str, Any]:
    """Return a listed tool as on the wire: `name`, `inputSchema`, `annotations` …

    Args:
        tool: the tool as the client lists it: a mapping, or a model of the MCP SDK.
    """
    if isinstance(tool, Mapping):
        return tool
    fields: Mapping[str, Any] = tool.model_dump(by_alias=True, mode="json", exclude_none=True)
    return fields
