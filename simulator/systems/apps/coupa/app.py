"""The Flask application of one Coupa instance."""

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from simulator.net.addresses import app_system
from simulator.systems.apps.coupa import (
    api,
    client_pages,
    errors,
    instance,
    oauth_views,
    pages,
    presentation,
    session_views,
    userinfo,
)
from simulator.web.application import configure_app, configure_pages
from simulator.world import World


def create_app(world: World, host: str) -> Flask:
    """The Flask application of one Coupa instance.

    Args:
        world: shared by all systems; `world.db` is read at request time only.
        host: the instance's production host, `acme.coupacloud.com`; every row is filtered by it.
    """
    app = Flask(__name__)
    configure_app(app, world, app_system(host), error_page=errors.error_answer)
    configure_pages(app, world, app_system(host))
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, BOOTSTRAP_BOOTSWATCH_THEME="cerulean")
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    instance.install(app, world, host)
    presentation.install(app)
    errors.install(app)
    for blueprint in (
        session_views.blueprint,
        oauth_views.blueprint,
        userinfo.blueprint,
        pages.blueprint,
        client_pages.blueprint,
        api.blueprint,
    ):
        app.register_blueprint(blueprint)
    # These answer to client credentials and bearer tokens, never to a cookie.
    for exempt in (api.blueprint, oauth_views.token, oauth_views.revoke):
        csrf.exempt(exempt)
    return app
