"""The fixtures that the official MCP conformance suite looks for, on the wire code of all servers.

Names, texts and shapes are those that the suite's scenarios describe
(github.com/modelcontextprotocol/conformance); what they prove is the code around them.
"""

from collections.abc import Mapping
from typing import Any

from mcp_types import (
    CacheableResult,
    CallToolRequest,
    CompleteRequest,
    CompleteResult,
    Completion,
    CompletionsCapability,
    EmptyResult,
    GetPromptRequest,
    ListPromptsRequest,
    ListPromptsResult,
    ListResourcesRequest,
    ListResourcesResult,
    ListResourceTemplatesRequest,
    ListResourceTemplatesResult,
    ListToolsRequest,
    ListToolsResult,
    LoggingCapability,
    PromptsCapability,
    ReadResourceRequest,
    ResourcesCapability,
    ServerCapabilities,
    SetLevelRequest,
    SubscribeRequest,
    ToolsCapability,
    UnsubscribeRequest,
)
from pydantic import BaseModel

from simulator.crypto import Keys
from simulator.domain.request_context import Session
from simulator.systems.mcp.conformance import prompts, resources, rounds, tools
from simulator.systems.mcp.conformance.call import Call
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.service import Conversation

#: How long clients may keep lists, in milliseconds.
_TTL = 300_000


class ConformanceService:
    """An MCP server with one of everything; it keeps nothing between requests.

    Args:
        keys: seal the state that clients carry between rounds.
        session: the session that the request names.
    """

    place, person_id = "conformance", None
    name = "Conformance server"
    version = "1.0"
    instructions = None
    methods = frozenset(
        {
            "completion/complete",
            "logging/setLevel",
            "prompts/get",
            "prompts/list",
            "resources/list",
            "resources/read",
            "resources/subscribe",
            "resources/templates/list",
            "resources/unsubscribe",
            "tools/call",
            "tools/list",
        }
    )

    def __init__(self, keys: Keys, session: Session | None) -> None:
        self._keys = keys
        self.session = session

    def capabilities(self, dialect: Dialect) -> ServerCapabilities:
        """One of everything; nothing is pushed in the modern era, so nothing is to subscribe to."""
        if dialect.modern:
            return ServerCapabilities(
                tools=ToolsCapability(),
                resources=ResourcesCapability(),
                prompts=PromptsCapability(),
                completions=CompletionsCapability(),
            )
        return ServerCapabilities(
            tools=ToolsCapability(),
            resources=ResourcesCapability(subscribe=True),
            prompts=PromptsCapability(),
            logging=LoggingCapability(),
            completions=CompletionsCapability(),
        )

    def admit(self, message: Mapping[str, Any]) -> None:
        """Every request: it knows no limits."""

    def answer(self, request: Any, dialect: Dialect) -> BaseModel | Conversation:
        """Return the fixture that a request asks for."""
        match request:
            case ListToolsRequest():
                both = [*tools.TOOLS, *(rounds.TOOLS if dialect.modern else ())]
                return _lasting(ListToolsResult(tools=both))
            case CallToolRequest():
                call = Call.of(request.params, dialect, self._keys)
                return rounds.call(call) or tools.call(call)
            case ListResourcesRequest():
                return _lasting(ListResourcesResult(resources=resources.RESOURCES))
            case ListResourceTemplatesRequest():
                return _lasting(ListResourceTemplatesResult(resource_templates=resources.TEMPLATES))
            case ReadResourceRequest():
                return resources.read(str(request.params.uri), dialect)
            case ListPromptsRequest():
                offered = [*prompts.PROMPTS, *(rounds.PROMPTS if dialect.modern else ())]
                return _lasting(ListPromptsResult(prompts=offered))
            case GetPromptRequest():
                call = Call.of(request.params, dialect, self._keys)
                return rounds.get_prompt(call) or prompts.get(call)
            case CompleteRequest():
                return CompleteResult(completion=Completion(values=[], total=0, has_more=False))
            case SetLevelRequest() | SubscribeRequest() | UnsubscribeRequest():
                return EmptyResult()
        raise AssertionError(request)


def _lasting(result: CacheableResult) -> CacheableResult:
    result.ttl_ms, result.cache_scope = _TTL, "public"
    return result
