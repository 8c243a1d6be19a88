"""The Flask application of an org: its profile, and what a signed-in person sees."""

from flask import Blueprint, Flask, abort, render_template, request
from sqlalchemy import select

from simulator.db.listing import Found
from simulator.systems.apps._kit.application import assemble
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps._kit.session import current_user, login_required
from simulator.systems.apps._kit.words import Words
from simulator.systems.apps.salesforce import identity
from simulator.systems.apps.salesforce.answers import error_answer
from simulator.systems.apps.salesforce.api import gateway
from simulator.systems.apps.salesforce.connector import CONNECTOR
from simulator.systems.apps.salesforce.dialect import DIALECT
from simulator.systems.apps.salesforce.labels import LABELS
from simulator.systems.apps.salesforce.objects.catalog import USER, Catalog, ObjectType
from simulator.systems.apps.salesforce.provider import SalesforceProvider
from simulator.systems.apps.salesforce.records import Records
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.systems.apps.salesforce.tables import SalesforceRecord
from simulator.systems.apps.salesforce.traffic import TRAFFIC
from simulator.systems.apps.salesforce.visibility import is_of
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

pages = Blueprint("pages", __name__)
PROFILE = Profile(
    connector=CONNECTOR,
    dialect=DIALECT,
    traffic=TRAFFIC,
    labels=LABELS,
    templates="salesforce",
    clients_path=CONNECTOR.clients_path,
    words=Words(
        heading="External Client App Manager",
        one="app",
        create="New External Client App",
        grant_type="OAuth Flow",
        client_id="Consumer Key",
        secret="Consumer Secret",
        show_secret="Show consumer secret",
        redirect_uris="Callback URLs",
        scopes="OAuth Scopes",
        delete="Delete app",
        home="Go to your home page",
    ),
    not_an_admin="Only people with the permission Customize Application can open Setup. Ask one.",
    api_error=lambda status, sentence, _: error_answer(status, sentence),
    provider=SalesforceProvider,
    refuse_sign_in=identity.refuse_sign_in,
)


def create_app(world: World, host: str) -> Flask:
    """Build the application of one org; its host is its My Domain."""
    app = Flask(__name__)
    blueprints = [gateway.views, identity.blueprint]
    return assemble(app, world, host, PROFILE, pages=[pages], api=blueprints)


@pages.get("/")
@login_required
def home() -> str:
    """The org's objects."""
    catalog = Catalog(here().world, current_user())
    return render_template("salesforce/home.html", objects=catalog)


@pages.get("/lightning/o/<name>/list")
@login_required
def records_of(name: str) -> str:
    """A page of the records of an object that the person sees, the newest first."""
    object_type = _object(name)
    found = select(SalesforceRecord).where(
        is_of(current_user(), object_type, SalesforceRecord),
        SalesforceRecord.is_deleted.is_(False),
    )
    listed: Found[SalesforceRecord] = Found(
        here().world.db.session, found.order_by(SalesforceRecord.id.desc())
    )
    number = parse_whole_number(request.args.get("page")) or 1
    return render_template(
        "salesforce/records.html", object_type=object_type, rows=listed.page(number)
    )


@pages.get("/lightning/r/<name>/<record_id>/view")
@login_required
def record(name: str, record_id: str) -> str:
    """One record; another person's is answered like one that does not exist."""
    object_type = _object(name)
    records = Records(
        world=here().world, user=current_user(), catalog=Catalog(here().world, current_user())
    )
    try:
        row = records.find(object_type, record_id)
    except Refused:
        abort(404)
    return render_template("salesforce/record.html", object_type=object_type, row=row, user=USER)


def _object(name: str) -> ObjectType:
    return Catalog(here().world, current_user()).find(name) or abort(404)
