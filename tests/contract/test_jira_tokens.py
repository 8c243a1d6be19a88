"""Jira's authentication types: tokens that people make, and connections that need no consent."""

import re
from datetime import timedelta
from typing import Any

import pytest

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection
from simulator.errors import FieldError
from simulator.sandbox.simulator import Simulator
from simulator.testing import acting
from simulator.testing.api_client import ApiClient
from tests.contract.browser import Browser
from tests.contract.jira_world import HOST, SITE, Jira, demo, jira

__all__ = ["demo", "jira"]  # the fixtures
HUB, MYSELF = "https://app.workato.com", f"{SITE}/rest/api/2/myself"
ADA = "ada@acme.example"
SECURITY = f"{SITE}/manage-profile/security"


def token_of(simulator: Simulator, page: str = "api-tokens", who: str = ADA) -> str:
    """A new token of somebody's, as its page shows it once."""
    browser = Browser(simulator).get(f"{SECURITY}/{page}")
    browser.press("Log in", username=who, password="jira-Pass-1")
    browser.press("Create", label="For Workato", days="30")
    found = re.search(r'id="token">([^<]+)<', browser.page.text)
    assert found, browser.text
    return found[1]


@pytest.mark.requirement("AUTH-1")
def test_a_person_makes_a_token_and_revokes_it(jira: Jira) -> None:
    browser = Browser(jira.simulator).get(f"{SECURITY}/api-tokens")
    browser.press("Log in", username=ADA, password="jira-Pass-1")
    for days in ("0", "366", "soon"):
        browser.press("Create", label="For Workato", days=days)
        assert "from 1 to 365" in browser.text
    browser.press("Create", label=" ", days="0")
    for name, told in (("label", "Enter a name."), ("days", "Enter a number of days from 1 to")):
        assert f'<p class="wrong" id="{name}-wrong">{told}' in browser.page.text, "both at once"
    browser.press("Create", label="For Workato", days="1")
    token = re.findall(r'id="token">([^<]+)<', browser.page.text)[0]

    def ask(**options: Any) -> int:
        return jira.request("GET", MYSELF, **options).status_code

    assert ask(auth=(ADA, token)) == ask(auth=(ADA.upper(), token)) == 200
    assert ask(auth=("bob@acme.example", token)) == 401
    assert ask(auth=(ADA, "jira-Pass-1")) == 401  # Atlassian takes no password any more
    assert ask(headers={"Authorization": f"Bearer {token}"}) == 401
    assert ask(headers={"Authorization": "Basic ???"}) == ask() == 401
    assert token not in browser.get(f"{SECURITY}/api-tokens").page.text
    browser.press("Revoke For Workato")
    assert "was revoked" in browser.text
    assert ask(auth=(ADA, token)) == 401


@pytest.mark.requirement("AUTH-1")
def test_a_token_ends_when_it_expires(jira: Jira) -> None:
    token = token_of(jira.simulator)

    jira.simulator.world.clock.travel(timedelta(days=30))

    assert jira.request("GET", MYSELF, auth=(ADA, token)).status_code == 401


@pytest.mark.requirement("AUTH-1")
def test_the_site_answers_with_the_persons_rows_and_its_own_addresses(jira: Jira) -> None:
    token = token_of(jira.simulator, "personal-access-tokens", "bob@acme.example")
    headers = {"Authorization": f"Bearer {token}"}

    told = jira.request("GET", MYSELF, headers=headers).get_json()

    assert (told["emailAddress"], told["self"][: len(SITE)]) == ("bob@acme.example", SITE)
    assert jira.request("GET", f"{SITE}/rest/api/3/nothing", headers=headers).status_code == 404
    hidden = jira.request("GET", f"{SITE}/rest/api/2/issue/OPS-2", headers=headers)
    assert hidden.status_code == 404  # Ada's


@pytest.fixture
def marc(api_client: ApiClient, simulator: Simulator) -> Browser:  # noqa: ARG001
    """An admin's browser, in a fresh workspace."""
    browser = Browser(simulator).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email="marc@acme.example", password="demo-Pass-1")


FORMS = {
    "api_token": ("api-tokens", "apitoken", {"email": ADA}),
    "personal_access_token": ("personal-access-tokens", "personal_access_token", {}),
    "basic": ("api-tokens", "password", {"username": ADA}),
}


@pytest.mark.requirement("AUTH-2")
def test_the_host_name_is_taken_with_its_scheme_or_without() -> None:
    for typed in ("acme.atlassian.net", "https://Acme.atlassian.net/"):
        assert CONNECTORS["jira"].host(typed) == "https://acme.atlassian.net"
    for wrong in ("http://acme.atlassian.net", "acme.example.com", "acme.atlassian.net/wiki"):
        with pytest.raises(FieldError, match="your-site"):
            CONNECTORS["jira"].host(wrong)


@pytest.mark.requirement("AUTH-2")
@pytest.mark.parametrize("auth_type", FORMS)
def test_a_builder_connects_with_each_type(
    simulator: Simulator, marc: Browser, auth_type: str
) -> None:
    page, secret, named = FORMS[auth_type]
    token = token_of(simulator, page)
    form = {"name": "Jira by token", "location": "1", "auth_type": auth_type} | named

    marc.get(f"{HUB}/connections/new/jira").press("Connect", **form, host=SITE)
    assert "is required." in marc.text
    marc.press("Connect", **form, host=SITE, **{secret: "mistyped"})
    assert "(401): it is mistyped, revoked or expired." in marc.text
    marc.press("Connect", **form, host=SITE, **{secret: token})

    assert "'Jira by token' is connected as Ada Reyes (ada@acme.example)." in marc.text
    assert token not in marc.page.text
    marc.press("Reconnect", **form | {"name": "Renamed"})  # the secret is kept
    assert "'Renamed' is connected as Ada Reyes" in marc.text
    marc.press("Reconnect", **form, **{secret: "mistyped"})
    assert "mistyped, revoked or expired" in marc.text
    with simulator.world.db.unit() as session:
        row = session.get_one(Connection, int(marc.url.rsplit("/", 1)[1]))
        assert (row.name, row.connected) == ("Renamed", True)


def make(api_client: ApiClient, **given: str) -> dict[str, Any]:
    """A connection that a program makes."""
    body = {"name": "Jira by program", "provider": "jira", "input": given}
    answer = api_client.post("/api/connections", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.requirement("AUTH-3")
def test_a_program_connects_with_credentials(
    simulator: Simulator, api_client: ApiClient, marc: Browser
) -> None:
    token = token_of(simulator)
    given = {"host_name": HOST, "auth_type": "api_token", "email": ADA, "apitoken": token}

    made = make(api_client, **given)

    assert made["authorization_status"] == "success"
    page = marc.get(f"{HUB}/connections/{made['id']}").text
    assert "Ada Reyes (ada@acme.example)" in page
    simulator.world.clock.travel(timedelta(seconds=2))
    wrong = make(api_client, **given | {"apitoken": "mistyped"})
    assert wrong["authorization_status"] == "failed"
    assert "mistyped, revoked or expired" in wrong["authorization_error"]
    simulator.world.clock.travel(timedelta(seconds=2))
    nowhere = make(api_client, **given | {"host_name": "nowhere.atlassian.net"})
    assert nowhere["authorization_status"] == "exception", "nobody answers there"
    assert "nowhere.atlassian.net" in nowhere["authorization_error"]
    simulator.world.clock.travel(timedelta(seconds=2))
    fields = api_client.get("/api/connections/jira/input_schema").json()["result"]
    assert [each["name"] for each in fields[:3]] == ["auth_type", "email", "apitoken"]
    assert fields[0]["pick_list"][0] == ["API token", "api_token"]


@pytest.mark.requirement("AUTH-4")
def test_it_serves_as_your_connection_and_for_no_end_user(
    simulator: Simulator, api_client: ApiClient, marc: Browser
) -> None:
    token = token_of(simulator)
    given = {"host_url": SITE, "auth_type": "api_token", "email": ADA, "apitoken": token}
    number = make(api_client, **given)["id"]
    found = api_client.get("/api/recipes").json()["items"]
    recipe = next(each["id"] for each in found if each["name"] == "List open issues")
    at = f"{HUB}/recipes/{recipe}"
    edit = marc.get(f"{at}/edit?step=1")

    end_users = {"as": "end_user", "connection_id": str(number)}
    token_on_page = re.findall(r'name="csrf_token" value="([^"]+)"', edit.page.text)[0]
    marc.post(f"{at}/steps/1/connection", end_users | {"csrf_token": token_on_page})
    assert "authenticates with API token." in marc.text
    yours = {"as": "your", "connection_id": str(number), "csrf_token": token_on_page}
    marc.post(f"{at}/steps/1/connection", yours)
    assert "The recipe now uses your connection through 'Jira by program'." in marc.text

    with acting(simulator) as actor:
        bob = actor("Bob")
        bob.connect("Service desk")
        served = bob.call("List_open_issues", {"project": "OPS"})
        browser = Browser(simulator).get(f"{SECURITY}/api-tokens")
        browser.press("Log in", username=ADA, password="jira-Pass-1")
        browser.press("Revoke For Workato")
        lost = bob.call("List_open_issues", {"project": "OPS"})

    assert (served.is_error, "OPS-2" in str(served.structured_content)) == (False, True)
    assert "The connection to Jira that this tool depends on is lost" in lost.content[0].text
    page = marc.get(f"{HUB}/connections/{number}").text
    assert "Jira refuses what it was connected with (API token)" in page
