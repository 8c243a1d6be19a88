"""End users and their groups by page and by Developer API: made, invited, changed, removed."""

import io
import re

import pytest
from sqlalchemy import select

from simulator.control.persons import MailSearch, list_mails
from simulator.db.tables import Connection, EndUser, EndUserGroup, OAuthToken, SignIn
from simulator.domain.end_user_lists import read_list
from tests.contract.aihub_world import Hub, field_error, hub, text_of
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.contract.identity_world import ID, PASSWORD
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
USERS, GROUPS = "/workspace_admin/end_users", "/workspace_admin/groups"
NEW, BULK = f"{USERS}/new", f"{USERS}/bulk"
APP = "https://app.workato.com"


def admin(mcp: Mcp) -> Browser:
    """Marc's browser, signed in to the web app."""
    browser = Browser(mcp.simulator).get(f"{APP}/users/sign_in")
    return browser.press("Sign in", email="marc@office.example", password=PASSWORD)


@pytest.mark.requirement("USR-1", "USR-2")
def test_whoever_is_added_finds_the_invitation_in_the_mailbox_and_signs_in(mcp: Mcp) -> None:
    browser = admin(mcp).get(APP + NEW)
    browser.press("Add", name="Uma Ono", email=" Uma@office.example ", group="Buyers")
    assert "Added Uma Ono. The invitation is on its way to Uma@office.example." in browser.text
    assert "Uma Ono Invited" in browser.text

    uma = Browser(mcp.simulator).get(f"{ID}/mailbox")
    assert "To Uma@office.example" in uma.text
    link = re.search(r'href="([^"]+/invitations/[^"]+)"[^<]*Accept invitation', uma.page.text)
    assert link
    uma.get(link[1]).press("Accept invitation", password="chosen by Uma")
    assert "Your account is active now." in uma.text
    assert "It was accepted." in Browser(mcp.simulator).get(f"{ID}/mailbox").text


@pytest.mark.requirement("USR-1")
def test_what_is_wrong_with_a_new_end_user_stands_next_to_its_field(hub: Hub) -> None:
    browser = hub.browser("admin")
    taken = browser.post(NEW, NEW, name="Ada", email="ADA@acme.example", group="")
    assert taken.status_code == 422
    assert "Another end user has the e-mail address" in field_error(taken, "email")
    assert 'value="ADA@acme.example"' in taken.text
    wrong = browser.post(NEW, NEW, name="A" * 101, email="eve@acme.example", group="")
    assert "1 to 100 characters" in field_error(wrong, "name")
    nobody = browser.post(NEW, NEW, name="", email="nobody", group="")
    assert "is not an e-mail address" in field_error(nobody, "email")
    group = browser.post(NEW, NEW, name="", email="eve@acme.example", group="Nowhere")
    assert "no end-user group 'Nowhere'" in field_error(group, "group")
    assert "eve@acme.example" not in text_of(browser.get(USERS))


@pytest.mark.requirement("USR-3")
@pytest.mark.parametrize(
    "text, users",
    [
        ("Eve Ono, eve@x.example\n\nfay@x", [("Eve Ono", "eve@x.example"), ("", "fay@x")]),
        ("E-mail;Name\neve@x.example;Ono, Eve", [("Ono, Eve", "eve@x.example")]),
        ('"Ono, Eve",eve@x.example', [("Ono, Eve", "eve@x.example")]),
        ("Eve <eve@x.example>", [("Eve", "eve@x.example")]),
        ("\ufeffname\temail\r\nEve\teve@x.example\r\n", [("Eve", "eve@x.example")]),
        ("eve@x.example, Eve", [("Eve", "eve@x.example")]),
        ("a, a@x.example\nb;b@x.example\nc\tc@x.example", [(n, f"{n}@x.example") for n in "abc"]),
        (" \n", []),
    ],
)  # fmt: skip
def test_a_list_of_people_is_read_as_people_write_it(
    text: str, users: list[tuple[str, str]]
) -> None:
    assert [(line.user.name, line.user.email) for line in read_list(text)] == users


@pytest.mark.requirement("USR-3")
def test_many_are_added_or_nobody_and_each_wrong_line_is_named(hub: Hub) -> None:
    browser = hub.browser("admin")
    people = (
        "Eve, eve@acme.example\nnobody\nFay, FAY@acme.example\nfay@acme.example\nada@acme.example"
    )
    wrong = browser.post(BULK, BULK, people=people, group="")
    assert "Nobody was added: 4 lines cannot be used." in field_error(wrong, "people")
    page = text_of(wrong)
    assert "2 nobody 'nobody' is not an e-mail address." in page
    assert "4 fay@acme.example fay@acme.example is there more than once." in page
    assert "5 ada@acme.example Another end user has the e-mail address" in page
    assert "Eve, eve@acme.example" in wrong.text, "what was typed stays"

    old = io.BytesIO("name,email\nJürgen,eve@acme.example".encode("latin-1"))
    unread = browser.post(BULK, BULK, people="Fay, fay@acme.example", file=(old, "people.csv"))
    assert "not in UTF-8: save it as CSV UTF-8, and choose it again." in field_error(unread, "file")
    assert "Fay, fay@acme.example" in unread.text, "what was typed stays"

    good = browser.post(
        BULK, BULK, people="Eve, eve@acme.example\nfay@acme.example", group="Group one"
    )
    assert good.status_code == 303
    with hub.world.db.unit() as session:
        group = session.get_one(EndUserGroup, "eug-one")
        assert [one.name for one in group.members] == ["Ada", "Eve", "fay"]
        assert group.members[2].normalized_email == "fay@acme.example"


@pytest.mark.requirement("USR-4", "USR-5")
def test_an_end_user_is_changed_disabled_enabled_and_removed(mcp: Mcp) -> None:
    mcp.connect("ada")
    browser = admin(mcp).get(f"{APP}{USERS}?q=ada@office.example")
    ada = re.search(rf'href="({USERS}/eu-[^"]+)"', browser.page.text)
    assert ada
    at = APP + ada[1]
    browser.get(at).press("Save", name="Ada Lovelace", email="ada@office.example")
    assert "Saved Ada Lovelace." in browser.text
    assert "1 MCP client with a token; 1 runtime user connection" in browser.text

    browser.get(f"{at}?ask=disable").press("Yes, disable")
    token = mcp.token_of("ada")
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert mcp.send(ask, token).status_code == 403
    browser.press("Enable")
    assert mcp.send(ask, token).status_code == 200

    browser.get(f"{at}?ask=remove")
    assert "1 connection to apps is given up and revoked there" in browser.text
    browser.press("Yes, remove")
    assert "Removed Ada Lovelace." in browser.text
    assert mcp.send(ask, token).status_code == 401
    with mcp.world.db.unit() as session:
        for table, column in ((SignIn, SignIn.person), (EndUser, EndUser.id)):
            assert not session.scalars(select(table).where(column == at.rpartition("/")[2])).all()
        assert not session.scalars(
            select(Connection).where(Connection.parent_id.is_not(None))
        ).all()
        at_apps = select(OAuthToken).where(OAuthToken.provider != "identity")
        revoked = at_apps.where(OAuthToken.revoked_at.is_not(None))
        assert len(session.scalars(revoked).all()) == 1, "revoked at the app, too"


@pytest.mark.requirement("USR-6")
def test_a_group_is_renamed_and_members_are_added_and_removed(hub: Hub) -> None:
    browser, here = hub.browser("admin"), f"{GROUPS}/eug-one"
    taken = browser.post(f"{here}/name", f"{here}/members", name="group TWO")
    assert "already has a group named" in field_error(taken, "name")
    assert browser.post(f"{here}/name", f"{here}/members", name="Buyers").status_code == 303

    add = f"{here}/members/add"
    assert "Ada" not in text_of(browser.get(add)), "a member already"
    assert "Select at least one end user." in text_of(browser.post(add, add, do="enter", found=""))
    found = browser.post(add, add, do="find", find="nobody", end_users=["eu-bob"])
    assert "Chosen: 1" in text_of(found), "what was ticked stays"
    assert browser.post(add, add, do="enter", found="", end_users=["eu-bob"]).status_code == 303
    page = text_of(browser.get(f"{here}/members"))
    assert "Added 1 member." in page
    assert "Bob bob@acme.example Active" in page

    asked = text_of(browser.get(f"{here}/members?remove=eu-ada"))
    assert "They lose the access that Buyers gives to: Server ready" in asked
    browser.post(f"{here}/members/eu-ada/remove", f"{here}/members")
    assert "ada@acme.example" not in text_of(browser.get(f"{here}/members"))
    assert browser.get(f"{GROUPS}/eug-one/members?remove=eu-zoe").status_code == 200
    assert hub.browser("stranger").get(f"{USERS}/eu-ada").status_code == 404


@pytest.mark.requirement("USR-7", "USR-8")
def test_a_program_makes_changes_and_deletes_people_and_groups(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    group = api.call("POST", "iam/user_groups", name="Travellers")["data"]
    assert group["users_count"] == 0
    again = api.call("POST", "iam/user_groups", 422, name="travellers")
    assert "already" in again["message"]
    assert api.call("GET", "iam/user_groups?query=Travel")["data"] == [group]

    uma = api.call("POST", "iam/users", email="uma@office.example", full_name="Uma Ono")["data"]
    assert (uma["status"], uma["user_group_ids"]) == ("invited", [])
    assert api.call("GET", "iam/users?query=uma@office.example")["data"] == [uma]
    several = [{"email": "vic@office.example"}, {"email": "wes@office.example", "full_name": "Wes"}]
    vic, wes = api.call("POST", "iam/users", users=several)["data"]
    assert (vic["full_name"], wes["full_name"]) == ("vic", "Wes")
    wrong = api.call("POST", "iam/users", 422, users=[{"email": "x"}, *several])
    assert wrong["errors"]["users[0].email"] == ["'x' is not an e-mail address."]
    assert "already" in wrong["errors"]["users[1].email"][0]

    path = f"iam/user_groups/{group['id']}"
    ids = [each["id"] for each in (uma, vic, wes)]
    assert api.call("POST", f"{path}/add_users", user_ids=ids)["data"]["users_count"] == 3
    assert api.call("POST", f"{path}/add_users", 404, user_ids=["eu-nobody"])["message"]
    gone = api.call("DELETE", f"{path}/remove_users", user_ids=[wes["id"]])
    assert gone["data"]["users_count"] == 2
    api.call("DELETE", f"{path}/remove_users?user_ids[]={vic['id']}")
    assert [each["id"] for each in api.call("GET", f"{path}/members")["data"]] == [uma["id"]]
    assert api.call("PUT", path, name="Staff")["data"]["name"] == "Staff"

    changed = api.call("PUT", f"iam/users/{wes['id']}", full_name="Wes Ek", active=False)["data"]
    assert (changed["full_name"], changed["status"]) == ("Wes Ek", "disabled")
    assert api.call("PUT", f"iam/users/{wes['id']}", 400, full_name="")["errors"]["full_name"]
    assert api.call("DELETE", f"iam/users/{wes['id']}") == {"success": True}
    assert api.call("GET", f"iam/users/{wes['id']}", 404)["message"]
    assert api.call("DELETE", path) == {"success": True}
    assert api.call("GET", path, 404)["message"] == "This end-user group does not exist."


@pytest.mark.requirement("USR-9")
def test_app_links_are_made_listed_and_deleted(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    made = [
        api.call("POST", "iam/app_links", name=name, url="https://wiki.example/")["data"]
        for name in ("Wiki", "Wiki", "Handbook")
    ]
    assert [each["name"] for each in api.call("GET", "iam/app_links")["data"]] == [
        "Handbook",
        "Wiki",
        "Wiki",
    ]
    wrong = api.call("POST", "iam/app_links", 400, name="Wiki", url="javascript:alert(1)")
    assert "url" in wrong["errors"]
    assert api.call("DELETE", f"iam/app_links/{made[0]['id']}") == {"success": True}
    assert api.call("DELETE", "iam/app_links", 404, ids=[made[0]["id"], made[1]["id"]])
    api.call("DELETE", "iam/app_links", ids=[each["id"] for each in made[1:]])
    assert api.call("GET", "iam/app_links")["data"] == []


@pytest.mark.requirement("USR-2")
def test_the_control_api_shows_the_mail(mcp: Mcp) -> None:
    Program(mcp.simulator).call("POST", "iam/users", email="uma@office.example")
    with mcp.world.db.unit():
        found = list_mails(mcp.simulator, MailSearch(to="UMA@office.example")).mails
    assert [each.to for each in found] == ["uma@office.example"]
    assert "Accept the invitation" in Browser(mcp.simulator).get(found[0].link).text
