"""Steps about single end users: with access of their own, or without an environment."""

from playwright.sync_api import expect
from pytest_bdd import parsers, then, when

from simulator.testing.pages.ai_hub import AiHub
from simulator.testing.pages.end_users import EndUserChoice, EndUserPage, ServerEndUsers
from simulator.testing.pages.workspace_admin import WorkspaceAdmin
from simulator.testing.steps.web_app import Somebody
from simulator.testing.steps.words import names_of
from simulator.testing.workspace import Workspace


@when(parsers.re(r'(?P<who>[^"]+?) clicks? Add end users'))
def clicks_add_end_users(who: str, somebody: Somebody) -> None:
    """On a server's End user access tab."""
    ServerEndUsers(somebody(who).page).add_link.click()


@when(parsers.re(r'(?P<who>[^"]+?) chooses? (?:the end users? )(?P<names>[^"]+)'))
def chooses_end_users(who: str, names: str, somebody: Somebody, workspace: Workspace) -> None:
    """One person or several, each found by their e-mail address."""
    emails = [workspace.stage.person(name)["email"] for name in names_of(names)]
    EndUserChoice(somebody(who).page).tick(emails)


@then(parsers.re(r'(?P<name>[^"]+?) stands among the end users with access of their own'))
def has_own_access(name: str, somebody: Somebody, workspace: Workspace) -> None:
    """On the tab that is open."""
    page = ServerEndUsers(somebody("they").page)
    expect(page.row(workspace.stage.person(name)["email"])).to_have_count(1)


@then(parsers.parse('the tab says that they sign in with "{method}"'))
def tab_says_how(method: str, somebody: Somebody) -> None:
    """As the methods are called: Username and password (Workato Identity), SSO (external IdP)."""
    expect(ServerEndUsers(somebody("they").page).panel).to_contain_text(f"sign in with {method}")


@then(parsers.parse('the card of "{server}" names the end user {name}'))
def card_names(server: str, name: str, somebody: Somebody, workspace: Workspace) -> None:
    """In AI Hub's list of MCP servers, beside the user groups."""
    hub = AiHub(somebody("they").page, workspace.description["systems"]["aihub"])
    hub.open()
    hub.select_mcp_servers_tab()
    expect(hub.card(server)).to_contain_text(workspace.stage.person(name)["name"])


@when(parsers.re(r'(?P<who>[^"]+?) removes? the end user (?P<name>[^"]+?) and confirms?'))
def removes_end_user(who: str, name: str, somebody: Somebody, workspace: Workspace) -> None:
    """With the dialog that asks first; a group of theirs lets them in as before."""
    page, person = ServerEndUsers(somebody(who).page), workspace.stage.person(name)
    page.remove(person["name"])
    expect(page.row(person["email"])).to_have_count(0)


@when(
    parsers.re(
        r'(?P<who>[^"]+?) revokes? the access of (?P<name>[^"]+?) to the environment '
        r'"(?P<environment>[^"]+)" and confirms?'
    )
)
def revokes_environment(
    who: str, name: str, environment: str, somebody: Somebody, workspace: Workspace
) -> None:
    """On the end user's page in Workspace admin."""
    _end_user_page(who, name, somebody, workspace).revoke(environment)


@when(
    parsers.re(
        r'(?P<who>[^"]+?) restores? the access of (?P<name>[^"]+?) to the environment '
        r'"(?P<environment>[^"]+)"'
    )
)
def restores_environment(
    who: str, name: str, environment: str, somebody: Somebody, workspace: Workspace
) -> None:
    """On the end user's page in Workspace admin."""
    _end_user_page(who, name, somebody, workspace).restore(environment)


def _end_user_page(who: str, name: str, somebody: Somebody, workspace: Workspace) -> EndUserPage:
    page = somebody(who).page
    WorkspaceAdmin(page).open()
    found = EndUserPage(page)
    found.open(workspace.stage.person(name)["email"])
    return found
