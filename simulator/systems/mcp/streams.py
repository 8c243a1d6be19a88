"""Send the messages of a call to the client: as server-sent events, or only the result."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response
from pydantic import BaseModel

from simulator.db import Database
from simulator.systems.mcp.cancellation import Cancellation, Cancelled
from simulator.systems.mcp.errors import RpcError, build_internal_error
from simulator.systems.mcp.pending import (
    PendingRequests,
    RequestFailed,
    ResponseQueue,
    wait_for_result,
)
from simulator.systems.mcp.service import (
    Checkpoint,
    Conversation,
    Notification,
    ServerRequest,
)
from simulator.web.application import format_traceback

MIMETYPE = "text/event-stream"
_log = logging.getLogger("simulator.mcp")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

#: Makes a JSON-RPC response out of a result or an error.
Reply = Callable[[BaseModel | RpcError], dict[str, Any]]


def advance(
    conversation: Conversation, step: Callable[[], Any], cancellation: Cancellation
) -> Notification | ServerRequest | BaseModel:
    """Advance a call's generator; return the next message for the client, or the result.

    Args:
        conversation: what a call yields.
        step: its first step from here, such as `next`.
        cancellation: looked at wherever the call can stop.

    Raises:
        Cancelled: it was cancelled, and is closed now.
        RpcError: as the call does.
    """
    try:
        message = step()
        while True:
            is_first = isinstance(message, Checkpoint) and message.is_first
            if cancellation.is_requested(is_first=is_first):
                conversation.close()
                raise Cancelled
            if not isinstance(message, Checkpoint):
                return message  # type: ignore[no-any-return]
            message = next(conversation)
    except StopIteration as end:
        result: BaseModel = end.value
        return result


def start(
    conversation: Conversation, cancellation: Cancellation
) -> Notification | ServerRequest | BaseModel:
    """Start a call's generator; return its first message, or its result if it sends none.

    Raises:
        Cancelled: the client cancelled it before.
        RpcError: as the call does.
    """
    return advance(conversation, partial(next, conversation), cancellation)


def drain(conversation: Conversation, cancellation: Cancellation) -> BaseModel:
    """Run a call's generator to its end; return the result, for a client without a stream.

    Notifications are dropped, and requests to the client fail.

    Raises:
        Cancelled: the client cancelled it.
        RpcError: as the call does.
    """
    message = start(conversation, cancellation)
    while isinstance(message, Notification | ServerRequest):
        step = partial(next, conversation)
        if isinstance(message, ServerRequest):
            refusal = RequestFailed(
                "This client does not accept a stream, on which it could be asked."
            )
            step = partial(conversation.throw, refusal)
        message = advance(conversation, step, cancellation)
    return message


@dataclass(frozen=True, kw_only=True)
class Stream:
    """The remaining messages of a call as server-sent events, one JSON-RPC message each.

    Each step has a unit of work of its own, so that nothing is locked between two events.

    Attributes:
        conversation: the conversation whose first message was read.
        reply: makes the last message.
        pending: the requests to the client that wait for their responses.
        cancellation: how the client may cancel the call.
        db: for the units of work.
    """

    conversation: Conversation
    reply: Reply
    pending: PendingRequests
    cancellation: Cancellation
    db: Database

    def response(self, first: Notification | ServerRequest) -> Response:
        """Return the streaming HTTP response."""
        return Response(self._events(first), mimetype=MIMETYPE, headers=_HEADERS)

    def _events(self, message: Notification | ServerRequest | BaseModel) -> Iterator[str]:
        try:
            while isinstance(message, Notification | ServerRequest):
                if isinstance(message, ServerRequest):
                    with self.pending.open_request() as (request_id, responses):
                        yield _event(_message(message, request_id))
                        message = self._resume(responses)
                else:
                    yield _event(_message(message))
                    message = self._advance(partial(next, self.conversation))
            yield _event(self.reply(message))
        except Cancelled:
            return  # without an answer (MCP, utilities/cancellation)
        except RpcError as error:
            yield _event(self.reply(error))
        except Exception as error:
            # The status is sent already: what is left is a JSON-RPC error.
            _log.error(
                "a tool call failed in the middle of its answer\n%s", format_traceback(error)
            )
            yield _event(self.reply(build_internal_error(error)))
        finally:
            with self.db.unit():
                self.conversation.close()

    def _resume(self, responses: ResponseQueue) -> Notification | ServerRequest | BaseModel:
        try:
            reply = wait_for_result(responses)
        except RequestFailed as refusal:
            return self._advance(partial(self.conversation.throw, refusal))
        return self._advance(partial(self.conversation.send, reply))

    def _advance(self, step: Callable[[], Any]) -> Notification | ServerRequest | BaseModel:
        with self.db.unit(reads_first=True):
            return advance(self.conversation, step, self.cancellation)


def events(payloads: Iterable[dict[str, Any]]) -> Response:
    """Return complete messages as one event stream; none for a call that was cancelled."""
    return Response("".join(map(_event, payloads)), mimetype=MIMETYPE, headers=_HEADERS)


def _message(
    message: Notification | ServerRequest, request_id: str | None = None
) -> dict[str, Any]:
    payload = {"jsonrpc": "2.0", "method": message.method, "params": dict(message.params)}
    return payload | ({"id": request_id} if request_id else {})


def _event(payload: dict[str, Any]) -> str:
    return f"event: message\ndata: {json.dumps(payload)}\n\n"
