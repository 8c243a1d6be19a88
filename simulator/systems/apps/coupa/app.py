"""The Flask application of one Coupa instance."""

from flask import Flask
from flask_bootstrap import Bootstrap5

from simulator.systems.apps._kit.application import assemble
from simulator.systems.apps.coupa import api, openid, pages, presentation
from simulator.systems.apps.coupa.profile import PROFILE
from simulator.world import World


def create_app(world: World, host: str) -> Flask:
    """The Flask application of one Coupa instance.

    Args:
        world: shared by all systems; `world.db` is read at request time only.
        host: the instance's production host, `acme.coupacloud.com`; every row is filtered by it.
    """
    app = Flask(__name__)
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, BOOTSTRAP_BOOTSWATCH_THEME="cerulean")
    assemble(
        *(app, world, host, PROFILE),
        pages=(openid.blueprint, pages.blueprint),
        api=(api.blueprint, openid.machines),
    )
    Bootstrap5(app)
    presentation.install(app)
    return app
