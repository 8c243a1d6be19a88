"""A public client library of Coupa does its ordinary work: a program's token, filters, pages."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from simulator.db.tables import OAuthClient
from simulator.net.addresses import app_system
from simulator.sandbox.simulator import Simulator
from simulator.systems.apps.coupa.tables import CoupaRequisition
from simulator.testing.actors import acting
from tests.wire.test_app_clients import COUPA, Consents, registered, run

SCOPES = ("core.common.read", "core.requisition.read", "core.supplier.read")


@pytest.mark.wire
@pytest.mark.requirement("COUPA-87")
def test_it_reads_every_page_as_a_program(simulator: Simulator) -> None:
    """Side by side, with a filter of a moment that has an offset, and chosen fields."""
    settings: dict[str, Any] = registered(simulator, COUPA, SCOPES)
    world = simulator.world
    with world.db.unit() as session:
        own = OAuthClient.client_id == settings["client_id"]
        session.execute(update(OAuthClient).where(own).values(grant_types=["client_credentials"]))
        every = session.scalars(select(CoupaRequisition.id).order_by(CoupaRequisition.id)).all()
    base = world.addresses.base_url(app_system(COUPA))
    settings |= {"token": f"{base}/oauth2/token", "api": f"{base}/api"}

    with acting(simulator) as actor:
        consents = Consents(actor("Marc"))
        answer = run("coupa_library_client.py", json.dumps(settings), consents=consents)

    assert answer["ids"] == list(every)
    assert {"ada", "bob"} <= set(answer["logins"])
    assert answer["members"] == ["id", "requested-by", "status"]
    assert answer["suppliers"] > 0
