"""The address of an API collection's server, with namespace and collection behind its number."""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import select, text

from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.db.tables import EndUserGroup, McpServer
from simulator.domain import servers
from simulator.domain.packages import importing, reading
from tests.contract.identity_world import CALLBACK
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.tools.requirements import ROOT

__all__ = ["identity", "mcp", "office"]  # the fixtures

pytestmark = pytest.mark.requirement("MCP-133")
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
PATH = "/office-ltd/procurement-v1"
DOCUMENT = "/.well-known/oauth-protected-resource"


@pytest.fixture
def number(mcp: Mcp) -> int:
    """Of a server of an API collection, imported, at which Ada signs in."""
    package = reading.read_path(ROOT / "fixtures/packages/procurement_api")
    with mcp.world.db.unit() as session:
        importing.import_package(mcp.world, 1, 1, package)
        server = session.scalars(select(McpServer).where(McpServer.collection_id > 0)).one()
        group = select(EndUserGroup).where(EndUserGroup.environment_id == server.environment_id)
        groups = [each.id for each in session.scalars(group)]
        servers.assign_groups(mcp.world, server, groups)
        return server.number


def _url(mcp: Mcp, number: int) -> str:
    """As AI Hub and the Developer API show it."""
    with mcp.world.db.unit() as session:
        return servers.get_url(mcp.world, session.get_one(McpServer, number))


@pytest.mark.requirement("MCP-22")
def test_with_token_based_access_the_collection_stands_in_the_address(
    mcp: Mcp, number: int
) -> None:
    root = f"https://{number}.apim.mcp.workato.com"
    assert _url(mcp, number) == root
    with mcp.world.db.unit() as session:
        servers.switch_to_token_access(mcp.world, session.get_one(McpServer, number))
    token = mcp.mcp_token(number)

    assert _url(mcp, number) == root + PATH
    for form in ("", "/", "/tools/call"):
        assert mcp.send(PING, token, url=root + PATH + form).status_code == 200
    assert mcp.send(PING, None, url=f"{root}{PATH}?wkt_token={token}").status_code == 200
    assert mcp.send(PING, token, url=root).status_code == 200
    for elsewhere in ("/office-ltd/procurement-v2", "/other/procurement-v1"):
        answer = mcp.send(PING, token, url=root + elsewhere)
        assert answer.status_code == 404
        assert "names another API collection" in answer.get_json()["error"]["message"]
    refused = mcp.send(PING, token, url=f"https://2108.apim.mcp.workato.com{PATH}")
    assert refused.status_code == 404


@pytest.mark.requirement("RS-2", "ID-30")
def test_at_either_address_a_client_finds_where_to_sign_in(mcp: Mcp, number: int) -> None:
    """Challenge, document, registration, sign-in for that `resource`, call."""
    url = f"https://{number}.apim.mcp.workato.com{PATH}"
    challenge = mcp.send(PING, None, url=url).headers["WWW-Authenticate"]
    link = challenge.partition('resource_metadata="')[2].partition('"')[0]
    browser = mcp.browser()

    assert urlsplit(link).path == DOCUMENT + PATH
    assert browser.request("GET", link).get_json()["resource"] == url
    assert browser.request("GET", f"{url}{DOCUMENT}").get_json()["resource"] == url
    token = mcp.tokens(mcp.register(), resource=url)["access_token"]
    assert mcp.send(PING, token, url=url).status_code == 200
    assert mcp.send(PING, token, url=url.removesuffix(PATH)).status_code == 200
    foreign = url.replace("procurement", "payroll")
    assert browser.request("GET", foreign + DOCUMENT).status_code == 404
    registration = f"https://id.workato.com/oauth/register?{urlencode({'resource': foreign})}"
    refused = browser.request("POST", registration, json={"redirect_uris": [CALLBACK]})
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_target")


def test_servers_of_before_get_the_address_of_their_collection(tmp_path: Path) -> None:
    """Version 0038 knew the collection alone."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    keys = Keys("a master of these tests")
    schema.migrate(db, keys, "0038")
    server = (
        "INSERT INTO mcp_servers (number, handle, workspace_id, environment_id, project_id, "
        "collection_id, name, description, auth_type, ip_allow_list, ip_deny_list, "
        "allow_same_user_token_inheritance, created_at, updated_at) VALUES "
        "({0}, 'mcps-{0}', 1, 1, 1, {1}, 'S', '', 'hashed_token', '[]', '[]', 0, :now, :now)"
    )
    asset = (
        "INSERT INTO package_assets (id, project_id, zip_name, kind, name, document, created_at, "
        "updated_at) VALUES ({0}, 1, 'c{0}.api_group.json', 'api_group', 'Pay roll', '{1}', "
        ":now, :now)"
    )
    with db.engine.begin() as connection:
        for statement in (
            "INSERT INTO workspaces VALUES (1, 'Acme & Sons')",
            "INSERT INTO environments VALUES (1, 1, 'Production')",
            "INSERT INTO projects VALUES (1, 1, 'Home', '')",
            asset.format(7, '{"handle"\\: "sales-v2"}'),
            asset.format(8, "{}"),
            server.format(2101, "NULL"),
            server.format(2102, 7),
            server.format(2103, 8),
        ):
            connection.execute(text(statement), {"now": "2026-08-01 00:00:00"})

    schema.prepare(db, lambda: keys)

    with db.unit() as session:
        rows = session.scalars(select(McpServer).order_by(McpServer.number))
        assert [row.url_path for row in rows] == [
            "",
            "/acme-sons/sales-v2",
            "/acme-sons/pay-roll-v1",
        ]
    db.close()
