"""What every Flask application here shares: unit of work, cookies, headers, errors, health."""

import logging
import traceback
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, flash, g, request, session
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from simulator.db.claim import DELETED_MEANWHILE
from simulator.db.conflicts import is_conflict, is_gone
from simulator.db.outages import explain_outage
from simulator.errors import LONGEST, SimulatorError
from simulator.journal.masking import masked_text, one_line
from simulator.validation.parsing import shorten
from simulator.web import headless, posted_pages, static_files, unreadable
from simulator.web.environ import FAULT_REFUSED, REFUSAL
from simulator.web.rules import LazyRule
from simulator.web.session_cookie import Sessions
from simulator.world import World, world_id

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Renders an error in the shape of the system that was asked: (status, title, sentence).
ErrorPage = Callable[[int, str, str], Response | tuple[Any, int]]

_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_WORLD_EXTENSION = "simulator.world"
#: Where cookies are in the environment of a request (PEP 3333).
_COOKIE = "HTTP_COOKIE"
_WORLD = "_world"
_RESET = "The sandbox was reset since you were here: everybody is signed out. Sign in again."
_RESET_FORM = (
    "The sandbox was reset since this page was opened: everybody is signed out, and what the form "
    "was about may be gone. Nothing was saved: sign in again and open the page anew. An "
    "application that sent you here has to send you once more."
)
_OLD_FORM = (
    "Since this page was opened you signed in or out, or the sandbox was started anew or reset; or "
    "the form came from another site. Nothing was saved: go back, reload the page and send the "
    "form again."
)
_CHANGED = (
    "Somebody else changed the same thing at the same moment, so that nothing was saved. Reload "
    "the page, and try again."
)
_LONGEST_LINE = 2000
#: Where Flask keeps in a session what was flashed and is not shown yet.
FLASHED = "_flashes"
#: Requests of these methods mostly read (RFC 9110 §9.2.1).
_READING = ("GET", "HEAD", "OPTIONS")
#: Views and what is around them, of one system.
_MOST_FUNCTIONS = 4096
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class _CompiledTemplates(FileSystemBytecodeCache):
    """Templates that this user's earlier processes compiled: no first page waits for it again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one, unless the folder is full or was tidied away: then it is compiled anew."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled_templates() -> _CompiledTemplates | None:
    """In the system's temporary folder, if there is one that belongs to this user alone."""
    try:
        return _CompiledTemplates()
    except (OSError, RuntimeError):
        return None


class _Id(IntegerConverter):
    """Numbers in paths, each with one spelling; none is too large for a database."""

    regex = r"0|[1-9][0-9]{0,8}"


def configure_app(
    app: Flask,
    world: World,
    system: str,
    *,
    error_page: ErrorPage,
    reads_first: Collection[str] | None = (),
) -> None:
    """Give a system's Flask application what all of them have.

    Args:
        app: the application, before its first request.
        world: shared by all systems.
        system: its name; names the session cookie, because cookies ignore ports.
        error_page: renders errors in this system's own shape.
        reads_first: paths where a POST changes rows conditionally, however outdated what it read
            may be, None for all of them; as GET does at every path, it takes SQLite's write lock
            when it writes (`Database.unit`).
    """
    app.extensions[_WORLD_EXTENSION] = world
    slug = system.replace(":", "_").replace(".", "_")
    app.config.update(
        SECRET_KEY=world.keys.derive(f"session:{system}"),
        # Cookies ignore ports: each system and each sandbox of a machine has a name of its own.
        SESSION_COOKIE_NAME=f"_{slug}_session_{world.keys.derive('cookie-name').hex()[:8]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # the session's own length is the limit
    )
    app.jinja_env.bytecode_cache = _compiled_templates()
    app.session_interface = Sessions()
    # Looking whether a function is asynchronous takes longer than most of ours.
    app.ensure_sync = lru_cache(_MOST_FUNCTIONS)(app.ensure_sync)  # type: ignore[method-assign]
    app.url_map.converters["int"] = _Id
    app.url_rule_class = LazyRule
    log = logging.getLogger(f"simulator.{slug}")
    _answer_in_units_of_work(app, world, reads_first)
    _refuse_outages_at_the_end(app)
    _add_errors(app, world, log, error_page)

    @app.before_request
    def _begin() -> None:
        environ = request.environ
        g.request_id = world.randomness.hex("request")
        if unreadable.KEY in environ:  # in this system's own shape, as what follows
            unreadable.refuse(environ)
        if _COOKIE in environ and not (request.endpoint or "").endswith("static"):
            _end_session_of_another_world(world)
        if FAULT_REFUSED in environ:
            raise SimulatorError(environ[FAULT_REFUSED])
        if status := environ.get(REFUSAL):
            error = HTTPException(HTTPStatus(status).description or HTTPStatus(status).phrase)
            error.code = status
            raise error

    @app.context_processor
    def _headless() -> dict[str, Markup]:
        return {"headless": headless.build_warning(world)}

    @app.after_request
    def _finish(response: Response) -> Response:
        _mark_session(world, response)
        # Before the answer goes out: what cannot be kept is an error, and is answered as one.
        try:
            world.db.commit()
        except Exception as error:
            if not (is_conflict(error) or isinstance(error, SimulatorError)):
                raise
            response = app.make_response(app.handle_user_exception(error))
        request_id = g.get("request_id", "-")
        if response.direct_passthrough:  # a file
            static_files.keep(response)
        _add_headers(response, request_id)
        if log.isEnabledFor(logging.INFO):
            line = one_line(f"{request.method} {_loggable()}")
            log.info("%s %s %s", request_id, line, response.status_code)
        return response

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say which system answers, and for which world (our choice)."""
        return {"system": system, "status": "ok", "world": world_id(world)}


def _add_headers(response: Response, request_id: str) -> None:
    """Add what every answer has, where the view did not say otherwise."""
    own = {name.lower() for name in response.headers.keys()}  # noqa: SIM118  # no dictionary
    for name, value in _HEADERS.items():
        if name.lower() not in own:
            response.headers.add(name, value)
    if "x-request-id" not in own:
        response.headers.add("X-Request-Id", request_id)
    if "cache-control" not in own and response.mimetype in ("text/html", "application/json"):
        response.headers.add("Cache-Control", "no-store")


def current_world() -> World:
    """Return the world of the application that is answering."""
    world: World = current_app.extensions[_WORLD_EXTENSION]
    return world


def configure_pages(app: Flask, world: World, system: str) -> None:
    """Configure what only systems with pages for people need.

    The style sheet that they have in common, `shared.static`; and answers to forms at addresses
    of their own. Call it after `configure_app`, so that those answers are finished like all others.

    Args:
        app: the application, before its first request.
        world: shared by all systems.
        system: its name.
    """
    posted_pages.install(app, world, system)
    static_files.install(app)
    folder = Path(__file__).parent / "static"
    app.register_blueprint(
        Blueprint("shared", __name__, static_folder=folder, static_url_path="/static/shared")
    )


def _loggable() -> str:
    """Return the path without its secret; query strings carry codes, states and tokens."""
    if request.url_rule is None:  # nobody knows what such a path holds
        first = masked_text(f"/{request.path.split('/')[1]}")
        return f"{first}/…" if request.path.count("/") > 1 else first
    secret = (request.view_args or {}).get("secret")
    return request.path.replace(str(secret), "…") if secret else request.path


def format_traceback(error: BaseException) -> str:
    """Return a traceback for the log, indented: no line of it can pass for one of the log."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(f"    {one_line(line, _LONGEST_LINE)}" for line in lines)


def _report(error: Exception) -> str:
    """Return the traceback as text; clear its frames: a half-read query in one holds a lock."""
    text = format_traceback(error)
    traceback.clear_frames(error.__traceback__)
    return text


def _answer_in_units_of_work(app: Flask, world: World, reads_first: Collection[str] | None) -> None:
    """Answer each request in a unit of work; the body of a stream opens its own."""
    answer = app.wsgi_app

    def within_unit(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        is_reading = environ["REQUEST_METHOD"] in _READING
        is_reading = is_reading or reads_first is None or environ["PATH_INFO"] in reads_first
        with world.db.unit(reads_first=is_reading):
            return answer(environ, start_response)

    app.wsgi_app = within_unit  # type: ignore[method-assign]


def _refuse_outages_at_the_end(app: Flask) -> None:
    """Answer in this system's own shape where the database is out once a view has answered."""
    finish = app.process_response

    def process_response(response: Response) -> Response:
        try:
            return finish(response)
        except Exception as error:
            if explain_outage(error) is None:
                raise
            return finish(app.make_response(app.handle_user_exception(error)))

    app.process_response = process_response  # type: ignore[method-assign]


def _end_session_of_another_world(world: World) -> None:
    """End sign-ins of before a reset, which gives old ids to new people."""
    if session and session.get(_WORLD) != _id_of(world):
        session.clear()
        g.sandbox_was_reset = True
        flash(_RESET, "info")


def _mark_session(world: World, response: Response) -> None:
    """A session is of the world that it was begun in."""
    is_failure = response.status_code >= 500  # the database may be out
    if session and session.modified and _WORLD not in session and not is_failure:
        session[_WORLD] = _id_of(world)


def _id_of(world: World) -> str:
    return world.known.id or world_id(world)


def explain_stale_form() -> str:
    """Return why the form of an outdated page is refused, and what to do."""
    return _RESET_FORM if g.get("sandbox_was_reset") else _OLD_FORM


def _undo(world: World) -> None:
    """Take back what a request wrote, and what its form was to be told of it."""
    world.db.rollback()
    if request.method not in _READING and _COOKIE in request.environ:
        session.pop(FLASHED, None)


def _add_errors(app: Flask, world: World, log: logging.Logger, error_page: ErrorPage) -> None:
    @app.errorhandler(SimulatorError)
    def _ours(error: SimulatorError) -> Any:
        _undo(world)
        return error_page(error.status, "That did not work", str(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.response is not None:  # a redirect or an answer made elsewhere
            return error
        status = error.code or 500
        page = app.make_response(
            error_page(status, error.name, shorten(error.description or error.name, LONGEST))
        )
        for name, value in error.get_headers():
            page.headers.setdefault(name, value)  # Allow of a 405, for one
        return page

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Any:
        _undo(world)
        if is_conflict(error):
            log.info(
                "%s met another change of the same\n%s", g.get("request_id", "-"), _report(error)
            )
            if is_gone(error):  # no row has a version that another change could have raised
                return error_page(404, "Not found", DELETED_MEANWHILE)
            return error_page(409, "Changed meanwhile", _CHANGED)
        log.error("%s failed\n%s", g.get("request_id", "-"), _report(error))
        if sentence := explain_outage(error):
            return error_page(503, "The database cannot be used", sentence)
        return error_page(
            500,
            "Something went wrong",
            f"The simulator failed; its log has the details (request {g.get('request_id', '-')}).",
        )


def get_local_path(target: str | None) -> str:
    """`target` if it is a path of this host, else the home page: no open redirect."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    # Browsers drop control characters and read a backslash as a slash.
    if "\\" in target or not target.isprintable():
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else target


def format_moment(value: datetime | None) -> str:
    """Return a moment as people read it: `23 Nov 2026, 14:05 UTC`."""
    return f"{value.day} {value:%b %Y, %H:%M} UTC" if value else ""
