"""Streamable HTTP: answer the body of one POST (MCP transports)."""

import logging
from collections.abc import Generator
from typing import Any

from flask import Response, current_app, jsonify, request

from simulator.domain import cancellations
from simulator.systems.mcp import batches, messages, negotiation, protocol, sessions, streams
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.dialect import detect_dialect
from simulator.systems.mcp.disconnect import is_disconnected
from simulator.systems.mcp.errors import RpcError, build_internal_error, build_response
from simulator.systems.mcp.pending import PendingRequests
from simulator.systems.mcp.service import Caller, Service
from simulator.systems.mcp.sessions import Holder, McpSession
from simulator.validation.media_types import is_json
from simulator.web.application import detach_unit, format_traceback
from simulator.world import World

SESSION = "Mcp-Session-Id"
_log = logging.getLogger("simulator.mcp")


def answer(world: World, service: Service, holder: Holder, body: bytes) -> Response:
    """Answer a message, or a batch of them where that is allowed.

    Args:
        world: shared by all systems.
        service: answers the requests.
        holder: of the sessions that may be used.
        body: of the HTTP request.

    Raises:
        RpcError: the body, its announcement, its session or its request is refused.
    """
    if not is_json(request.content_type):
        raise RpcError(
            Code.UNSUPPORTED_MEDIA_TYPE, "Send the message as Content-Type: application/json."
        )
    content = messages.load(body)
    exchange = _Exchange(world, service, holder)
    if isinstance(content, list):
        return exchange.batch(content)
    return exchange.single(messages.check(content))


class _Exchange:
    """One POST.

    Args:
        world: shared by all systems.
        service: answers the requests.
        holder: of the sessions that may be used.
    """

    def __init__(self, world: World, service: Service, holder: Holder) -> None:
        self._world, self._service, self._holder = world, service, holder
        self._pending: PendingRequests = current_app.extensions["simulator.pending"]
        self._arrived: int | None = request.environ.get(cancellations.ARRIVED)

    def single(self, message: dict[str, Any]) -> Response:
        """Answer one message."""
        session = None if message.get("method") == "initialize" else self._session()
        dialect = detect_dialect(message, request.headers, session)
        if not messages.is_request(message):
            self._handle_notification(message, session)
            return Response(status=202)
        negotiation.check_accept()
        outcome = self._outcome(message, Caller(dialect=dialect, ip_address=_caller_address()))
        if isinstance(outcome, Generator):
            return self._stream_response(outcome, message, session)
        response = negotiation.send(build_response(message["id"], outcome))
        if message["method"] == "initialize":
            capabilities = message["params"].get("capabilities", {})
            response.headers[SESSION] = sessions.begin(
                self._world, self._holder, capabilities, outcome["protocolVersion"]
            )
        return response

    def batch(self, contents: list[Any]) -> Response:
        """Answer a batch: each request on its own, in order (MCP 2025-03-26, JSON-RPC 2.0 §6)."""
        session = batches.check(contents, request.headers, self._session())
        if any(isinstance(each, dict) and messages.is_request(each) for each in contents):
            negotiation.check_accept()
        answers = [self._member(content, session) for content in contents]
        return negotiation.send_all([each for each in answers if each is not None])

    def _member(self, content: Any, session: McpSession) -> dict[str, Any] | None:
        """Return the response to one member of a batch; None where there is none."""
        try:
            message = batches.check_member(content)
            dialect = detect_dialect(message, request.headers, session)
            if messages.is_request(message):
                caller = Caller(dialect=dialect, ip_address=_caller_address())
                outcome = self._outcome(message, caller)
                if isinstance(outcome, Generator):
                    outcome = streams.drain(outcome, self._is_cancelled(message, session))
                response = build_response(message["id"], outcome)
            else:
                self._handle_notification(message, session)
                response = None
        except streams.Cancelled:
            return None
        except RpcError as error:
            self._world.db.rollback()
            return build_response(messages.get_id(content), error)
        except Exception as error:
            self._world.db.rollback()
            _log.error("a member of a batch failed\n%s", format_traceback(error))
            return build_response(messages.get_id(content), build_internal_error())
        self._world.db.commit()  # what a later member does wrong must not undo this one
        return response

    def _outcome(
        self, message: dict[str, Any], caller: Caller
    ) -> dict[str, Any] | protocol.ResultStream:
        self._service.admit(message)
        return protocol.answer(self._service, caller, message)

    def _session(self) -> McpSession | None:
        """Return the session that the request names, if it names one."""
        session_id = request.headers.get(SESSION)
        if not session_id:
            return None
        if self._arrived is None:
            self._arrived = cancellations.get_latest_id(self._world)
        return sessions.find(self._world, self._holder, session_id)

    def _handle_notification(self, message: dict[str, Any], session: McpSession | None) -> None:
        """Handle a notification, or the client's response to a request."""
        if "method" not in message:
            self._pending.deliver(message)
        elif message["method"] == "notifications/cancelled" and session:
            request_id = message.get("params", {}).get("requestId")
            if messages.is_id(request_id):
                cancellations.cancel(self._world, session.id_hash, request_id)

    def _stream_response(
        self,
        result_stream: protocol.ResultStream,
        message: dict[str, Any],
        session: McpSession | None,
    ) -> Response:
        """Answer a call: as a stream, if it sends messages first and the client accepts one."""
        is_cancelled = self._is_cancelled(message, session)

        def enveloped(outcome: dict[str, Any] | RpcError) -> dict[str, Any]:
            return build_response(message["id"], outcome)

        if not negotiation.is_accepted(streams.MIMETYPE):
            try:
                return jsonify(enveloped(streams.drain(result_stream, is_cancelled)))
            except streams.Cancelled:
                raise RpcError(Code.CANCELLED, "The call was cancelled, as asked.") from None
        try:
            first = streams.start(result_stream, is_cancelled)
        except streams.Cancelled:
            return streams.events([])
        if isinstance(first, dict):
            return negotiation.send(enveloped(first))
        return streams.Stream(
            result_stream=result_stream,
            envelope=enveloped,
            pending=self._pending,
            is_cancelled=is_cancelled,
            db=self._world.db,
            unit=detach_unit(self._world),
        ).response(first)

    def _is_cancelled(
        self, message: dict[str, Any], session: McpSession | None
    ) -> streams.IsCancelled:
        """Return a check whether a call was cancelled, by notification or by disconnecting."""
        world, environ = self._world, request.environ
        request_id, since = message["id"], self._arrived or 0
        session_hash = session.id_hash if session else None

        def is_cancelled() -> bool:
            return is_disconnected(environ) or (
                session_hash is not None
                and cancellations.is_cancelled(world, session_hash, request_id, since)
            )

        return is_cancelled


def _caller_address() -> str:
    return request.remote_addr or "in-process"
