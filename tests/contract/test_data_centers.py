"""The production names of another of Workato's data centers."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from simulator.db.tables import ApiClient
from simulator.domain import api_client_admin
from simulator.net.addresses import AIHUB, MCP, Addresses
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser, plain
from tests.contract.developer_api_world import Program
from tests.contract.mcp_endpoint import token_for

pytestmark = pytest.mark.requirement("NAME-9")
SERVER = "https://2107.apim.mcp.eu.workato.com"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture
def europe() -> Iterator[Simulator]:
    """The demo in the European data center."""
    with Simulator(Settings(database="memory", data_center="eu")) as simulator:
        yield simulator


def test_a_client_finds_signs_in_at_and_calls_a_server_of_europe(europe: Simulator) -> None:
    refused = Browser(europe).request("POST", SERVER, json=LIST)
    assert refused.status_code == 401
    metadata = f"{SERVER}/.well-known/oauth-protected-resource"
    assert f'resource_metadata="{metadata}' in refused.headers["WWW-Authenticate"]
    assert Browser(europe).request("GET", metadata).get_json()["resource"] == SERVER

    token = token_for(europe, "ada@acme.example", SERVER)
    answer = Browser(europe).request(
        "POST", SERVER, json=LIST, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.get_json()["result"]["tools"]
    elsewhere = SERVER.replace(".eu.", ".jp.")
    assert Browser(europe).request("POST", elsewhere, json=LIST).status_code != 401


def test_the_web_app_and_the_developer_api_are_in_europe(europe: Simulator) -> None:
    hub = "https://app.eu.workato.com"
    browser = Browser(europe).get(f"{hub}/users/sign_in")
    browser.press("Sign in", email="olivia@acme.example", password="demo-Pass-1")
    assert browser.url.startswith(hub)
    assert "AI Hub" in plain(browser.page.text)

    program = Program(europe)
    headers = {"Authorization": f"Bearer {program.token}"}
    listed = Browser(europe).request("GET", f"{hub}/api/mcp/mcp_servers", headers=headers)
    urls = {each["mcp_url"].partition("?")[0] for each in listed.get_json()["data"]}
    assert SERVER in urls
    assert Browser(europe).request("GET", f"{hub}/api/nonsense", headers=headers).is_json

    names = europe.world.addresses
    assert names.production_host(AIHUB) == "app.eu.workato.com"
    assert names.production_host(MCP) == "<n>.apim.mcp.eu.workato.com"
    assert "*.apim.mcp.eu.workato.com" in names.production_hosts
    assert names.system_at("app.jp.workato.com") is None

    with europe.world.db.unit() as session:
        made = session.scalars(select(ApiClient)).first()
        assert made is not None
        token = api_client_admin.regenerate_token(europe.world, made)
    assert token.startswith("wrkaeu-")


@pytest.mark.parametrize("name", ["eu", "jp", "sg", "au", "il", "kr", "uk", "trial", "preview"])
def test_each_data_center_with_mcp_servers_has_its_hosts(name: str) -> None:
    """Those of 2026: Israel, Korea and the United Kingdom are the latest."""
    Settings(data_center=name)  # is one that can be chosen
    there = Addresses(data_center=name)

    assert there.production_host(AIHUB) == f"app.{name}.workato.com"
    assert there.production_mcp_url(2107) == f"https://2107.apim.mcp.{name}.workato.com"
    assert there.system_at(f"2107.apim.mcp.{name}.workato.com") == MCP
