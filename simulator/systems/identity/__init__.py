"""Workato Identity: end users sign in, consent to clients, and set up their connections."""

from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import NotFound

from simulator.net.addresses import IDENTITY, is_below
from simulator.systems.identity import (
    connections,
    installation,
    invitations,
    logout,
    look,
    mailbox,
    metadata,
    my_access,
    my_connections,
    oauth,
    registration,
    saml,
    session,
)
from simulator.systems.identity.provider import build_provider
from simulator.validation import media_types
from simulator.validation.media_types import HTML, JSON
from simulator.web import cors
from simulator.web.application import (
    configure_app,
    configure_pages,
    explain_stale_form,
    format_moment,
)
from simulator.world import World


def create_app(world: World) -> Flask:
    """Return the Flask application that answers as `id.workato.com`."""
    app = Flask(__name__)
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, BOOTSTRAP_BOOTSWATCH_THEME="pulse")
    configure_app(app, world, IDENTITY, error_page=_error_page, reads_first=_READS_FIRST)
    configure_pages(app, world, IDENTITY)
    cors.install(app, world, _is_for_programs)
    Bootstrap5(app)
    csrf = CSRFProtect(app)

    @app.errorhandler(CSRFError)
    def _stale(_error: CSRFError) -> Any:
        return _error_page(400, "This page is out of date", explain_stale_form())

    @app.errorhandler(NotFound)
    def _no_page(_error: NotFound) -> Any:
        return _error_page(404, "Page not found", "There is no page at this address.")

    app.jinja_env.filters["moment"] = format_moment
    app.extensions["simulator.provider"] = build_provider(world)
    programs = (metadata.blueprint, registration.blueprint, oauth.machine, logout.machine)
    for blueprint in (*programs, saml.machine):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    own = (connections.blueprint, my_connections.blueprint, invitations.blueprint)
    for blueprint in (session.blueprint, oauth.pages, logout.pages, mailbox.blueprint, *own):
        app.register_blueprint(blueprint)
    app.register_blueprint(my_access.blueprint)
    app.register_blueprint(installation.blueprint)
    app.register_blueprint(look.blueprint)
    app.register_blueprint(saml.pages)
    return app


#: Where most of a POST is reading, signing or comparing a password; what they change is a claim, an
#: upsert or a row of its own.
_READS_FIRST = (
    "/login",
    "/oauth/authorize",
    "/oauth/introspect",
    "/oauth/token",
    "/oauth/userinfo",
)

#: Endpoints that are for programs alone: they take client credentials or tokens, never the cookie.
_PROGRAMS = (
    "/.well-known",
    "/oauth/jwks",
    "/oauth/register",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/introspect",
    "/oauth/userinfo",
)


def _is_for_programs(path: str) -> bool:
    return is_below(path, _PROGRAMS)


def _error_page(status: int, title: str, sentence: str) -> Response | tuple[object, int]:
    """OAuth JSON under `/oauth/` and `/.well-known/` for programs, a page for people."""
    liked = media_types.choose_preferred(request.headers.get("Accept"), [HTML, JSON])
    machine = request.path.startswith(("/.well-known/", "/oauth/")) and not (
        request.path.startswith(("/oauth/authorize", "/oauth/end_session"))
    )
    if machine or liked == JSON:
        error = "server_error" if status >= 500 else "invalid_request"
        return jsonify(error=error, error_description=sentence), status
    return (
        render_template("identity/message.html", title=title, sentence=sentence, tone="danger"),
        status,
    )
