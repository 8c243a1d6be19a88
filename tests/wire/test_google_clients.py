"""google-api-python-client does its ordinary work at Gmail, for two people each their own."""

import json

import pytest

from simulator.net.addresses import app_system
from simulator.sandbox.simulator import Simulator
from tests.wire.test_app_clients import Consents, consents, registered, run

__all__ = ["consents"]  # the fixture
pytestmark = [pytest.mark.wire, pytest.mark.requirement("GOOGLE-19")]

ACCOUNTS, TOKENS = "accounts.google.com", "oauth2.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/gmail.modify"
IDS = {"Ada": "198c2f4a1b7d30e5", "Bob": "198c3d90a2f614b7"}
FILES = {"Ada": "4 cable trays, order 88120", "Bob": "2 x 1190.00 EUR"}
#: The draft that is sent goes when its message comes.
HISTORY = [
    *("labelsAdded", "messagesAdded", "messagesAdded", "messagesDeleted", "messagesAdded"),
    *("labelsAdded", "labelsAdded"),
]
LABELS = {"Ada": ["Suppliers", "Travel"], "Bob": ["Warehouse"]}


@pytest.mark.parametrize(
    "grant, consents",
    [("requests-oauthlib", "Ada"), ("Authlib", "Bob")],
    indirect=["consents"],
)
def test_the_library_does_its_ordinary_work(
    consents: Consents, simulator: Simulator, grant: str
) -> None:
    """Consent, refresh, by google-auth, too; find, read, sort, write, send, throw away."""
    name = consents.person.name.split()[0]
    other = {"Ada": "Bob", "Bob": "Ada"}[name]
    addresses = simulator.world.addresses
    accounts, tokens, api = (
        addresses.base_url(app_system(host)) for host in (ACCOUNTS, TOKENS, "gmail.googleapis.com")
    )
    settings = {
        **registered(simulator, ACCOUNTS, (SCOPE,)),
        "authorize": f"{accounts}/o/oauth2/v2/auth",
        "authorize_parameters": {"access_type": "offline", "prompt": "consent"},
        "token": f"{tokens}/token",
        "api": api,
        "query": "has:attachment",
        "hidden": IDS[other],
    }
    consents.app = "google"

    answer = run("google_client.py", grant, json.dumps(settings), consents=consents)

    assert answer == {
        "email": f"{name.lower()}@acme.example",
        "count": {"Ada": 4, "Bob": 2}[name],
        "file": FILES[name],
        "is_read": True,
        "labels": [*LABELS[name], "By a library"],
        "starred": 1,
        "history": HISTORY,
        "thread": 2,
        "refused": "404 Requested entity was not found.",
        "batched": [True, "Requested entity was not found."],
    }
    assert len(consents.opened) == 1
    assert simulator.violations() == []
