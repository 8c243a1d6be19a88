"""The Flask application of the control API: one route for each row of the table."""

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from simulator.control import guard, problems, processes
from simulator.control.table import CONTROL_API
from simulator.db.outages import explain_outage
from simulator.errors import SimulatorError
from simulator.journal.masking import masked_text, one_line
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web import unreadable
from simulator.web.application import format_traceback
from simulator.web.endpoints import add_routes
from simulator.web.rules import LazyRule

_LARGEST = 2 * 1024 * 1024
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

log = logging.getLogger("simulator.control")


def create_app(simulator: Simulator) -> Flask:
    """Create the application that controls a simulator; it has no session and no cookies.

    Args:
        simulator: the simulator.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_rule_class = LazyRule
    _add_errors(app)

    @app.before_request
    def _guard() -> None:
        if unreadable.KEY in request.environ:
            unreadable.refuse(request.environ)
        guard.check(request, simulator.world.settings.control_token)
        simulator.refresh()

    add_routes(app, CONTROL_API, lambda _endpoint: simulator)

    @app.after_request
    def _finish(answer: Response) -> Response:
        answer.headers.extend(_HEADERS)
        if unreached := processes.name_unreached(simulator):
            answer.headers[processes.UNREACHED] = unreached
        log.info("%s %s", _loggable(), answer.status_code)
        return answer

    return app


def _add_errors(app: Flask) -> None:
    app.register_error_handler(SimulatorError, problems.refuse)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        allowed = {name: text for name, text in error.get_headers() if name == "Allow"}
        return problems.render(status, _sentence(status, error), allowed)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("%s failed\n%s", _loggable(), format_traceback(error))
        if sentence := explain_outage(error):
            return problems.render(503, sentence)
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
