"""The sandbox's own identity provider: a company's directory that signs people in by SAML 2.0.

None of Workato's systems: it stands in for Okta, Microsoft Entra ID and the like. It is built when
somebody first asks it, and reads the packages that sign when it first signs.
"""

from typing import Any

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import NotFound

from simulator.net.addresses import IDP
from simulator.systems.idp import accounts, directory, session, sso
from simulator.web.application import (
    configure_app,
    configure_pages,
    current_world,
    explain_stale_form,
)
from simulator.world import World

#: They know nobody.
_WITHOUT_PEOPLE = ("healthz", "static", "shared.static", "sso.metadata")


def create_app(world: World) -> Flask:
    """Return the Flask application that answers as the identity provider.

    Args:
        world: shared by all systems.
    """
    app = Flask(__name__)
    configure_app(app, world, IDP, error_page=_error_page)
    configure_pages(app, world, IDP)
    CSRFProtect(app)

    @app.before_request
    def _fill() -> None:
        if request.endpoint is not None and request.endpoint not in _WITHOUT_PEOPLE:
            accounts.fill(current_world())

    @app.errorhandler(CSRFError)
    def _stale(_error: CSRFError) -> Any:
        return _error_page(400, "This page is out of date", explain_stale_form())

    @app.errorhandler(NotFound)
    def _no_page(_error: NotFound) -> Any:
        return _error_page(404, "Page not found", "There is no page at this address.")

    @app.errorhandler(sso.NotRegistered)
    def _not_registered(error: sso.NotRegistered) -> Any:
        return render_template("idp/not_registered.html", error=error), error.status

    for blueprint in (session.blueprint, sso.blueprint, directory.blueprint):
        app.register_blueprint(blueprint)
    return app


def _error_page(status: int, title: str, sentence: str) -> Response | tuple[str, int]:
    return render_template("idp/error.html", title=title, sentence=sentence), status
