"""The Flask application of Google, and what a signed-in person sees of theirs."""

from flask import Flask

from simulator.systems.apps._kit.application import assemble
from simulator.systems.apps.google import openid, pages
from simulator.systems.apps.google.api import (
    calendar,
    drive,
    gmail_drafts,
    gmail_history,
    gmail_labels,
    gmail_messages,
    gmail_threads,
)
from simulator.systems.apps.google.api.uploading import UploadResumption
from simulator.systems.apps.google.batch import Batching
from simulator.systems.apps.google.profile import PROFILE
from simulator.world import World

_API = [
    openid.blueprint,
    *(part.views for part in (gmail_messages, gmail_threads, gmail_drafts, gmail_labels, drive)),
    calendar.views,
    gmail_history.views,
    *(part.uploads for part in (gmail_messages, gmail_drafts, drive)),
]


def create_app(world: World, host: str) -> Flask:
    """Build the application; its own host is `accounts.google.com`."""
    app = assemble(Flask(__name__), world, host, PROFILE, pages=[pages.pages], api=_API)
    app.wsgi_app = Batching(UploadResumption(app.wsgi_app))  # type: ignore[method-assign]
    return app
