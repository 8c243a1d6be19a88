"""Streamable HTTP: answer the body of one POST (MCP transports)."""

import logging
from collections.abc import Generator
from functools import partial
from typing import Any

from flask import Response, current_app, jsonify, request
from mcp_types import InitializeResult
from pydantic import BaseModel

from simulator.domain import cancellations
from simulator.domain.request_context import Session
from simulator.errors import SimulatorError
from simulator.systems.mcp import batches, messages, protocol, sessions, streams
from simulator.systems.mcp.cancellation import Cancellation, Cancelled
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.dialect import Dialect, detect_dialect
from simulator.systems.mcp.errors import (
    RpcError,
    build_internal_error,
    build_response,
    find_rule_error,
)
from simulator.systems.mcp.negotiation import Accepted
from simulator.systems.mcp.pending import PendingRequests
from simulator.systems.mcp.service import Conversation, Service
from simulator.validation.media_types import is_json
from simulator.web.application import format_traceback
from simulator.world import World

_log = logging.getLogger("simulator.mcp")


def answer(world: World, service: Service, body: bytes) -> Response:
    """Answer a message, or a batch of them where that is allowed.

    Args:
        world: shared by all systems.
        service: answers the requests.
        body: the body of the HTTP request.

    Raises:
        RpcError: the body, its announcement, its session or its request is refused.
    """
    if not is_json(request.content_type):
        raise RpcError(
            Code.UNSUPPORTED_MEDIA_TYPE, "Send the message as Content-Type: application/json."
        )
    content = messages.load(body)
    if isinstance(content, list):
        return _Exchange(world, service).batch(content)
    message = messages.check(content)
    return _Exchange(world, service).single(message)


class _Exchange:
    """One POST.

    Args:
        world: shared by all systems.
        service: answers the requests.
    """

    def __init__(self, world: World, service: Service) -> None:
        self._world, self._service = world, service
        self._pending: PendingRequests = current_app.extensions["simulator.pending"]
        self._arrived: int | None = request.environ.get(cancellations.ARRIVED)

    def single(self, message: dict[str, Any]) -> Response:
        """Answer one message."""
        session = None if message.get("method") == "initialize" else self._session()
        dialect = detect_dialect(message, request.headers, session)
        if not messages.is_request(message):
            self._handle_notification(message, session)
            return Response(status=202)
        accepted = Accepted.check()
        outcome = self._outcome(message, dialect)
        reply = partial(self._reply, message, dialect)
        if isinstance(outcome, Generator):
            cancellation = self._cancellation(message, session)
            return self._converse(outcome, reply, accepted, cancellation)
        response = accepted.send(reply(outcome))
        if isinstance(outcome, InitializeResult):
            capabilities = message["params"].get("capabilities", {})
            response.headers[sessions.HEADER] = sessions.begin(
                self._world, self._service, capabilities, outcome.protocol_version
            )
        return response

    def batch(self, contents: list[Any]) -> Response:
        """Answer a batch: each request on its own, in order (MCP 2025-03-26, JSON-RPC 2.0 §6).

        Without a response there is 202.
        """
        session = batches.check(contents, request.headers, self._session())
        accepted = Accepted.read()
        if any(isinstance(each, dict) and messages.is_request(each) for each in contents):
            accepted = Accepted.check()
        members = (self._member(content, session) for content in contents)
        answers = [each for each in members if each is not None]
        return accepted.send(answers) if answers else Response(status=202)

    def _member(self, content: Any, session: Session) -> dict[str, Any] | None:
        """Return the response to one member of a batch; None where there is none."""
        try:
            message = batches.check_member(content)
            dialect = detect_dialect(message, request.headers, session)
            if messages.is_request(message):
                outcome = self._outcome(message, dialect)
                if isinstance(outcome, Generator):
                    outcome = streams.drain(outcome, self._cancellation(message, session))
                response = self._reply(message, dialect, outcome)
            else:
                self._handle_notification(message, session)
                response = None
        except Cancelled:
            return None
        except Exception as error:
            self._world.db.rollback()
            known = find_rule_error(error) if isinstance(error, SimulatorError) else None
            if known is None:
                _log.error("a member of a batch failed\n%s", format_traceback(error))
            return build_response(messages.get_id(content), known or build_internal_error(error))
        self._world.db.commit()  # what a later member does wrong must not undo this one
        return response

    def _outcome(self, message: dict[str, Any], dialect: Dialect) -> BaseModel | Conversation:
        self._service.admit(message)
        return protocol.answer(self._service, dialect, message)

    def _reply(
        self, message: dict[str, Any], dialect: Dialect, outcome: BaseModel | RpcError
    ) -> dict[str, Any]:
        """Return the response to a request, in the shape of the client's revision."""
        if isinstance(outcome, RpcError):
            return build_response(message["id"], outcome)
        shaped = protocol.shape(self._service, dialect, message["method"], outcome)
        return build_response(message["id"], shaped)

    def _session(self) -> Session | None:
        """Return the session that the request names, if it names one."""
        return sessions.check(self._service) if request.headers.get(sessions.HEADER) else None

    def _handle_notification(self, message: dict[str, Any], session: Session | None) -> None:
        """Handle a notification, or the client's response to a request."""
        if "method" not in message:
            self._pending.deliver(message)
        elif message["method"] == "notifications/cancelled" and session:
            request_id = message.get("params", {}).get("requestId")
            if messages.is_id(request_id):
                cancellations.cancel(self._world, session.id_hash, request_id)

    def _converse(
        self,
        conversation: Conversation,
        reply: streams.Reply,
        accepted: Accepted,
        cancellation: Cancellation,
    ) -> Response:
        """Answer a call: as a stream, if it sends messages first and the client accepts one."""
        if not accepted.stream:
            try:
                return jsonify(reply(streams.drain(conversation, cancellation)))
            except Cancelled:
                raise RpcError(Code.CANCELLED, "The call was cancelled, as asked.") from None
        try:
            first = streams.start(conversation, cancellation)
        except Cancelled:
            return streams.events([])
        if isinstance(first, BaseModel):
            return accepted.send(reply(first))
        return streams.Stream(
            conversation=conversation,
            reply=reply,
            pending=self._pending,
            cancellation=cancellation,
            db=self._world.db,
        ).response(first)

    def _cancellation(self, message: dict[str, Any], session: Session | None) -> Cancellation:
        newest = session.newest_cancellation if session else 0
        return Cancellation(
            world=self._world,
            environ=request.environ,
            request_id=message["id"],
            session_hash=session.id_hash if session else None,
            since=newest if self._arrived is None else self._arrived,
            was_held_up=self._arrived is not None and self._arrived < newest,
        )
