"""Carry a conversation to the client: as server-sent events, or as its answer alone."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from simulator.db import Database
from simulator.systems.mcp.errors import RpcError, internal_error
from simulator.systems.mcp.inflight import Box, InFlight, NoAnswer, result_of
from simulator.systems.mcp.protocol import Telling
from simulator.systems.mcp.service import Checkpoint, Notice, Question
from simulator.web.application import trace

MIMETYPE = "text/event-stream"
_log = logging.getLogger("simulator.mcp")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

#: Makes a JSON-RPC response out of a result or an error.
Envelope = Callable[[dict[str, Any] | RpcError], dict[str, Any]]
#: Whether the client wants no answer any more; asked between two steps, in the unit of work.
IsCancelled = Callable[[], bool]


class Cancelled(Exception):
    """The client cancelled the call, or hung up: it has stopped, and gets no answer."""


def advance(
    telling: Telling, step: Callable[[], Any], is_cancelled: IsCancelled
) -> Notice | Question | dict[str, Any]:
    """Go on with a conversation: what it says next, or its result.

    Args:
        telling: the conversation.
        step: its first step from here, such as `next`.
        is_cancelled: asked wherever the call can stop.

    Raises:
        Cancelled: it was cancelled, and is closed now.
        RpcError: as the conversation does.
    """
    try:
        said = step()
        while True:
            if is_cancelled():
                telling.close()
                raise Cancelled
            if not isinstance(said, Checkpoint):
                return said  # type: ignore[no-any-return]
            said = next(telling)
    except StopIteration as end:
        result: dict[str, Any] = end.value
        return result


def opened(telling: Telling, is_cancelled: IsCancelled) -> Notice | Question | dict[str, Any]:
    """Start a conversation: its first word, or its result if it says nothing before.

    Raises:
        Cancelled: the client cancelled it before.
        RpcError: as the conversation does.
    """
    return advance(telling, partial(next, telling), is_cancelled)


def alone(telling: Telling, is_cancelled: IsCancelled) -> dict[str, Any]:
    """The result for a client that takes no stream: notices are dropped, questions unanswerable.

    Raises:
        Cancelled: the client cancelled it.
        RpcError: as the conversation does.
    """
    said = opened(telling, is_cancelled)
    while not isinstance(said, dict):
        step = partial(next, telling)
        if isinstance(said, Question):
            refusal = NoAnswer("This client takes no stream to be asked on.")
            step = partial(telling.throw, refusal)
        said = advance(telling, step, is_cancelled)
    return said


@dataclass(frozen=True, kw_only=True)
class Stream:
    """The rest of a conversation as a stream of events, one JSON-RPC message each.

    Attributes:
        telling: the conversation, of which the first word was heard.
        envelope: makes the last message.
        inflight: where the client's answers arrive.
        is_cancelled: whether the client cancelled the call.
        db: of the unit of work.
        unit: the request's unit of work, closed at the end; it holds no lock between events.
    """

    telling: Telling
    envelope: Envelope
    inflight: InFlight
    is_cancelled: IsCancelled
    db: Database
    unit: Session

    def response(self, first: Notice | Question) -> Response:
        """What the endpoint answers."""
        return Response(self._events(first), mimetype=MIMETYPE, headers=_HEADERS)

    def _events(self, said: Notice | Question | dict[str, Any]) -> Iterator[str]:
        try:
            while not isinstance(said, dict):
                if isinstance(said, Question):
                    with self.inflight.question() as (question_id, box):
                        yield _event(_message(said, question_id))
                        said = self._replied(box)
                else:
                    yield _event(_message(said))
                    said = self._go_on(partial(next, self.telling))
            yield _event(self.envelope(said))
        except Cancelled:
            return  # without an answer (MCP, utilities/cancellation)
        except RpcError as error:
            yield _event(self.envelope(error))
        except Exception as error:
            # The status is sent already: what is left is to say so in the client's own words.
            _log.error("a tool call failed in the middle of its answer\n%s", trace(error))
            self.unit.rollback()
            yield _event(self.envelope(internal_error()))
        finally:
            with self.db.attach(self.unit):
                self.telling.close()
            self.unit.close()

    def _replied(self, box: Box) -> Notice | Question | dict[str, Any]:
        try:
            reply = result_of(box)
        except NoAnswer as refusal:
            return self._go_on(partial(self.telling.throw, refusal))
        return self._go_on(partial(self.telling.send, reply))

    def _go_on(self, step: Callable[[], Any]) -> Notice | Question | dict[str, Any]:
        with self.db.attach(self.unit):
            return advance(self.telling, step, self.is_cancelled)


def events(payloads: Iterable[dict[str, Any]]) -> Response:
    """Whole messages as a stream; none for a call that was cancelled."""
    return Response("".join(map(_event, payloads)), mimetype=MIMETYPE, headers=_HEADERS)


def _message(said: Notice | Question, question_id: str | None = None) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "method": said.method, "params": dict(said.params)}
    return message | ({"id": question_id} if question_id else {})


def _event(payload: dict[str, Any]) -> str:
    return f"event: message\ndata: {json.dumps(payload)}\n\n"
