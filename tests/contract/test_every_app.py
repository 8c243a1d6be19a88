"""Incidents of apps, with every app that is installed: each strikes, in the app's own words."""

import json
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from simulator import installed_apps, scenarios
from simulator.connectors import of_app
from simulator.db.tables import AppInstance
from simulator.domain import people
from simulator.faults import INCIDENTS
from simulator.net.addresses import IDENTITY, production_mcp_url
from simulator.oauth import AccessTokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import acting
from tests.contract.browser import Browser

pytestmark = pytest.mark.requirement("JIRA-5")
LONG = pytest.mark.long
ADA, BOB = "ada@acme.example", "bob@acme.example"
APPS = [*installed_apps.packages()]
#: Incident of an app's API → what the tool call says.
API = {
    "app-down": "{app} answered 503",
    "app-hangs-up": "the connection was reset",
    "app-slow": "took longer than 60 seconds",
    "app-rate-limited": "{app} answered 429: {limited}",
    "app-recovers": "{app} answered 503",
    "app-answers-html": "{app} answered something else than JSON.",
    "app-malformed": "{app} answered something else than JSON.",
    "app-cut-off": "the answer was cut off",
    "app-token-expired": "fine",
    "app-token-revoked": "Authentication required: connect your {app} account",
    "app-refresh-refused": "Authentication required: connect your {app} account",
    "app-refresh-down": "{app} issued no token",
    "app-client-deleted": "The connection to {app} that this tool depends on is lost",
    "mix-up": "fine",
}
#: Those whose outcome the app's own dialect decides, rather than what every app does with HTTP.
IN_WORDS_OF_ITS_OWN = ["app-rate-limited", "app-refresh-refused", "app-token-revoked", "mix-up"]
#: App → how it says that there were too many requests, where that is its own way.
LIMITED = {"slack": "ratelimited"}
#: Incident of a consent → what the person reads at the end.
CONSENT = {
    "app-consent-denied": "You did not allow",
    "app-consent-left-open": "One moment, please",
    "app-consent-slow": "link has expired",
    "app-wrong-state": "was not started here",
}


@dataclass(frozen=True)
class Way:
    """A tool of the demo that acts in one app, as the end user, and needs no argument."""

    number: int
    server: str
    tool: str

    @classmethod
    def to(cls, app: str) -> "Way":
        """The first one to this app."""
        demo, (connector, *_) = scenarios.load("demo"), of_app(app)
        for recipe in demo.recipes:
            needs = [one for one in recipe.parameters if not one.optional]
            alone = [(name, one.end_user) for name, one in recipe.connections.items()]
            for server in demo.servers:
                published = recipe.name in [tool.recipe for tool in server.tools]
                if published and alone == [(connector.provider, True)] and not needs:
                    return cls(server.number, server.name, recipe.name.replace(" ", "_"))
        raise LookupError(f"The demo has no such tool for {app}.")


@pytest.fixture(scope="module")
def connected() -> Iterator[Simulator]:
    """Ada and Bob have connected every app."""
    with Simulator(Settings(database="memory")) as simulator:
        have_tokens_refreshed(simulator)
        with acting(simulator) as actor:
            for person in (actor("Ada"), actor("Bob")):
                for way in map(Way.to, APPS):
                    person.connect(way.server)
                    person.connect_account(person.call(way.tool))
        simulator.keep_snapshot("connected")
        yield simulator


def have_tokens_refreshed(simulator: Simulator) -> None:
    """Set apps whose tokens never expire to such as do: else no incident strikes a refresh."""
    with simulator.world.db.unit() as session:
        for row in session.scalars(select(AppInstance)):
            if installed_apps.part(row.provider, "dialect").DIALECT.rotation:
                row.refresh_policy = "rotate"


def each_app(incidents: Iterable[str], of_every_app: Container[str]) -> list[Any]:
    """Pairs of an app and an incident; quick are all of one app, and some of every app."""
    return [
        pytest.param(app, name, marks=() if app == APPS[0] or name in of_every_app else LONG)
        for app in APPS
        for name in incidents
    ]


@pytest.fixture(autouse=True)
def _nothing_went_wrong_yet(connected: Simulator) -> None:
    connected.restore_snapshot("connected")


def outcome(simulator: Simulator, way: Way, email: str) -> str:
    """What a call says: its text, or `fine`."""
    world, url = simulator.world, production_mcp_url(way.number)
    with world.db.unit():
        person = people.find_active_end_user_by_email(world, email)
        assert person is not None
        token = AccessTokens(world, IDENTITY).store.issue(
            client_id="a-client",
            subject=person.id,
            scope="openid",
            family=email,
            auth_time=world.clock.now(),
            resource=url,
        )["access_token"]
    params = {"name": way.tool, "arguments": {}}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    answer = Browser(simulator).request("POST", url, data=body, headers=headers)
    result: dict[str, Any] = answer.get_json()["result"]
    return str(result["content"][0]["text"]) if result.get("isError") else "fine"


def test_no_incident_of_apps_is_left_out() -> None:
    names = {each.name for each in INCIDENTS if each.name.startswith("app-")} | {"mix-up"}

    assert names - {"app-consent-denied-halfway"} == {*API, *CONSENT}


@pytest.mark.parametrize("app, name", each_app(API, IN_WORDS_OF_ITS_OWN))
def test_it_strikes_the_api_of_each_app(connected: Simulator, app: str, name: str) -> None:
    """One person's calls alone."""
    way = Way.to(app)
    faults = connected.faults.incident(name, person=ADA)

    limited = LIMITED.get(app, "Too many requests.")
    expected = API[name].format(app=of_app(app)[0].name, limited=limited)
    assert expected in outcome(connected, way, ADA)
    assert all(fault.hits for fault in faults)
    assert len(connected.violations()) == (name == "mix-up")
    if name != "app-client-deleted":  # which concerns everybody
        assert outcome(connected, way, BOB) == "fine"


@pytest.mark.parametrize("app, name", each_app(CONSENT, ["app-consent-denied"]))
def test_it_strikes_the_consent_of_each_app(connected: Simulator, app: str, name: str) -> None:
    way = Way.to(app)
    connected.faults.incident("app-token-revoked", person=ADA)
    assert outcome(connected, way, ADA).startswith("Authentication required")
    connected.faults.clear()
    (fault,) = connected.faults.incident(name, person=ADA)

    with acting(connected) as actor:
        ada = actor("Ada")
        ada.connect(way.server)
        shown = ada.connect_account(ada.call(way.tool))

    assert CONSENT[name] in shown
    assert fault.hits == 1


@pytest.mark.requirement("MCP-36")
def test_what_was_connected_stays_where_the_second_app_denies(connected: Simulator) -> None:
    """The tool that needs all apps: the next call asks for those that are missing."""
    connected.reset("demo")
    tool = "Report_a_problem_with_a_requisition"
    arguments = {"requisition_id": 1042, "problem": "Wrong quantity"}
    connected.faults.incident("app-consent-denied-halfway")

    with acting(connected) as actor:
        ada = actor("Ada")
        ada.connect("Service desk")
        denied = ada.connect_account(ada.call(tool, arguments))
        again = ada.call(tool, arguments).structured_content

    assert "You did not allow" in denied
    assert [each["app"] for each in again["connections"]] == ["Jira"]
