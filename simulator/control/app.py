"""The Flask application of the control API: one route for each row of the table."""

import json
import logging
from typing import Any

from flask import Flask, Response, request
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException

from simulator.control import guard, problems, reading
from simulator.control.operations import Nothing, Operation, Reply
from simulator.control.problems import Problem
from simulator.control.table import OPERATIONS
from simulator.errors import FieldError, SimulatorError
from simulator.journal.masking import masked_text, one_line
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web import unreadable
from simulator.web.application import format_traceback

_LARGEST = 2 * 1024 * 1024
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

log = logging.getLogger("simulator.control")


def create_app(simulator: Simulator) -> Flask:
    """Create the application that controls a simulator; it has no session and no cookies.

    Args:
        simulator: the simulator.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST
    _add_errors(app)

    @app.before_request
    def _guard() -> None:
        unreadable.check(request.environ)
        guard.check(request, simulator.world.settings.control_token)

    for operation in OPERATIONS:
        app.add_url_rule(
            operation.rule,
            f"{operation.method} {operation.path}",
            _view(simulator, operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )

    @app.after_request
    def _finish(answer: Response) -> Response:
        answer.headers.extend(_HEADERS)
        log.info("%s %s", _loggable(), answer.status_code)
        return answer

    return app


def _view(simulator: Simulator, operation: Operation) -> Any:
    def view(**arguments: Any) -> Response:
        given = reading.query(request.args.items(multi=True), operation.query or Nothing)
        sent = reading.body(request.get_data(), operation.body or Nothing)
        if operation.query:
            arguments["query"] = given
        if operation.body:
            arguments["body"] = sent
        return _answer(operation(simulator, **arguments))

    return view


def _answer(reply: Reply) -> Response:
    if reply.value is None:
        return Response(status=204)
    status = reply.status or 200
    if isinstance(reply.value, str):
        return Response(reply.value, status=status, mimetype="text/plain")
    value = reply.value
    document = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    answer = Response(json.dumps(document), status=status, mimetype="application/json")
    if reply.location is not None:
        answer.headers["Location"] = CONTROL_PATH + reply.location
    return answer


def _add_errors(app: Flask) -> None:
    @app.errorhandler(Problem)
    def _problem(error: Problem) -> Response:
        return problems.render(error.status, str(error), error.headers, **error.members)

    @app.errorhandler(FieldError)
    def _field(error: FieldError) -> Response:
        mistakes = [{"pointer": f"/{error.field}", "detail": error.message}]
        return problems.render(error.status, error.message, errors=mistakes)

    @app.errorhandler(SimulatorError)
    def _ours(error: SimulatorError) -> Response:
        return problems.render(error.status, str(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        allowed = {name: text for name, text in error.get_headers() if name == "Allow"}
        return problems.render(status, _sentence(status, error), allowed)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("%s failed\n%s", _loggable(), format_traceback(error))
        return problems.render(500, "The simulator failed; its log has the details.")


def _loggable() -> str:
    """The request in one line, without secrets; names of snapshots are the caller's to choose."""
    return one_line(f"{request.method} {masked_text(request.path)}")


def _sentence(status: int, error: HTTPException) -> str:
    path = one_line(request.path)
    if status == 404:
        return f"There is nothing at {path}. {CONTROL_PATH} lists what there is."
    if status == 405:
        return f"{path} does not take {request.method}; the Allow header says what it does."
    if status == 413:
        return f"The body is longer than {_LARGEST} bytes."
    return str(error.description or error.name)
