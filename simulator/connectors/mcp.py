"""What Workato knows of an external MCP server that a proxy server stands in front of.

It is outside, as the app of the HTTP connector is: it is asked at allowed hosts alone, and where
its authorization server is stands in the connection, which found that out when it was made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.connectors.base import Action, AppRequest, Connector
from simulator.connectors.form_fields import HostField
from simulator.connectors.http import url_field
from simulator.errors import FieldError
from simulator.validation.parsing import parse_foreign_object

#: The revision that Workato speaks to the server (MCP, Lifecycle); the server may choose another.
_REVISION = "2025-06-18"
_ACCEPT = {"Accept": "application/json, text/event-stream"}
_LONGEST = 2000


def build_request(
    method: str, params: Mapping[str, Any], *, is_notification: bool = False
) -> AppRequest:
    """Return the JSON-RPC request of a method, or the notification.

    Args:
        method: such as `tools/call`.
        params: of it.
        is_notification: whether no answer is wanted.
    """
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": dict(params)}
    if not is_notification:
        message["id"] = 1
    return AppRequest(method="POST", path="", headers=_ACCEPT, json=message)


def read_result(content: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the result of a JSON-RPC answer, which came as JSON or as a stream of events.

    Args:
        content: the body of the answer.
        headers: of it.

    Raises:
        FieldError: on `server`: it is an error, or no answer of JSON-RPC.
    """
    own = {name.lower(): value for name, value in headers.items()}
    is_stream = own.get("content-type", "").startswith("text/event-stream")
    for text in _list_events(content) if is_stream else [content]:
        message = parse_foreign_object(text)
        if isinstance(result := message.get("result"), dict):
            return result
        if isinstance(error := message.get("error"), dict):
            raise FieldError("server", f"answered: {str(error.get('message'))[:_LONGEST]}")
    raise FieldError("server", "answered something else than a message of JSON-RPC.")


def _list_events(content: bytes) -> list[bytes]:
    """Return the data of each event of a stream (HTML, Server-sent events)."""
    blocks = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n\n")
    lines = ([line for line in block.split(b"\n") if line.startswith(b"data:")] for block in blocks)
    return [b"\n".join(line[5:].removeprefix(b" ") for line in each) for each in lines if each]


class _CallTool(Action):
    """Call a tool of the server; its whole result is the step's `result`."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        arguments = inputs.get("arguments")
        given = dict(arguments) if isinstance(arguments, Mapping) else {}
        return build_request("tools/call", {"name": str(inputs.get("tool")), "arguments": given})

    def read(
        self, inputs: Mapping[str, Any], status: int, content: bytes, headers: Mapping[str, str]
    ) -> Any:
        return {"result": read_result(content, headers)}


@dataclass(frozen=True, kw_only=True)
class McpConnector(Connector):
    """The connector of external MCP servers: each connection says where its server is."""

    is_elsewhere: bool = True
    uses_pkce: bool = True

    def bound(self, settings: Mapping[str, Any]) -> Connector:
        """Fill in what the connection found out, with the server as `resource` (RFC 8707)."""
        resource = {"resource": str(settings.get("resource", ""))}
        return replace(
            self,
            authorize_url=str(settings.get("authorize_url", "")),
            token_url=str(settings.get("token_url", "")),
            authorize_parameters=resource,
            token_parameters=resource,
        )

    def host(self, typed: str) -> str:
        """Return the server's address as it was typed: its path may have capitals."""
        return typed.strip()

    def converse(self, send: Callable[[AppRequest], Any], request: AppRequest) -> Any:
        """Ask within a session of its own (MCP, Lifecycle): the server may want one."""
        hello = {
            "protocolVersion": _REVISION,
            "capabilities": {},
            "clientInfo": {"name": "Workato", "version": "1"},
        }
        opened = send(build_request("initialize", hello))
        if opened.status_code != 200:
            return opened
        spoken = read_result(opened.content, opened.headers).get("protocolVersion", _REVISION)
        session = opened.headers.get("Mcp-Session-Id", "")
        own = {"MCP-Protocol-Version": str(spoken)}
        if session:
            own["Mcp-Session-Id"] = session
        ready = build_request("notifications/initialized", {}, is_notification=True)
        send(replace(ready, headers={**ready.headers, **own}))
        answer = send(replace(request, headers={**request.headers, **own}))
        if session:
            send(AppRequest(method="DELETE", path="", headers=own))
        return answer


def _read_error(members: Mapping[str, Any]) -> str:
    """The sentence of an error of JSON-RPC, or of OAuth."""
    error = members.get("error")
    found = error.get("message") if isinstance(error, Mapping) else None
    return str(found or members.get("error_description") or "")


MCP = McpConnector(
    provider="mcp",
    name="MCP server",
    host_field=HostField(
        label="MCP server URL",
        hint="The address that MCP clients are given, for example https://mcp.example.com/mcp.",
        placeholder="https://mcp.example.com/mcp",
        pattern=r"(?i)https?://[^\s/?#@]+(/[^\s?#]*)?(\?[^\s#]*)?",
        error="MCP server URL must be a whole address, such as https://mcp.example.com/mcp.",
    ),
    fields=(
        url_field("authorize_url", "OAuth2 authorization URL", "Where people give consent."),
        url_field("token_url", "OAuth2 token URL", "Where codes become tokens."),
        url_field("resource", "Resource", "What tokens are for, as the server's metadata says."),
    ),
    authorize_url="",
    token_url="",
    scopes=(),
    required_scopes=(),
    client_page="the clients of its authorization server",
    actions={
        "call_tool": _CallTool(
            name="call_tool",
            title="Call tool",
            method="POST",
            path="",
            body={name: name for name in ("tool", "arguments")},
        )
    },
    read_error=_read_error,
)
