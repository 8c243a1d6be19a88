"""The Flask application of one instance; its pages have the kit's plain look until they have yours.

For a look of your own, put a `base.html` that extends `kit/base.html` into `templates/sample/` and
name that folder in the profile; beside it, `login`, `consent`, `error`, `clients`, `client`,
`client_form` or `client_delete` where the kit's do not do. `Words` has the names on the kit's.
"""

from collections.abc import Mapping

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import select

from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.application import assemble
from simulator.systems.apps._kit.bearer import authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps._kit.session import current_user, login_required
from simulator.systems.apps._skeleton.connector import CONNECTOR
from simulator.systems.apps._skeleton.dialect import DIALECT
from simulator.systems.apps._skeleton.labels import LABELS
from simulator.systems.apps._skeleton.tables import SampleNote
from simulator.systems.apps._skeleton.traffic import TRAFFIC
from simulator.world import World

api = Blueprint("api", __name__, url_prefix="/api")
pages = Blueprint("pages", __name__)


def _api_error(status: int, sentence: str, headers: Mapping[str, str]) -> Response:
    answer = jsonify({"message": sentence})
    answer.status_code = status
    answer.headers.update(headers)
    return answer


PROFILE = Profile(
    connector=CONNECTOR,
    dialect=DIALECT,
    traffic=TRAFFIC,
    labels=LABELS,
    templates="kit",
    clients_path="/clients",
    not_an_admin="Only admins can open this page.",
    api_error=_api_error,
)


def create_app(world: World, host: str) -> Flask:
    """Build the application of one instance."""
    return assemble(Flask(__name__), world, host, PROFILE, pages=[pages], api=[api])


@api.get("/me")
def me() -> Response:
    """Whose the token is."""
    user = authenticate("notes.read").user
    return jsonify({"name": user.name, "login": user.login, "email": user.email})


@api.get("/notes")
def notes() -> Response:
    """The notes that the token's person may see: their own, or for an admin all."""
    user = authenticate("notes.read").user
    found = select(SampleNote).where(SampleNote.host == user.host)
    if not people.is_admin(user):
        found = found.where(SampleNote.owner_id == user.id)
    rows = here().world.db.session.scalars(found.order_by(SampleNote.id)).all()
    here().world.calls.record_rows(row.owner.email for row in rows)
    return jsonify([{"id": row.id, "text": row.text, "owner": row.owner.email} for row in rows])


@pages.get("/")
@login_required
def home() -> str:
    """Who is signed in."""
    return f"Signed in as {current_user().name}."
