"""What every Flask application here shares: unit of work, cookies, headers, errors, health."""

import logging
import traceback
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from simulator.errors import SimulatorError
from simulator.world import World

#: Renders an error in the shape of the system that was asked: (status, title, sentence).
ErrorPage = Callable[[int, str, str], Response | tuple[Any, int]]

_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def furnish(app: Flask, world: World, system: str, *, error_page: ErrorPage) -> None:
    """Give a system's Flask application what all of them have.

    Args:
        app: the application, before its first request.
        world: shared by all systems.
        system: its name; names the session cookie, because cookies ignore ports.
        error_page: renders errors in this system's own shape.
    """
    slug = system.replace(":", "_").replace(".", "_")
    app.config.update(
        SECRET_KEY=world.keys.derive(f"session:{system}"),
        SESSION_COOKIE_NAME=f"_{slug}_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=world.settings.layout == "names",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # the session's own length is the limit
    )
    log = logging.getLogger(f"simulator.{slug}")
    _add_unit_of_work(app, world)
    _add_errors(app, world, log, error_page)

    @app.after_request
    def _finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("X-Request-Id", g.request_id)
        if response.mimetype in ("text/html", "application/json"):
            response.headers.setdefault("Cache-Control", "no-store")
        log.info("%s %s %s %s", g.request_id, request.method, _loggable(), response.status_code)
        return response

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that this system answers (our choice; the real ones have no such page)."""
        return {"system": system, "status": "ok"}


def _loggable() -> str:
    """The path without what is secret in it; query strings carry codes, states and tokens."""
    secret = (request.view_args or {}).get("secret")
    return request.path.replace(str(secret), "…") if secret else request.path


def _report(error: Exception) -> str:
    """The traceback as text; its frames are emptied, for a half-read query in one holds a lock."""
    text = "".join(traceback.format_exception(error))
    traceback.clear_frames(error.__traceback__)
    return text


def _add_unit_of_work(app: Flask, world: World) -> None:
    @app.before_request
    def _open() -> None:
        g.request_id = uuid4().hex
        g.outer_unit = world.db.enter()
        g.unit_open = True

    @app.after_request
    def _commit(response: Response) -> Response:
        # What an error handler answered was rolled back already; there is nothing left to keep.
        if g.get("unit_open"):
            world.db.commit()
        return response

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        if g.pop("unit_open", False):
            world.db.leave(g.outer_unit)


def _add_errors(app: Flask, world: World, log: logging.Logger, error_page: ErrorPage) -> None:
    @app.errorhandler(SimulatorError)
    def _ours(error: SimulatorError) -> Any:
        world.db.rollback()
        return error_page(error.status, "That did not work", str(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.response is not None:  # a redirect or an answer made elsewhere
            return error
        status = error.code or 500
        return error_page(status, error.name, error.description or error.name)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Any:
        world.db.rollback()
        log.error("%s failed\n%s", g.get("request_id", "-"), _report(error))
        return error_page(
            500,
            "Something went wrong",
            f"The simulator failed; its log has the details (request {g.get('request_id', '-')}).",
        )
