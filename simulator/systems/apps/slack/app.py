"""The Flask application of a workspace: its profile, and what a signed-in person reads there."""

from flask import Blueprint, Flask, Response, abort, render_template
from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps._kit.application import assemble
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps._kit.session import current_user, login_required
from simulator.systems.apps._kit.words import Words
from simulator.systems.apps.slack import api, conversations, files, ids, messages, shapes, transfers
from simulator.systems.apps.slack.connector import CONNECTOR
from simulator.systems.apps.slack.conversations import DIRECT, GROUP
from simulator.systems.apps.slack.dialect import BOT, DIALECT, DOING
from simulator.systems.apps.slack.labels import LABELS
from simulator.systems.apps.slack.provider import SlackProvider
from simulator.systems.apps.slack.refusals import error_answer
from simulator.systems.apps.slack.tables import SlackConversation, SlackMember
from simulator.systems.apps.slack.traffic import TRAFFIC
from simulator.web.application import format_moment
from simulator.world import World

pages = Blueprint("pages", __name__)
PROFILE = Profile(
    connector=CONNECTOR,
    dialect=DIALECT,
    traffic=TRAFFIC,
    labels=LABELS,
    templates="slack",
    clients_path=CONNECTOR.clients_path,
    words=Words(
        heading="Your Apps",
        one="app",
        create="Create New App",
        settings="App Credentials",
        name="App Name",
        secret="Client Secret",
        show_secret="Show",
        redirect_uris="Redirect URLs",
        scopes="Bot and User Token Scopes",
        save="Save Changes",
        delete="Delete App",
        home="Go to your channels",
    ),
    not_an_admin="Only admins of the workspace can open its apps here. Ask one.",
    api_error=lambda status, _sentence, _headers: error_answer(status),
    provider=SlackProvider,
)
#: Messages that a page shows.
_SHOWN = 50


def create_app(world: World, host: str) -> Flask:
    """Build the application of one workspace; its host is that of the workspace."""
    app = Flask(__name__)
    app.jinja_env.tests["doing"] = lambda scope: scope.endswith(DOING)
    app.jinja_env.tests["of_bot"] = lambda scope: scope.startswith(BOT)
    return assemble(app, world, host, PROFILE, pages=[pages], api=[api.views, transfers.views])


@pages.get("/")
@login_required
def home() -> str:
    """The conversations that the person is in."""
    user, session = current_user(), here().world.db.session
    found = conversations.joined(user).order_by(SlackConversation.id).limit(200)
    rows = session.scalars(found).all()
    named = [(_title(row, user), row, ids.conversation_id(row)) for row in rows]
    return render_template("slack/home.html", rows=named)


@pages.get("/archives/<name>")
@pages.get("/archives/<name>/<_ts>")
@login_required
def show(name: str, _ts: str = "") -> str:
    """The latest messages of a conversation; one that is not theirs is answered like none."""
    world, user = here().world, current_user()
    row = conversations.find(world, user, name) or abort(404)
    found = messages.history(world, row, most=_SHOWN)
    shown = shapes.listed(world, found, user)
    times = (format_moment(ids.moment(each.ts)) for each in found)
    rows = [*zip(found, shown, times, strict=True)][::-1]
    title = _title(row, user)
    return render_template("slack/conversation.html", row=row, title=title, rows=rows)


@pages.get("/files/<_owner>/<file_id>/<name>")
@login_required
def show_file(_owner: str, file_id: str, name: str) -> Response:
    """The content of a file; one that is not theirs is answered like none."""
    number = ids.read_id(file_id, "F")
    row = files.find(here().world, current_user(), number) if number else None
    if row is None or row.name != name:
        abort(404)
    return transfers.answer_with(row)


def _title(row: SlackConversation, user: AppUser) -> str:
    """What a person reads as the name of a conversation."""
    if row.kind not in (DIRECT, GROUP):
        return f"# {row.name}"
    others = select(AppUser.name).join(SlackMember, SlackMember.user_id == AppUser.id)
    others = others.where(SlackMember.conversation_id == row.id, AppUser.id != user.id)
    names = here().world.db.session.scalars(others.order_by(AppUser.name)).all()
    return ", ".join(names) or f"{user.name} (you)"
