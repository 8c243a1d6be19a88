"""Steps in AI Hub: servers, access method, end-user groups."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from playwright.sync_api import expect
from pytest_bdd import given, parsers, then, when

from simulator.testing.actors import Actor
from simulator.testing.pages.ai_hub import AiHub, ServerPage
from simulator.testing.pages.workspace_admin import WorkspaceAdmin
from simulator.testing.steps.web_app import Somebody
from simulator.testing.steps.words import names_of, quoted_names
from simulator.testing.workspace import Workspace


@dataclass
class Visit:
    """What the scenario did in the web app.

    Attributes:
        server: the MCP server whose page was opened last.
        groups: end-user groups that were created, with the number of their members.
    """

    server: str = ""
    groups: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def visit() -> Visit:
    """What the scenario did in the web app, empty at first."""
    return Visit()


@given(parsers.parse('the MCP server "{server}" uses token-based access'))
def uses_token_access(server: str, workspace: Workspace) -> None:
    """Where the documented procedure starts."""
    servers = _described(workspace)["servers"]
    (method,) = {each["access_method"] for each in servers if each["name"] == server}
    assert method == "token", f"'{server}' uses {method}"


@when(
    parsers.re(r'(?P<who>[^"]+?) (?:goes|go) to AI Hub and selects? the MCP servers tab'),
)
def goes_to_ai_hub(who: str, somebody: Somebody, workspace: Workspace) -> None:
    """Documentation, step 1."""
    hub = AiHub(somebody(who).page, workspace.description["systems"]["aihub"])
    hub.open()
    hub.select_mcp_servers_tab()


@when(parsers.re(r'(?P<who>[^"]+?) clicks? the MCP server "(?P<server>[^"]+)"'))
def clicks_server(
    who: str, server: str, somebody: Somebody, workspace: Workspace, visit: Visit
) -> None:
    """Documentation, step 2."""
    AiHub(somebody(who).page, workspace.description["systems"]["aihub"]).click_server(server)
    visit.server = server


@when(parsers.re(r'(?P<who>[^"]+?) clicks? the End user access tab'))
def clicks_access_tab(who: str, somebody: Somebody) -> None:
    """Documentation, step 3."""
    ServerPage(somebody(who).page).click_end_user_access_tab()


@when(
    parsers.re(
        r'(?P<who>[^"]+?) (?:goes|go) to the Access Method section and ensures? that '
        r"Workato Identity is selected"
    )
)
def ensures_workato_identity(who: str, somebody: Somebody) -> None:
    """Documentation, step 4: click the option if it is not selected, and confirm the switch."""
    page = ServerPage(somebody(who).page)
    page.ensure_method("Workato Identity")
    expect(page.method("Workato Identity")).to_be_checked()


@when(parsers.re(r'(?P<who>[^"]+?) clicks? Add user groups'))
def clicks_add_user_groups(who: str, somebody: Somebody) -> None:
    """Documentation, step 5."""
    ServerPage(somebody(who).page).click_add_user_groups()


@when(
    parsers.re(
        r'(?P<who>[^"]+?) uses? the User groups drop-down menu(?P<keyboard> by keyboard)? to '
        r"select (?P<names>.+)"
    )
)
def selects_groups(who: str, keyboard: str | None, names: str, somebody: Somebody) -> None:
    """Documentation, step 6: a click on each, or the keyboard alone; several can be chosen."""
    groups = quoted_names(names)
    ServerPage(somebody(who).page).select_groups(groups, by_keyboard=bool(keyboard))


@when(parsers.re(r'(?P<who>[^"]+?) clicks? Add'))
def clicks_add(who: str, somebody: Somebody) -> None:
    """Documentation, step 7."""
    ServerPage(somebody(who).page).click_add()


@then(parsers.parse('the group "{group}" stands in the list with its member count'))
def group_is_listed(group: str, admin: Actor, workspace: Workspace, visit: Visit) -> None:
    """The count is the number of people whom the description puts into the group."""
    page = ServerPage(admin.page)
    expect(page.group_row(group)).to_have_count(1)
    expect(page.member_count(group)).to_have_text(str(_members(group, workspace, visit)))


@then(parsers.parse("these groups alone stand in the list: {names}"))
def only_these_groups(names: str, admin: Actor) -> None:
    """In any order."""
    expect(ServerPage(admin.page).groups.get_by_role("rowheader")).to_have_count(
        len(quoted_names(names))
    )
    for group in quoted_names(names):
        expect(ServerPage(admin.page).group_row(group)).to_have_count(1)


@given(
    parsers.re(r'(?P<who>[^"]+?) opens? the End user access tab of "(?P<server>[^"]+)"'),
)
@when(
    parsers.re(r'(?P<who>[^"]+?) opens? the End user access tab of "(?P<server>[^"]+)"'),
)
def opens_access_tab(
    who: str, server: str, somebody: Somebody, workspace: Workspace, visit: Visit
) -> None:
    """The first three documented steps."""
    goes_to_ai_hub(who, somebody, workspace)
    clicks_server(who, server, somebody, workspace, visit)
    clicks_access_tab(who, somebody)


@when(parsers.re(r'(?P<who>[^"]+?) removes? the group "(?P<group>[^"]+)" and confirms?'))
def removes_group(who: str, group: str, somebody: Somebody) -> None:
    """With the dialog that asks first."""
    page = ServerPage(somebody(who).page)
    page.remove_group(group)
    expect(page.group_row(group)).to_have_count(0)


@then("the list of groups is empty and says what to do")
def list_is_empty(admin: Actor) -> None:
    """An empty state in words, with the button beside it."""
    page = ServerPage(admin.page)
    expect(page.groups).to_have_count(0)
    expect(admin.page.get_by_role("main")).to_contain_text("No user groups have access yet")
    expect(page.add_button).to_be_visible()


@given(
    parsers.re(r'(?P<who>[^"]+?) generates? an MCP token that a client can use'),
    target_fixture="mcp_token",
)
def generates_token(who: str, somebody: Somebody, workspace: Workspace, visit: Visit) -> str:
    """On the page of the server that is open, which shows it once; a client has used it."""
    token = ServerPage(somebody(who).page).generate_token()
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    response = _list_tools(workspace, visit.server, token)
    assert response.status_code == 200, response.text
    return token


@when(parsers.re(r'(?P<who>[^"]+?) switch(?:es)? the access method to "(?P<method>[^"]+)"'))
def switches(who: str, method: str, somebody: Somebody) -> None:
    """Switch, dialog, Confirm."""
    page = ServerPage(somebody(who).page)
    names = page.access_method.locator("label").all_inner_texts()
    if not page.method(method).count():
        raise LookupError(f"'{method}' is no access method. There are: {', '.join(names)}.")
    page.switch_to(method)
    expect(page.method(method)).to_be_checked()


@then("the client's token is refused")
def token_is_refused(mcp_token: str, workspace: Workspace, visit: Visit) -> None:
    """The old token dies at once, and for good."""
    response = _list_tools(workspace, visit.server, mcp_token)
    assert response.status_code == 401, response.text


@then(parsers.parse('the field "User groups" says "{sentence}"'))
def groups_field_says(sentence: str, admin: Actor) -> None:
    """The error stands in the dialog, which stays open."""
    page = ServerPage(admin.page)
    expect(page.groups_error).to_have_text(sentence)
    expect(page.groups_menu.control).to_have_attribute("aria-invalid", "true")


@when(
    parsers.re(
        r'(?P<who>[^"]+?) creates? the end-user group "(?P<group>[^"]+)" with (?P<members>[^"]+) '
        r"in Workspace admin"
    )
)
def creates_group(
    who: str, group: str, members: str, somebody: Somebody, workspace: Workspace, visit: Visit
) -> None:
    """Workspace admin > Authentication & Groups; with one person or several."""
    emails = [workspace.stage.person(name)["email"] for name in names_of(members)]
    page = WorkspaceAdmin(somebody(who).page)
    page.open()
    page.create_group(group, emails)
    count = f"{len(emails)} member{'s' if len(emails) != 1 else ''}"
    expect(page.member_count(group)).to_have_text(count)
    visit.groups[group] = len(emails)


@then(parsers.parse('the group "{group}" can be added to "{server}"'))
def group_can_be_added(
    group: str,
    server: str,
    admin: Actor,
    somebody: Somebody,
    workspace: Workspace,
    visit: Visit,
) -> None:
    """It is offered, added and listed with its members."""
    opens_access_tab("they", server, somebody, workspace, visit)
    clicks_add_user_groups("they", somebody)
    ServerPage(admin.page).select_groups([group])
    clicks_add("they", somebody)
    group_is_listed(group, admin, workspace, visit)


def _described(workspace: Workspace) -> dict[str, Any]:
    """The world as it is now; a tenant as its file describes it."""
    simulator = workspace.given_simulator
    return simulator.describe() if simulator else workspace.description


def _members(group: str, workspace: Workspace, visit: Visit) -> int:
    if group in visit.groups:
        return visit.groups[group]
    people = _described(workspace)["people"]
    return len({person["email"] for person in people if group in person["groups"]})


def _list_tools(workspace: Workspace, server: str, token: str) -> requests.Response:
    if not server:
        raise LookupError("No MCP server's page is open: open its End user access tab first.")
    return workspace.stage.network.session().post(
        workspace.stage.server(server)["mcp_url"],
        params={"wkt_token": token},
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        timeout=10,
    )
