"""Carry a conversation to the client: as server-sent events, or as its answer alone."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Any

from flask import Response
from mcp_types import INTERNAL_ERROR
from sqlalchemy.orm import Session

from simulator.db import Database
from simulator.mcp.errors import RpcError
from simulator.mcp.inflight import Box, InFlight, NoAnswer, result_of
from simulator.mcp.protocol import Telling
from simulator.mcp.service import Notice, Question

MIMETYPE = "text/event-stream"
_log = logging.getLogger("simulator.mcp")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

#: Makes a JSON-RPC response out of a result or an error.
Envelope = Callable[[dict[str, Any] | RpcError], dict[str, Any]]


def alone(telling: Telling) -> dict[str, Any]:
    """The result for a client that takes no stream: notices are dropped, questions unanswerable.

    Raises:
        RpcError: as the conversation does.
    """
    try:
        said = next(telling)
        while True:
            if isinstance(said, Question):
                said = telling.throw(NoAnswer("This client takes no stream to be asked on."))
            else:
                said = next(telling)
    except StopIteration as end:
        result: dict[str, Any] = end.value
        return result


def opened(telling: Telling) -> Notice | Question | dict[str, Any]:
    """Start a conversation: its first word, or its result if it says nothing before.

    Raises:
        RpcError: as the conversation does.
    """
    try:
        return next(telling)
    except StopIteration as end:
        result: dict[str, Any] = end.value
        return result


@dataclass(frozen=True, kw_only=True)
class Stream:
    """The rest of a conversation as a stream of events, one JSON-RPC message each.

    Attributes:
        telling: the conversation, of which the first word was heard.
        envelope: makes the last message.
        inflight: where the client's answers arrive.
        call: entered while the stream is open; tells whether the client cancelled.
        db: of the unit of work.
        unit: the request's unit of work, closed at the end; it holds no lock between events.
    """

    telling: Telling
    envelope: Envelope
    inflight: InFlight
    call: AbstractContextManager[Event]
    db: Database
    unit: Session

    def response(self, first: Notice | Question) -> Response:
        """What the endpoint answers."""
        return Response(self._events(first), mimetype=MIMETYPE, headers=_HEADERS)

    def _events(self, said: Notice | Question | dict[str, Any]) -> Iterator[str]:
        try:
            with self.call as cancelled:
                while not isinstance(said, dict):
                    if cancelled.is_set():
                        return  # without an answer (MCP, utilities/cancellation)
                    if isinstance(said, Question):
                        with self.inflight.question() as (question_id, box):
                            yield _event(_message(said, question_id))
                            said = self._replied(box)
                    else:
                        yield _event(_message(said))
                        said = self._go_on(partial(next, self.telling))
            yield _event(self.envelope(said))
        except RpcError as error:
            yield _event(self.envelope(error))
        except Exception:
            # The status is sent already: what is left is to say so in the client's own words.
            _log.exception("a tool call failed in the middle of its answer")
            self.unit.rollback()
            sentence = "The simulator failed; its log has the details."
            yield _event(self.envelope(RpcError(INTERNAL_ERROR, sentence)))
        finally:
            with self.db.resumed(self.unit):
                self.telling.close()
            self.unit.close()

    def _replied(self, box: Box) -> Notice | Question | dict[str, Any]:
        try:
            reply = result_of(box)
        except NoAnswer as refusal:
            return self._go_on(partial(self.telling.throw, refusal))
        return self._go_on(partial(self.telling.send, reply))

    def _go_on(
        self, advance: Callable[[], Notice | Question]
    ) -> Notice | Question | dict[str, Any]:
        """What the conversation says next, or its result."""
        with self.db.resumed(self.unit):
            try:
                return advance()
            except StopIteration as end:
                result: dict[str, Any] = end.value
                return result


def one_event(payload: dict[str, Any]) -> Response:
    """A single message as a stream, for a client that takes nothing else."""
    return Response(_event(payload), mimetype=MIMETYPE, headers=_HEADERS)


def _message(said: Notice | Question, question_id: str | None = None) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "method": said.method, "params": dict(said.params)}
    return message | ({"id": question_id} if question_id else {})


def _event(payload: dict[str, Any]) -> str:
    return f"event: message\ndata: {json.dumps(payload)}\n\n"
