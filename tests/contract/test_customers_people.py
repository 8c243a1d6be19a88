"""People of customers: a vendor arranges access by API, and everybody signs in where they are.

Ada has an account in the vendor's workspace and one in the customer's, at one address.
"""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Collaborator, EndUser
from simulator.domain import login_experiences
from tests.contract.browser import Browser
from tests.contract.customers_world import NEW_PASSWORD as OTHER
from tests.contract.customers_world import Customer, accept
from tests.contract.developer_api_world import Program
from tests.contract.identity_world import ID, PASSWORD, back
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.tools.requirements import ROOT

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("EMB-3")
ADA, OWNER = "ada@office.example", "beta@customers.example"
HUB = "https://app.workato.com"
SHELL: dict[str, Any] = {
    "host": "https://office.coupacloud.com",
    "client_id": "0ff1ce",
    "client_secret": "7e1b40c9d2a85f3664e0b97d1c8f5a32",
    "scopes": ["core.common.read", "core.requisition.read", "offline_access"],
}


@pytest.fixture
def beta(mcp: Mcp) -> Customer:
    """A customer of the office's."""
    return Customer(Program(mcp.simulator), "Beta", "Beta Ltd")


def _set_password(mcp: Mcp, workspace_id: int, email: str, password: str) -> None:
    with mcp.world.db.unit() as session:
        for each in session.scalars(select(EndUser).where(EndUser.workspace_id == workspace_id)):
            if each.email == email:
                each.status, each.password_hash = "active", mcp.world.keys.hash_password(password)


def _publish(beta: Customer) -> str:
    """Everything of the two procedures that programs do; returns the server's address."""
    recipe = json.loads((ROOT / "examples/by_api/list_requisitions.recipe.json").read_text())
    place = beta.make("folders", name="Purchasing")
    parent = beta.make(
        "connections", name="Coupa", provider="coupa", folder_id=place, shell_connection=True,
        input=SHELL,
    )  # fmt: skip
    config = [each | {"account_id": parent, "personalization": True} for each in recipe["config"]]
    number = beta.make(
        "recipes", name=recipe["name"], folder_id=str(place),
        code=json.dumps(recipe["code"]), config=json.dumps(config),
    )  # fmt: skip
    server = beta.make("mcp_servers", name="Purchasing", folder_id=place)
    asset = {"trigger_application": recipe["code"]["provider"], "id": str(number)}
    beta.call("POST", f"mcp_servers/{server}/assign_tools", tools=[asset])
    beta.call("POST", "iam/users", email=ADA, full_name="Ada of Beta")
    (ada,) = beta.call("GET", "iam/users")["data"]
    group = beta.make("iam/user_groups", name="Buyers", user_ids=[ada["id"]])
    beta.call("PUT", f"mcp_servers/{server}", auth_type="workato_idp")
    beta.call("POST", f"mcp_servers/{server}/assign_user_groups", idp_user_group_ids=[group])
    return str(beta.call("GET", f"mcp_servers/{server}")["data"]["mcp_url"])


def test_a_customers_end_user_uses_a_tool_that_the_vendor_arranged(
    mcp: Mcp, beta: Customer
) -> None:
    url = _publish(beta)
    owner = accept(mcp.simulator, OWNER)
    assert "Beta Ltd" in owner.text
    (row,) = beta.call("GET", "connections")
    owner.get(f"{HUB}/connections/{row['id']}")
    owner.press(
        "Connect", auth_type="Authorization code grant", location=str(row["folder_id"]),
        scopes=SHELL["scopes"],
    )  # fmt: skip
    owner.press("Sign in", login="marc", password="coupa-Pass-1").press("Allow")
    (recipe,) = beta.call("GET", "recipes")["items"]
    assert beta.call("PUT", f"recipes/{recipe['id']}/start") == {"success": True}
    accept(mcp.simulator, ADA)

    client, ada = mcp.register(), Browser(mcp.simulator)
    ada.get(mcp.authorize_url(client, resource=url))
    ada.press("Sign in", email=ADA, password=PASSWORD)
    assert "The e-mail or password is wrong" in ada.text, "that is her password at the office"
    ada.press("Sign in", email=ADA, password=OTHER).press("Allow")
    token = mcp.redeem(client, back(ada)["code"]).get_json()["access_token"]
    call = {"name": "List_my_requisitions", "arguments": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    prompt = mcp.post(message, token, url).get_json()["result"]
    link = re.findall(r"https://id\.workato\.com/connections/setup/[\w-]+", json.dumps(prompt))[0]
    ada.get(link).press("Sign in", login="ada", password="coupa-Pass-1").press("Allow")

    rows = json.dumps(mcp.post(message, token, url).get_json()["result"])
    assert "Ink for the printer" in rows
    assert "squeak" not in rows


def test_who_has_an_account_elsewhere_signs_in_where_the_server_is(
    mcp: Mcp, beta: Customer
) -> None:
    url, client = _publish(beta), mcp.register()
    _set_password(mcp, beta.id, ADA, PASSWORD)
    ada = Browser(mcp.simulator).get(f"{ID}/login")
    ada.press("Sign in", email=ADA, password=PASSWORD).press("Office Ltd")

    assert "Ada Reyes" in ada.text
    ada.get(mcp.authorize_url(client, resource=url))
    assert ada.has_button("Sign in"), "that account is the office's"
    ada.press("Sign in", email=ADA, password=PASSWORD)
    assert "Ada of Beta" in ada.text
    ada.get(mcp.authorize_url(client))
    assert ada.has_button("Sign in"), "and this one Beta's"
    bob = mcp.browser("bob").get(mcp.authorize_url(client, resource=url))
    bob.press("Sign in", email="bob@office.example", password=PASSWORD)
    assert "The e-mail or password is wrong" in bob.text


def test_whoever_has_one_password_in_several_workspaces_is_asked_which(
    mcp: Mcp, beta: Customer
) -> None:
    _publish(beta)
    _set_password(mcp, beta.id, ADA, PASSWORD)
    ada = Browser(mcp.simulator).get(f"{ID}/login")
    ada.press("Sign in", email=ADA, password=PASSWORD)

    assert "Choose a workspace" in ada.text
    again = ada.page.text
    with mcp.world.db.unit() as session:
        bob = session.scalars(select(EndUser.id).where(EndUser.email == "bob@office.example")).one()
    offer = re.findall(r'name="offer_secret" value="([^"]+)"', again)[0]
    forged = ada.post(f"{ID}/login/workspace", {"offer_secret": offer, "account": bob})
    assert forged.page.status_code == 400 or "Sign in" in forged.text  # no token, not offered
    ada.get(f"{ID}/login").press("Sign in", email=ADA, password=PASSWORD).press("Beta Ltd")
    assert "Ada of Beta" in ada.text


@pytest.mark.long
def test_the_web_app_asks_for_the_workspace_and_switches_it(mcp: Mcp, beta: Customer) -> None:
    marc = "marc@office.example"
    beta.call("POST", "member_invitations", name="Marc Adler", email=marc, role_name="Admin")
    browser = Browser(mcp.simulator).get(HUB)
    browser.press("Sign in", email=marc, password=PASSWORD)

    assert "Choose a workspace" in browser.text
    browser.press("Beta Ltd")
    assert "Switch workspace" in browser.text
    assert "Beta Ltd" in browser.text
    browser.get(f"{HUB}/users/workspaces").press("Office Ltd")
    assert "Office Ltd" in browser.text
    browser.get(f"{HUB}/users/workspaces")
    with mcp.world.db.unit() as session:
        for each in session.scalars(select(Collaborator).where(Collaborator.email == marc)):
            if each.workspace_id == beta.id:
                session.delete(each)
    browser.press("Beta Ltd")
    assert "Beta Ltd" not in browser.text, "they were removed meanwhile"


def test_an_offer_is_good_for_ten_minutes(mcp: Mcp, beta: Customer) -> None:
    _publish(beta)
    _set_password(mcp, beta.id, ADA, PASSWORD)
    ada = Browser(mcp.simulator).get(f"{ID}/login")
    ada.press("Sign in", email=ADA, password=PASSWORD)

    mcp.simulator.clock.travel(minutes=11)

    ada.press("Beta Ltd")
    assert "Sign in again, and choose a workspace." in ada.text


def test_workato_identity_looks_as_the_persons_workspace_chose(mcp: Mcp, beta: Customer) -> None:
    url = _publish(beta)
    with mcp.world.db.unit():
        login_experiences.save(mcp.world, beta.id, primary="#ffee00", secondary="#000000")
    ada = Browser(mcp.simulator)

    def read_rules() -> str:
        (address,) = re.findall(r'"(/login_experience/look\.css[^"]*)"', ada.page.text)
        return ada.request("GET", f"{ID}{address}").text

    ada.get(f"{ID}/login")
    assert read_rules() == ""
    ada.get(mcp.authorize_url(mcp.register(), resource=url))
    assert "#ffee00" in read_rules()
