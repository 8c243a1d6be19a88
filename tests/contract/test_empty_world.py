"""The scenario `empty`: nothing is there, and every page says how to begin."""

import re
from collections.abc import Iterator

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser

pytestmark = pytest.mark.requirement("SRV-11")
AIHUB = "https://app.workato.com"
#: Page → what it says where there is nothing.
PAGES = {
    "/ai_hub": "To do: Create a project, and in it a recipe",
    "/ai_hub/mcp": "has no MCP servers yet. Create one",
    "/ai_hub/mcp/new/scratch": "Create a project first",
    "/projects": "Import a package",
    "/workspace_admin/groups": "has no end-user groups yet",
    "/tools/runtime_user_connections": "Runtime user connections",
}


#: The page of OAuth clients of each app → whom Nora signs in as.
CLIENTS = {
    "https://new.coupacloud.com/oauth2/clients": {"login": "nora", "password": "coupa-Pass-1"},
    "https://new.atlassian.net/console/myapps": {
        "username": "nora@new.example", "password": "jira-Pass-1",
    },
    "https://accounts.google.com/apis/credentials": {
        "identifier": "nora@new.example", "Passwd": "google-Pass-1",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def owner() -> Iterator[Browser]:
    """The owner's browser, signed in."""
    with Simulator(Settings(database="memory", scenario="empty")) as simulator:
        browser = Browser(simulator).get(f"{AIHUB}/users/sign_in")
        yield browser.press("Sign in", email="nora@new.example", password="demo-Pass-1")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_how_to_begin(owner: Browser, address: str) -> None:
    shown = owner.get(f"{AIHUB}{address}")

    assert shown.page.status_code == 200
    assert PAGES[address] in shown.text


@pytest.mark.parametrize("address", CLIENTS)
def test_apps_have_people_and_no_client(owner: Browser, address: str) -> None:
    """Whoever administers one is told what a client is for, and makes it."""
    owner.get(address)
    button = re.findall(r'<button type="submit"[^>]*>\s*([^<]+?)\s*</button>', owner.page.text)[-1]
    owner.press(button, **CLIENTS[address])

    assert owner.page.status_code == 200
    assert "Create one to connect an application such as Workato." in owner.text
