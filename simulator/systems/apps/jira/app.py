"""The Flask application of a Jira site: its profile, and what a signed-in person sees."""

from flask import Blueprint, Flask, abort, render_template

from simulator.systems.apps._kit.application import assemble
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps._kit.session import current_user, login_required
from simulator.systems.apps._kit.words import Words
from simulator.systems.apps.jira import issues, token_pages
from simulator.systems.apps.jira.api import (
    attachments,
    comments,
    editing,
    reading_issues,
    searching,
    site,
)
from simulator.systems.apps.jira.api.gateway import gateway
from simulator.systems.apps.jira.connector import CONNECTOR
from simulator.systems.apps.jira.dialect import DIALECT
from simulator.systems.apps.jira.labels import LABELS
from simulator.systems.apps.jira.refusals import error_answer
from simulator.systems.apps.jira.site_api import SiteApi
from simulator.systems.apps.jira.tables import JiraIssue
from simulator.systems.apps.jira.traffic import TRAFFIC
from simulator.world import World

pages = Blueprint("pages", __name__)
_PARTS = attachments, comments, editing, reading_issues, searching, site
_API = [gateway, *(each.views for each in _PARTS)]
PROFILE = Profile(
    connector=CONNECTOR,
    dialect=DIALECT,
    traffic=TRAFFIC,
    labels=LABELS,
    templates="jira",
    clients_path="/console/myapps",
    words=Words(
        heading="My apps",
        one="app",
        create="Create OAuth 2.0 integration",
        grant_type="Authorization",
        redirect_uris="Callback URLs",
        scopes="Permissions",
        delete="Delete app",
        home="Go to your work",
    ),
    not_an_admin="Only admins of the site can open the developer console here. Ask one.",
    api_error=lambda status, sentence, _: error_answer(
        status, {"errorMessages": [sentence], "errors": {}}
    ),
)


def create_app(world: World, host: str) -> Flask:
    """Build the application of one site; its host is that of the site, `acme.atlassian.net`."""
    app = Flask(__name__)
    app = assemble(app, world, host, PROFILE, pages=[pages, token_pages.pages], api=_API)
    app.wsgi_app = SiteApi(app.wsgi_app, world.addresses, host)  # type: ignore[method-assign]
    return app


@pages.get("/")
@login_required
def home() -> str:
    """The person's newest issues; an admin's are everybody's."""
    found = issues.visible(current_user()).order_by(JiraIssue.updated_at.desc(), JiraIssue.id)
    return render_template("jira/home.html", rows=here().world.db.session.scalars(found.limit(50)))


@pages.get("/browse/<name>")
@login_required
def browse(name: str) -> str:
    """One issue; another person's is answered like one that does not exist."""
    row = issues.find(here().world, current_user(), name) or abort(404)
    parent = row.parent if row.parent and issues.may_see(current_user(), row.parent) else None
    return render_template("jira/issue.html", row=row, parent=parent)
