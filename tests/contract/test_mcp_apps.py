"""MCP apps: added by page, seen and read by clients, in both eras, and gone with their tool."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import McpApp, McpServer, McpTool
from simulator.domain import mcp_apps, server_tools
from simulator.domain.packages import exporting, importing, reading
from simulator.domain.packages.refusals import PackageError
from simulator.errors import FieldError
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_end_users_by_hand import admin

APP = "https://app.workato.com"
__all__ = ["identity", "mcp", "office"]  # the fixtures
HTML = "<!DOCTYPE html>\n<title>Requests</title><p>Größe</p>\n"
CSP = {"resourceDomains": ["https://cdn.jsdelivr.net"]}


def add_app(mcp: Mcp, name: str = "My requests", tool: str = "Greet") -> int:
    """Link an app to a tool of the Procurement assistant, as a builder would."""
    with mcp.world.db.unit() as session:
        server = session.get_one(McpServer, 2107)
        found = session.scalars(select(McpTool).filter_by(server_number=2107, name=tool)).one()
        return mcp_apps.add(mcp.world, server, found, name=name, html=HTML, csp=CSP).id


@pytest.mark.requirement("MCPA-1")
def test_a_tool_names_its_app_which_is_a_resource_in_both_eras(mcp: Mcp) -> None:
    assert mcp.ask("resources/list")["error"]["code"] == -32601, "no app, no resources"
    add_app(mcp)

    listed = {each["name"]: each for each in mcp.ask("tools/list")["result"]["tools"]}
    resources = mcp.ask("resources/list")["result"]["resources"]
    content = mcp.ask("resources/read", {"uri": "ui://my-requests"})["result"]["contents"]

    assert listed["Greet"]["_meta"] == {"ui": {"resourceUri": "ui://my-requests"}}
    assert all("_meta" not in each for name, each in listed.items() if name != "Greet")
    app = {"uri": "ui://my-requests", "mimeType": "text/html;profile=mcp-app"}
    assert resources == [app | {"name": "My requests"}]
    none: dict[str, list[str]] = {
        each: [] for each in ("connectDomains", "frameDomains", "baseUriDomains")
    }
    assert content == [app | {"text": HTML, "_meta": {"ui": {"csp": CSP | none}}}]
    named = {"Mcp_Name": "ui://my-requests"}
    modern = mcp.ask_modern("resources/read", {"uri": "ui://my-requests"}, **named)
    assert modern.get_json()["result"]["contents"] == content
    begun = {"protocolVersion": "2025-11-25", "capabilities": {}}
    begun |= {"clientInfo": {"name": "test", "version": "1"}}
    assert mcp.ask("initialize", begun)["result"]["capabilities"]["resources"] == {}


@pytest.mark.requirement("MCPA-1")
def test_what_is_not_there_is_told_as_each_era_does(mcp: Mcp) -> None:
    add_app(mcp)
    missing = {"uri": "ui://another"}
    assert mcp.ask("resources/read", missing)["error"]["code"] == -32002
    modern = mcp.ask_modern("resources/read", missing, Mcp_Name="ui://another")
    assert modern.get_json()["error"]["code"] == -32602


@pytest.mark.requirement("MCPA-1")
def test_an_app_goes_with_the_tool_that_opens_it(mcp: Mcp) -> None:
    add_app(mcp)
    with mcp.world.db.unit() as session:
        tool = session.scalars(select(McpTool).filter_by(server_number=2107, name="Greet")).one()
        tool.enabled = False
    assert mcp.ask("resources/list")["error"]["code"] == -32601, "a stopped tool opens nothing"
    with mcp.world.db.unit() as session:
        server_tools.remove_tool(mcp.world, session.get_one(McpTool, tool.id))
        assert mcp_apps.list_apps(mcp.world, session.get_one(McpServer, 2107)) == []


def files_of(mcp: Mcp) -> dict[str, bytes]:
    """The export of the Procurement assistant's project."""
    with mcp.world.db.unit() as session:
        project = session.get_one(McpServer, 2107).project
        return exporting.export_project(mcp.world, project)


def read(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What stands in files, whatever the order of members."""
    return {
        name: json.loads(content) if name.endswith(".json") else content
        for name, content in files.items()
    }


def bring(mcp: Mcp, files: Mapping[str, bytes], name: str) -> list[tuple[str, str, Any]]:
    """Import files into a project; return the apps of the servers that were made of them."""
    package = reading.read_zip(exporting.to_zip(files), name).named(name)
    with mcp.world.db.unit() as session:
        outcome = importing.import_package(mcp.world, 1, 1, package)
        servers = select(McpServer.number).where(McpServer.project_id == outcome.projects[name])
        found = session.scalars(select(McpApp).where(McpApp.server_number.in_(servers)))
        return [(each.name, each.html, each.csp["resourceDomains"]) for each in found]


@pytest.mark.requirement("MCPA-3")
def test_an_app_goes_out_in_a_package_and_comes_back(mcp: Mcp) -> None:
    add_app(mcp)
    files = files_of(mcp)
    (manifest,) = [
        each for each in files if each.endswith(".mcp_server.json") and b"apps" in files[each]
    ]
    document = json.loads(files[manifest])
    page = manifest.replace(".mcp_server.json", "_my_requests.bin")
    (entry,) = document["apps"]
    assert files[page] == HTML.encode()
    assert entry["content_digest"] == hashlib.sha256(HTML.encode()).hexdigest()
    assert entry["tool"] in document["references"]

    mine = ("My requests", HTML, CSP["resourceDomains"])
    assert bring(mcp, files, "Copy") == [mine]
    changed = files | {page: b"<p>New</p>"}
    assert bring(mcp, changed, "Copy") == [(mine[0], "<p>New</p>", mine[2])]

    with pytest.raises(PackageError, match="one HTML document, in UTF-8"):
        bring(mcp, files | {page: b"\xff"}, "Another")


@pytest.mark.requirement("MCPA-3")
def test_what_was_imported_is_exported_as_it_came_until_an_app_is_changed(mcp: Mcp) -> None:
    app = add_app(mcp)
    first = files_of(mcp)
    with mcp.world.db.unit() as session:
        name = session.get_one(McpServer, 2107).project.name
    bring(mcp, first, name)
    # What is kept of an import has its members in another order on PostgreSQL.
    assert read(files_of(mcp)) == read(first)

    with mcp.world.db.unit() as session:
        row = session.get_one(McpApp, app)
        mcp_apps.change(mcp.world, row, name=row.name, html="<p>Other</p>", csp={})
    second = files_of(mcp)
    differing = {name for name in second if second[name] != first.get(name)}
    assert {each.rpartition(".")[2] for each in differing} == {"bin", "json"}
    assert b"<p>Other</p>" in second.values()
    with mcp.world.db.unit() as session:
        mcp_apps.remove(mcp.world, session.get_one(McpApp, app))
    assert b'"apps": []' in b"".join(files_of(mcp).values())


@pytest.mark.requirement("MCPA-2")
def test_an_app_is_added_changed_and_removed_by_page(mcp: Mcp) -> None:
    with mcp.world.db.unit() as session:
        handle = session.get_one(McpServer, 2107).handle
    overview = f"{APP}/ai_hub/mcp/{handle}/overview"
    browser = admin(mcp).get(overview)
    assert "No tool opens an MCP app." in browser.text
    browser.get(f"{APP}/ai_hub/mcp/{handle}/apps/add")
    for label in ("Linked tool", "Code", "Content security policy", "Resource domains"):
        assert label in browser.text
    browser.press("Add", name="", html="", resourceDomains="cdn.jsdelivr.net")
    assert browser.page.status_code == 422
    for sentence in (
        "Enter a name of at most 100 characters, without '/'.",
        "Select the tool that opens the app.",
        "Enter the HTML document",
        "'cdn.jsdelivr.net' is no origin, such as https://cdn.jsdelivr.net.",
    ):
        assert sentence in browser.text
    with mcp.world.db.unit() as session:
        tool = session.scalars(select(McpTool).filter_by(server_number=2107, name="Greet")).one()
    origins = "https://cdn.jsdelivr.net\nhttps://api.example:8443"
    browser.press("Add", name="Board", tool=str(tool.id), html=HTML, resourceDomains=origins)
    assert "Added the MCP app 'Board', which Greet opens." in browser.text
    assert "Board : opened by Greet , ui://board" in browser.text
    content = mcp.ask("resources/read", {"uri": "ui://board"})["result"]["contents"][0]
    assert content["text"] == HTML
    assert content["_meta"]["ui"]["csp"]["resourceDomains"] == origins.split()

    with mcp.world.db.unit() as session:
        app = session.scalars(select(McpApp)).one()
    page = f"{APP}/ai_hub/mcp/{handle}/apps/{app.id}"
    browser.get(page).press("Save", name="Board 2", html="<p>2</p>")
    assert "Board 2 : opened by Greet , ui://board" in browser.text, "its address stays"
    browser.get(f"{page}?dialog=remove").press("Remove")
    assert "Removed the MCP app 'Board 2'." in browser.text
    assert browser.get(page).page.status_code == 404


@pytest.mark.requirement("MCPA-2")
def test_servers_without_project_assets_and_tools_that_open_one_have_none(mcp: Mcp) -> None:
    add_app(mcp)
    for name, tool, field in (("Other", "Greet", "tool"), ("My  REQUESTS!", "Turn_down", "name")):
        with pytest.raises(FieldError) as refused:
            add_app(mcp, name, tool)
        assert refused.value.field == field
    with mcp.world.db.unit() as session:
        server = session.get_one(McpServer, 2107)
        server.collection_id = 1
        with pytest.raises(FieldError, match="belong to servers whose tools are project assets"):
            mcp_apps.add(mcp.world, server, server.tools[1], name="X", html=HTML, csp={})
        session.rollback()
