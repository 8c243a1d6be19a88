"""Runtime user connections that a program begins, and that an admin deletes."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select

from simulator.db.tables import Connection, EndUser
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.contract.document_host import document_host
from tests.contract.identity_world import office_with
from tests.contract.mcp_world import APP_PASSWORD, Mcp, identity, mcp, office
from tests.contract.test_end_users_by_hand import admin

__all__ = ["identity", "mcp", "office"]  # the fixtures
RUC = "connections/runtime_user_connections"
PAGE = "https://app.workato.com/tools/runtime_user_connections"


def begin(mcp: Mcp, api: Program, status: int = 200, **changes: object) -> dict[str, object]:
    """Ask for Ada's connection to Coupa."""
    with mcp.world.db.unit() as session:
        parent = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
        ada = session.scalars(select(EndUser).where(EndUser.email == "ada@office.example")).one()
        assert parent is not None
        body = {"parent_id": parent.id, "folder_id": parent.project_id, "external_id": ada.id}
    answer: dict[str, object] = api.call("POST", RUC, status, **(body | changes))
    return answer


def authorize(mcp: Mcp, url: object, press: str = "Allow") -> Browser:
    """Open the address, and decide at the app."""
    browser = Browser(mcp.simulator).get(str(url))
    return browser.press("Sign in", login="ada", password=APP_PASSWORD).press(press)


@pytest.mark.requirement("USR-20")
def test_a_program_begins_a_connection_that_the_app_authorizes(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    made = begin(mcp, api, name="Ada's Coupa", redirect_url="https://portal.example/done?x=1")
    data = made["data"]
    assert isinstance(data, dict)
    assert "/oauth2/authorizations/new" in str(data["url"]) or "authorize" in str(data["url"])
    listed = api.call("GET", "connections?include_runtime_connections=true")
    (row,) = [each for each in listed if each["id"] == data["id"]]
    assert (row["name"], row["authorization_status"]) == ("Ada's Coupa", None)
    refused = api.send("PUT", f"connections/{row['id']}", json={"external_id": "another"})
    assert refused.status_code == 400, "it is for nobody else"

    browser = authorize(mcp, data["url"])
    assert browser.left_for == "https://portal.example/done?x=1"
    listed = api.call("GET", "connections?include_runtime_connections=true")
    (row,) = [each for each in listed if each["id"] == data["id"]]
    assert (row["authorization_status"], row["parent_id"] is not None) == ("success", True)
    assert "structuredContent" not in mcp.call("List_my_requisitions") or (
        "auth_url" not in mcp.call("List_my_requisitions").get("structuredContent", {})
    )


@pytest.mark.requirement("USR-20")
def test_an_address_is_good_once_and_another_one_is_had(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    data = begin(mcp, api)["data"]
    assert isinstance(data, dict)
    refused = authorize(mcp, data["url"], "Deny")
    assert "The connection could not be made" in refused.text
    again = api.call("GET", f"{RUC}/{data['id']}/get_oauth_url")["data"]["url"]
    states = [parse_qs(urlsplit(str(url)).query)["state"] for url in (data["url"], again)]
    assert states[0] != states[1]
    browser = authorize(mcp, again)
    assert "Connected" in browser.text
    assert "connected as" in browser.text
    twice = begin(mcp, api)["data"]
    assert isinstance(twice, dict)
    assert twice["id"] == data["id"], "one for each parent, environment and person"


@pytest.mark.requirement("USR-20")
def test_the_address_to_call_back_is_called_when_there_are_tokens() -> None:
    with document_host() as host, office_with(loopback_documents=True) as own:
        mcp = Mcp(own.simulator)
        api = Program(mcp.simulator)
        own_id = "customer 7"
        news = f"{host.origin}/news?of=ada"
        data = begin(mcp, api, external_id=own_id, callback_url=news)["data"]
        assert isinstance(data, dict)
        authorize(mcp, data["url"])
        (path,) = host.paths
    query = parse_qs(urlsplit(path).query)
    assert (query["of"], query["status"]) == (["ada"], ["success"])
    assert query["connection_id"] == [str(data["id"])]
    assert query["external_id"] == [own_id]


@pytest.mark.requirement("USR-20", "CONN-3")
def test_any_text_names_somebody_whom_the_program_alone_knows(mcp: Mcp) -> None:
    """A person's e-mail address does not make it theirs: their calls ask them to connect."""
    api, query = Program(mcp.simulator), "connections?include_runtime_connections=true&external_id="
    texts = ("ada@office.example", "Customer 7 / Ünit")
    made = {text: begin(mcp, api, external_id=text)["data"] for text in texts}
    for text, data in made.items():
        assert isinstance(data, dict)
        authorize(mcp, data["url"])
        (row,) = api.call("GET", query + quote(text))
        assert (row["id"], row["external_id"]) == (data["id"], text)
        assert row["authorization_status"] == "success"
        again = begin(mcp, api, external_id=text)["data"]
        assert isinstance(again, dict)
        assert again["id"] == data["id"], "one for each parent, environment and text"
    assert "auth_url" in mcp.call("List_my_requisitions")["structuredContent"]

    browser = admin(mcp).get(f"{PAGE}?q=customer+7")
    assert "Customer 7 / Ünit" in browser.text
    assert "External ID of no end user" in browser.text
    assert "1 connection, page 1 of 1" in browser.text
    own = next(one for one in mcp.children() if one.external_id == "Customer 7 / Ünit")
    browser.get(f"{PAGE}/{own.id}/disconnect").press("Disconnect")
    assert "Disconnected Customer 7 / Ünit from Coupa." in browser.text
    assert "has to ask for a new address" in browser.get(f"{PAGE}/{own.id}/delete").text
    browser.press("Delete")
    assert "Deleted the connection of Customer 7 / Ünit to Coupa." in browser.text
    assert api.call("GET", query + quote("Customer 7 / Ünit")) == []


@pytest.mark.requirement("USR-20")
def test_what_cannot_be_begun_is_refused_by_its_member(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    assert "no connection 99999" in str(begin(mcp, api, 404, parent_id=99999)["message"])
    assert "no folder" in str(begin(mcp, api, 404, folder_id=99999)["message"])
    for field, value in (
        ("external_id", ""),
        ("external_id", "x" * 256),
        ("callback_url", "ftp://x"),
        ("redirect_url", "javascript:alert(1)"),
    ):
        errors = begin(mcp, api, 400, **{field: value})["errors"]
        assert isinstance(errors, dict)
        assert list(errors) == [field]
    assert api.call("GET", f"{RUC}/99999/get_oauth_url", 404)["message"]
    with mcp.world.db.unit() as session:
        children = select(Connection).where(Connection.parent_id.is_not(None))
        assert not session.scalars(children).all()


@pytest.mark.requirement("USR-21")
def test_an_admin_deletes_a_connection_for_good(mcp: Mcp) -> None:
    mcp.connect("ada")
    (own,) = mcp.children()
    browser = admin(mcp).get(f"{PAGE}/{own.id}/delete")
    assert "Delete the connection of Ada Reyes to Coupa?" in browser.text
    browser.press("Delete")
    assert "Deleted the connection of Ada Reyes to Coupa." in browser.text
    assert not mcp.children()
    assert "auth_url" in mcp.call("List_my_requisitions")["structuredContent"]
