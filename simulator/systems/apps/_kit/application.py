"""The Flask application of an app's instance, as far as all apps have the same."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, abort, request
from flask_wtf import CSRFProtect

from simulator.net.addresses import app_system
from simulator.systems.apps._kit import (
    client_pages,
    errors,
    instance,
    oauth_views,
    people,
    session,
    session_views,
)
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.profile import Profile
from simulator.web.application import configure_app, configure_pages
from simulator.world import World

#: What every host of an instance serves.
_EVERYWHERE = ("healthz", "static", "shared.static", "kit.static")


def assemble(
    app: Flask,
    world: World,
    host: str,
    profile: Profile,
    *,
    pages: Iterable[Blueprint],
    api: Iterable[Blueprint],
) -> Flask:
    """Put sign-in, OAuth provider, client administration and errors around an app's own views.

    Args:
        app: the application, whose templates and static files are the app's.
        world: shared by all systems; `world.db` is read at request time only.
        host: the instance's production host; every row is filtered by it.
        profile: the profile of the app.
        pages: blueprints for people, whose forms are protected.
        api: blueprints for programs, which answer to bearer tokens and never to a cookie.

    Returns:
        The same application.
    """
    configure_app(app, world, app_system(host), error_page=errors.error_answer)
    configure_pages(app, world, app_system(host))
    csrf = CSRFProtect(app)
    instance.install(app, world, host, profile)
    if profile.traffic.hosts:
        app.before_request(_be_at_this_host)
    errors.install(app)
    apis = list(api)
    for blueprint in (
        session_views.blueprint(profile.traffic),
        oauth_views.blueprint(profile.traffic),
        *pages,
        *apis,
    ):
        app.register_blueprint(blueprint)
    app.register_blueprint(
        Blueprint(
            *("kit", __name__),
            template_folder="templates",
            static_folder="static",
            static_url_path="/static/kit",
        )
    )
    app.register_blueprint(client_pages.blueprint, url_prefix=profile.clients_path)
    app.context_processor(_on_every_page)
    for exempt in (*apis, oauth_views.token, oauth_views.revoke):
        csrf.exempt(exempt)
    return app


def _be_at_this_host() -> None:
    """Serve at each of the instance's hosts what is there alone."""
    if request.endpoint in _EVERYWHERE:
        return
    own = here()
    at = own.world.addresses.app_host_at(request.host)
    if at and not own.profile.traffic.serves(at, request.path):
        abort(404)


def _on_every_page() -> dict[str, Any]:
    person = session.subject()
    own = here()
    return {
        "instance": own,
        "labels": own.profile.labels,
        "words": own.profile.words,
        "base": f"{own.profile.templates}/base.html",
        "home": own.world.addresses.base_url(app_system(own.host)),
        "signed_in": person.user if person else None,
        "is_admin": person is not None and people.is_admin(person.user),
    }
