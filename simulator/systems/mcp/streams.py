"""Send what a call yields to the client: as server-sent events, or its result alone."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from simulator.db import Database
from simulator.systems.mcp.errors import RpcError, build_internal_error
from simulator.systems.mcp.pending import (
    PendingRequests,
    RequestFailed,
    ResponseQueue,
    wait_for_result,
)
from simulator.systems.mcp.protocol import ResultStream
from simulator.systems.mcp.service import Checkpoint, Notification, ServerRequest
from simulator.web.application import format_traceback

MIMETYPE = "text/event-stream"
_log = logging.getLogger("simulator.mcp")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

#: Makes a JSON-RPC response out of a result or an error.
Envelope = Callable[[dict[str, Any] | RpcError], dict[str, Any]]
#: Whether the client cancelled; checked between two steps, in the unit of work.
IsCancelled = Callable[[], bool]


class Cancelled(Exception):
    """The client cancelled the call, or hung up: it has stopped, and gets no answer."""


def advance(
    result_stream: ResultStream, step: Callable[[], Any], is_cancelled: IsCancelled
) -> Notification | ServerRequest | dict[str, Any]:
    """Advance a stream; return the next message for the client, or the result.

    Args:
        result_stream: what a call yields.
        step: its first step from here, such as `next`.
        is_cancelled: checked wherever the call can stop.

    Raises:
        Cancelled: it was cancelled, and is closed now.
        RpcError: as the call does.
    """
    try:
        message = step()
        while True:
            if is_cancelled():
                result_stream.close()
                raise Cancelled
            if not isinstance(message, Checkpoint):
                return message  # type: ignore[no-any-return]
            message = next(result_stream)
    except StopIteration as end:
        result: dict[str, Any] = end.value
        return result


def start(
    result_stream: ResultStream, is_cancelled: IsCancelled
) -> Notification | ServerRequest | dict[str, Any]:
    """Start a stream; return its first message, or its result if there is no message before.

    Raises:
        Cancelled: the client cancelled it before.
        RpcError: as the call does.
    """
    return advance(result_stream, partial(next, result_stream), is_cancelled)


def drain(result_stream: ResultStream, is_cancelled: IsCancelled) -> dict[str, Any]:
    """Run a stream to its end and return the result, for a client that does not accept a stream.

    Notifications are dropped, and requests to the client fail.

    Raises:
        Cancelled: the client cancelled it.
        RpcError: as the call does.
    """
    message = start(result_stream, is_cancelled)
    while not isinstance(message, dict):
        step = partial(next, result_stream)
        if isinstance(message, ServerRequest):
            refusal = RequestFailed(
                "This client does not accept a stream, on which it could be asked."
            )
            step = partial(result_stream.throw, refusal)
        message = advance(result_stream, step, is_cancelled)
    return message


@dataclass(frozen=True, kw_only=True)
class Stream:
    """The rest of a result stream as server-sent events, one JSON-RPC message each.

    Attributes:
        result_stream: whose first message was read.
        envelope: makes the last message.
        pending: the requests to the client that wait for their responses.
        is_cancelled: whether the client cancelled the call.
        db: of the unit of work.
        unit: the request's unit of work, closed at the end; it holds no lock between events.
    """

    result_stream: ResultStream
    envelope: Envelope
    pending: PendingRequests
    is_cancelled: IsCancelled
    db: Database
    unit: Session

    def response(self, first: Notification | ServerRequest) -> Response:
        """Return the HTTP response that streams."""
        return Response(self._events(first), mimetype=MIMETYPE, headers=_HEADERS)

    def _events(self, message: Notification | ServerRequest | dict[str, Any]) -> Iterator[str]:
        try:
            while not isinstance(message, dict):
                if isinstance(message, ServerRequest):
                    with self.pending.open_request() as (request_id, responses):
                        yield _event(_message(message, request_id))
                        message = self._resume(responses)
                else:
                    yield _event(_message(message))
                    message = self._advance(partial(next, self.result_stream))
            yield _event(self.envelope(message))
        except Cancelled:
            return  # without an answer (MCP, utilities/cancellation)
        except RpcError as error:
            yield _event(self.envelope(error))
        except Exception as error:
            # The status is sent already: what is left is a JSON-RPC error.
            _log.error(
                "a tool call failed in the middle of its answer\n%s", format_traceback(error)
            )
            self.unit.rollback()
            yield _event(self.envelope(build_internal_error()))
        finally:
            with self.db.attach(self.unit):
                self.result_stream.close()
            self.unit.close()

    def _resume(self, responses: ResponseQueue) -> Notification | ServerRequest | dict[str, Any]:
        try:
            reply = wait_for_result(responses)
        except RequestFailed as refusal:
            return self._advance(partial(self.result_stream.throw, refusal))
        return self._advance(partial(self.result_stream.send, reply))

    def _advance(self, step: Callable[[], Any]) -> Notification | ServerRequest | dict[str, Any]:
        with self.db.attach(self.unit):
            return advance(self.result_stream, step, self.is_cancelled)


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
