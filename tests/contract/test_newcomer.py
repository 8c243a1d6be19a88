"""From an empty workspace to a working verified-access tool by the screen alone, and back again."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.mcp_endpoint import token_for

pytestmark = pytest.mark.requirement("SRV-15")
AIHUB, COUPA = "https://app.workato.com", "https://new.coupacloud.com"
CALLBACK = "https://www.workato.com/oauth/callback"
UMA, CHOSEN = "uma@new.example", "demo-Pass-2"
SCOPES: Any = ["core.common.read", "core.requisition.read", "offline_access"]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A workspace on its first day."""
    with Simulator(Settings(database="memory", scenario="empty")) as simulator:
        yield simulator


def _follow(browser: Browser, label: str) -> Browser:
    """Click a link by its text."""
    for href, text in re.findall(
        r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', browser.page.text, re.S
    ):
        if " ".join(re.sub(r"<[^>]+>", " ", text).split()) == label:
            origin = "/".join(browser.url.split("/")[:3])
            target = href.replace("&amp;", "&")
            return browser.get(target if "://" in target else origin + target)
    raise AssertionError(f"No link '{label}' at {browser.url}: {browser.text[:400]}")


def _call(simulator: Simulator, url: str, token: str, name: str) -> tuple[int, Any]:
    params = {"name": name, "arguments": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client(simulator).post("/", base_url=url, json=message, headers=headers)
    return answer.status_code, answer.get_json()


def _post(browser: Browser, url: str, **fields: str) -> Browser:
    """Send a form of the page that is open, of which other forms have the same button."""
    (csrf, *_) = re.findall(r'name="csrf_token" value="([^"]+)"', browser.page.text)
    return browser.post(url, {"csrf_token": csrf, **fields})


def _register_client(nora: Browser) -> tuple[str, str]:
    """Make an OAuth client for Workato in Coupa; returns Identifier and Secret."""
    _follow(nora, "Create")
    grant = "authorization_code"
    nora.press(
        "Save", name="Workato", grant_type=grant, redirect_uris=CALLBACK, scopes=SCOPES
    ).press("Show secret")
    (identifier,) = re.findall(r'id="identifier">([^<]+)<', nora.page.text)
    (secret,) = re.findall(r'id="secret">([^<]+)<', nora.page.text)
    return identifier, secret


def _delete_recipes(browser: Browser, *names: str) -> None:
    """Stop and delete recipes of the first project."""
    for name in names:
        page = browser.get(f"{AIHUB}/projects/1").page.text
        (number,) = re.findall(rf'href="/recipes/(\d+)">{name}<', page)
        _post(browser, f"{AIHUB}/recipes/{number}/state", do="stop")
        browser.get(f"{AIHUB}/recipes/{number}/delete").press("Delete")
        assert f"Deleted the recipe '{name}'." in browser.text


def test_a_newcomer_gets_to_a_working_tool_and_undoes_every_step(simulator: Simulator) -> None:
    nora = Browser(simulator)
    nora.get(f"{COUPA}/oauth2/clients").press("Sign in", login="nora", password="coupa-Pass-1")
    identifier, secret = _register_client(nora)

    # A server with a template; its connection is connected on its own page.
    nora.get(f"{AIHUB}/ai_hub/mcp").press(
        "Sign in", email="nora@new.example", password="demo-Pass-1"
    )
    _follow(nora, "+ Create an MCP server")
    nora.get(f"{AIHUB}/ai_hub/mcp/new/template/procurement_api")
    nora.press("Create MCP server", name="Buying", location="new", coupa_kind="user")
    server = nora.url
    assert "Its tools work once Coupa is connected." in nora.text
    (url,) = re.findall(r'id="mcp-url" value="([^"]+)"', nora.page.text)
    _follow(nora.get(f"{AIHUB}/projects"), "Buying")
    _follow(nora, "Coupa for the API")
    connection = nora.url
    nora.press(
        "Connect", client_id=identifier, client_secret=secret, host=COUPA, scopes=SCOPES,
        auth_type="Authorization code grant", location="1", name="Coupa",
    )  # fmt: skip
    nora.press("Allow")
    assert "'Coupa' is connected as Nora Owner" in nora.text

    # People: an end user, a group, and the group's access.
    _follow(nora.get(f"{AIHUB}/workspace_admin/end_users"), "+ Add end user")
    nora.press("Add", name="Uma User", email=UMA)
    (invitation,) = re.findall(r"https://id\.workato\.com/invitations/[\w.~-]+", nora.page.text)[:1]
    uma = Browser(simulator).get(invitation)
    uma.press("Accept invitation", password=CHOSEN)
    _follow(nora.get(f"{AIHUB}/workspace_admin/groups"), "+ Create end-user group")
    (person,) = re.findall(r'name="end_users" value="([^"]+)"', nora.page.text)
    nora.press("Create", name="Everybody", end_users=person)
    nora.get(f"{server.rpartition('/')[0]}/end_user_access?dialog=add-groups")
    (group,) = re.findall(r'name="groups" value="([^"]+)"', nora.page.text)
    nora.press("Add", groups=group)
    assert "Added: Everybody." in nora.text

    # Uma calls, is asked for a connection once, and gets her own rows.
    token = token_for(simulator, UMA, url)
    asked = json.dumps(_call(simulator, url, token, "List_requisitions")[1])
    (link,) = set(re.findall(r"https://id\.workato\.com/connections/[\w./?=&~-]+", asked))
    uma.get(link).press("Sign in", email=UMA, password=CHOSEN)
    uma.press("Sign in", login="uma", password="coupa-Pass-1")
    uma.press("Allow")
    rows = json.dumps(_call(simulator, url, token, "List_requisitions")[1])
    assert "A lamp for the desk" in rows
    assert "monitor" not in rows

    # Every step is undone: the next request obeys each.
    nora.get(f"{server.rpartition('/')[0]}/settings").press("Delete", confirm="Buying")
    assert "Deleted the MCP server 'Buying'." in nora.text
    assert _call(simulator, url, token, "List_requisitions")[0] == 404
    nora.get(f"{AIHUB}/workspace_admin/groups?delete={group}")
    _post(nora, f"{AIHUB}/workspace_admin/groups/{group}/delete")
    assert "has no end-user groups yet" in nora.text
    _delete_recipes(nora, "Get a requisition", "List requisitions")
    nora.get(f"{connection}/delete").press("Delete")
    assert "Deleted the connection 'Coupa'." in nora.text
    nora.get(f"{AIHUB}/projects/1/delete").press("Delete")
    assert "This workspace has no projects yet." in nora.text
