"""Steps about OAuth clients of apps: whose consent page names whom."""

from pytest_bdd import given, parsers
from sqlalchemy import select

from simulator.crypto import Purpose
from simulator.db.tables import OAuthClient
from simulator.net.addresses import app_system
from simulator.sandbox.simulator import Simulator
from simulator.testing.workspace import Workspace


@given(
    parsers.re(
        r'(?P<app>[^"]+?) has the OAuth client "(?P<client>[^"]+)" with the client ID '
        r'"(?P<client_id>[^"]+)" and the client secret "(?P<secret>[^"]+)"'
    )
)
def app_has_client(
    app: str, client: str, client_id: str, secret: str, workspace: Workspace, simulator: Simulator
) -> None:
    """As an admin of the app would register it, like the app's first one in all else."""
    provider = app_system(workspace.stage.app_named(app)["production_host"])
    world = simulator.world
    with world.db.unit() as session:
        own = select(OAuthClient).filter_by(provider=provider).order_by(OAuthClient.id)
        first = session.scalars(own).first()
        assert first is not None, f"{app} has no client to take after."
        values = {each.name: getattr(first, each.name) for each in OAuthClient.__table__.columns}
        sealed = world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, secret)
        values |= {"id": None, "name": client, "client_id": client_id, "secret_sealed": sealed}
        session.add(OAuthClient(**values))
