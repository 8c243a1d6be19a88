"""Steps in AI Hub: servers, access method, end-user groups."""

import re

import requests
from playwright.sync_api import expect
from pytest_bdd import given, parsers, then, when

from simulator.testing.actors import Actor
from simulator.testing.pages.ai_hub import AiHub, ServerPage
from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.pages.workspace_admin import WorkspaceAdmin
from simulator.testing.workspace import Workspace


@given(parsers.parse("{name}, an admin, is signed in to Workato"), target_fixture="admin")
def admin_is_signed_in(name: str, workspace: Workspace) -> Actor:
    """Sign in to the Workato web app."""
    actor = workspace.person(name)
    assert actor.person["role"] in ("owner", "admin")
    sign_in = WorkatoSignIn(actor.page, workspace.description["systems"]["aihub"])
    sign_in.sign_in(actor.person["email"], actor.person["password"])
    return actor


@given(parsers.parse('the MCP server "{server}" uses token-based access'))
def uses_token_access(server: str, workspace: Workspace) -> None:
    """Where the documented procedure starts."""
    assert workspace.stage.server(server)["access_method"] == "token"


@when("he goes to AI Hub and selects the MCP servers tab")
def goes_to_ai_hub(admin: Actor, workspace: Workspace) -> None:
    """Documentation, step 1."""
    hub = AiHub(admin.page, workspace.description["systems"]["aihub"])
    hub.open()
    hub.select_mcp_servers_tab()


@when(parsers.parse('he clicks the MCP server "{server}"'))
def clicks_server(server: str, admin: Actor, workspace: Workspace) -> None:
    """Documentation, step 2."""
    AiHub(admin.page, workspace.description["systems"]["aihub"]).click_server(server)


@when("he clicks the End user access tab")
def clicks_access_tab(admin: Actor) -> None:
    """Documentation, step 3."""
    ServerPage(admin.page).click_end_user_access_tab()


@when(
    "he goes to the Access Method section and ensures that Workato Identity is selected",
)
def ensures_workato_identity(admin: Actor) -> None:
    """Documentation, step 4."""
    page = ServerPage(admin.page)
    page.ensure_workato_identity()
    expect(page.workato_identity).to_be_checked()


@when("he clicks Add user groups")
def clicks_add_user_groups(admin: Actor) -> None:
    """Documentation, step 5."""
    ServerPage(admin.page).click_add_user_groups()


@when(parsers.re(r"he uses the User groups drop-down menu to select (?P<names>.+)"))
def selects_groups(names: str, admin: Actor) -> None:
    """Documentation, step 6; several groups can be chosen."""
    ServerPage(admin.page).select_groups(re.findall(r'"([^"]+)"', names))


@when("he clicks Add")
def clicks_add(admin: Actor) -> None:
    """Documentation, step 7."""
    ServerPage(admin.page).click_add()


@then(parsers.parse('the group "{group}" stands in the list with its member count'))
def group_is_listed(group: str, admin: Actor, workspace: Workspace) -> None:
    """The count is the number of people whom the description puts into the group."""
    count = sum(group in person["groups"] for person in workspace.description["people"])
    expect(ServerPage(admin.page).group_row(group)).to_contain_text(str(count))


@given(parsers.parse('he opens the End user access tab of "{server}"'))
@when(parsers.parse('he opens the End user access tab of "{server}"'))
def opens_access_tab(server: str, admin: Actor, workspace: Workspace) -> None:
    """The first three documented steps."""
    goes_to_ai_hub(admin, workspace)
    clicks_server(server, admin, workspace)
    clicks_access_tab(admin)


@when(parsers.parse('he removes the group "{group}" and confirms'))
def removes_group(group: str, admin: Actor) -> None:
    """With the dialog that asks first."""
    ServerPage(admin.page).remove_group(group)


@then("the list of groups is empty and says what to do")
def list_is_empty(admin: Actor) -> None:
    """An empty state in words, with the button beside it."""
    page = ServerPage(admin.page)
    expect(page.group_row("Procurement team")).to_have_count(0)
    expect(admin.page.get_by_role("main")).to_contain_text(re.compile("no user groups", re.I))
    expect(page.add_button.first).to_be_visible()


@given("he generates an MCP token that a client can use", target_fixture="mcp_token")
def generates_token(admin: Actor, workspace: Workspace) -> str:
    """The token is shown once; a stateless call with it succeeds."""
    token = ServerPage(admin.page).generate_token()
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    assert _ask_with_token(workspace, token).status_code == 200
    return token


@when(parsers.parse('he switches the access method to "{method}"'))
def switches(method: str, admin: Actor) -> None:
    """Switch, dialog, Confirm."""
    page = ServerPage(admin.page)
    page.switch_to(method)
    expect(page.access_method.get_by_role("radio", name=method)).to_be_checked()


@then("the client's token is refused")
def token_is_refused(mcp_token: str, workspace: Workspace) -> None:
    """The old token dies at once."""
    assert _ask_with_token(workspace, mcp_token).status_code == 401


@then(parsers.parse('the field "User groups" says "{sentence}"'))
def groups_field_says(sentence: str, admin: Actor) -> None:
    """The error stands in the dialog, which stays open."""
    page = ServerPage(admin.page)
    expect(page.add_dialog).to_contain_text(sentence)
    expect(page.groups_menu).to_have_attribute("aria-invalid", "true")


@when(parsers.parse('he creates the end-user group "{group}" with {person} in Workspace admin'))
def creates_group(group: str, person: str, admin: Actor, workspace: Workspace) -> None:
    """Workspace admin > Authentication & Groups."""
    page = WorkspaceAdmin(admin.page)
    page.open()
    page.create_group(group, [workspace.stage.person(person)["name"]])
    expect(page.group(group)).to_be_visible()


@then(parsers.parse('the group "{group}" can be added to "{server}"'))
def group_can_be_added(group: str, server: str, admin: Actor, workspace: Workspace) -> None:
    """It is offered, added and listed."""
    opens_access_tab(server, admin, workspace)
    clicks_add_user_groups(admin)
    ServerPage(admin.page).select_groups([group])
    clicks_add(admin)
    expect(ServerPage(admin.page).group_row(group)).to_contain_text("1")


def _ask_with_token(workspace: Workspace, token: str) -> requests.Response:
    return requests.post(
        workspace.stage.server("Finance assistant")["mcp_url"],
        params={"wkt_token": token},
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        timeout=10,
    )
