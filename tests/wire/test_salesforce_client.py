"""simple-salesforce does its ordinary work at Salesforce, for two people each their own."""

import json

import pytest
from sqlalchemy import select

from simulator.net.addresses import app_system
from simulator.sandbox.simulator import Simulator
from simulator.systems.apps.salesforce.tables import SalesforceRecord
from tests.wire.test_app_clients import Consents, consents, registered, run

__all__ = ["consents"]  # the fixture

pytestmark = [pytest.mark.wire, pytest.mark.requirement("SALESFORCE-28")]

HOST, LOGIN = "acme.my.salesforce.com", "login.salesforce.com"
OWN = {
    "Ada": [
        ["Standing desks for the Harbor Clinic", "Harbor Clinic"],
        ["Chairs for two waiting rooms", "Harbor Clinic"],
    ],
    "Bob": [
        ["Lamps for the reading room", "Nordlicht Verlag"],
        ["Shelves for the archive", "Nordlicht Verlag"],
    ],
}


@pytest.mark.parametrize(
    "consents, grant", [("Ada", "requests-oauthlib"), ("Bob", "Authlib")], indirect=["consents"]
)
def test_a_library_does_its_ordinary_work(
    simulator: Simulator, consents: Consents, grant: str
) -> None:
    """Consent at the login host, refresh, the instance's address out of the tokens, and records."""
    base = simulator.world.addresses.base_url(app_system(LOGIN))
    name = consents.person.name.split()[0]
    other = next(own[0][0] for each, own in OWN.items() if each != name)
    consents.app = "salesforce"
    settings = {
        **registered(simulator, HOST, ("id", "api", "refresh_token")),
        "authorize": f"{base}/services/oauth2/authorize",
        "authorize_parameters": {},
        "token": f"{base}/services/oauth2/token",
        "hidden": _id_of(simulator, other),
    }

    answer = run("salesforce_client.py", grant, json.dumps(settings), consents=consents)

    assert answer["instance_url"] == simulator.world.addresses.base_url(app_system(HOST))
    assert (answer["user"], answer["lifetime"]) == (f"{name.lower()}@acme.example", None)
    assert (answer["opportunities"], answer["total"]) == (OWN[name], 2)
    assert (answer["title"], answer["upserted"]) == ("Librarian", [201, 200])
    assert answer["rows"] == ["Library", "Third"]
    assert (answer["searched"], answer["quick"]) == (["Made by a Library"], 1)
    assert answer["objects"] == ["Equipment__c"]
    assert "Serial_Number__c" in answer["fields"]
    assert (answer["limits"], answer["usage"]) == (15000, 15000)
    assert answer["refusals"] == [
        *([404, "NOT_FOUND"], [400, "INVALID_FIELD"]),
        [400, "REQUIRED_FIELD_MISSING"],
    ]
    assert len(consents.opened) == 1
    assert simulator.violations() == []


def _id_of(simulator: Simulator, name: str) -> str:
    with simulator.world.db.unit() as session:
        named = SalesforceRecord.fields["Name"].as_string() == name
        return str(session.scalars(select(SalesforceRecord.record_id).where(named)).one())
