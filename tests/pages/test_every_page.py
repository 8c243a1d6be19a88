"""Every page that people meet: axe finds nothing, nothing sticks out at 390 px, no script fails."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response
from sqlalchemy import select

from simulator.db.tables import Connection, OAuthClient
from simulator.sandbox.simulator import Simulator
from simulator.systems.apps._kit import clients
from simulator.testing.actors import Actor
from simulator.testing.pages.sign_in import AppPages, IdentityPages, WorkatoSignIn
from simulator.testing.workspace import Workspace
from tests.filled_tables import add_tables

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-1"), pytest.mark.slow]

_HUB = (
    "/ai_hub",
    "/ai_hub/mcp",
    "/ai_hub/skills",
    "/ai_hub/mcp/{ready}/end_user_access",
    "/ai_hub/mcp/{unfinished}/end_user_access",
    "/ai_hub/mcp/{ready}/end_users/add",
    "/recipes/6",
    "/recipes/6/jobs",
    "/recipes/6/test",
    "/projects",
    "/projects/1",
    "/projects/1/deployments",
    "/tags/new",
    "/nowhere",
)
_EDITOR = (
    "/recipes/new?location=1",
    "/recipes/6/edit?step=1",
    "/recipes/6/versions",
    "/recipes/6/steps/new?into=0",
    "/recipes/6/steps/0/fields/parameters",
)
_ADMIN = (
    "/workspace_admin",
    "/workspace_admin/authentication",
    "/workspace_admin/end_users/bulk",
    "/tools/runtime_user_connections",
    "/tools/connector_sdk/new",
    "/tools/logs",
    "/workspace_admin/settings",
    "/workspace_admin/roles/new",
    "/api_platform/collections/new",
    "/api_platform/clients/new",
)
_COUPA = (
    "/",
    "/requisitions",
    "/purchase_orders",
    "/invoices",
    "/oauth2/clients",
    "/oauth2/scopes",
    "/nowhere",
)


def inspect(page: Page, seen: list[str]) -> None:
    """Look at the page that is open, wide and narrow."""
    page.wait_for_load_state("load")  # a click returns at the answer, before its style sheets
    page.emulate_media(reduced_motion="reduce")  # colours in the midst of a change are nobody's
    problems = Axe().run(page)
    assert problems.violations_count == 0, f"{page.url}\n{problems.generate_report()}"
    page.set_viewport_size({"width": 390, "height": 850})
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{page.url} is {overflow} px too wide at 390 px"
    page.set_viewport_size({"width": 1280, "height": 850})
    assert not seen, f"{page.url}: {seen}"


def listen(page: Page) -> list[str]:
    """Collect script errors and parts that did not come; the 4xx of a page that says so is none."""
    seen: list[str] = []

    def part(response: Response) -> None:
        if response.request.resource_type != "document" and response.status >= 400:
            seen.append(f"{response.status} for {response.url}")

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            seen.append(message.text)

    page.on("response", part)
    page.on("console", note)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


def test_the_workato_web_app(workspace: Workspace) -> None:
    """Signed in as an admin; sign-in page and mistakes included."""
    marc = workspace.person("Marc")
    seen = listen(marc.page)
    address = workspace.description["systems"]["aihub"]
    marc.page.goto(address)
    marc.page.get_by_role("button", name="Sign in").click()
    inspect(marc.page, seen)
    sign_in = WorkatoSignIn(marc.page, address)
    sign_in.sign_in(marc.person["email"], marc.person["password"])
    handles = {
        "ready": workspace.stage.server("Procurement assistant")["handle"],
        "unfinished": workspace.stage.server("Finance assistant")["handle"],
    }
    for path in _HUB:
        marc.page.goto(address + path.format(**handles))
        inspect(marc.page, seen)


@pytest.mark.requirement("SRV-21", "SRV-22")
def test_tables(workspace: Workspace) -> None:
    """With a row each, a form with mistakes, and the question before one is deleted."""
    marc = workspace.person("Marc")
    seen = listen(marc.page)
    address = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, address).sign_in(marc.person["email"], marc.person["password"])
    lookup, data = add_tables(workspace.simulator.world)
    for path in (lookup, f"{data}/delete", f"{data}/edit"):
        marc.page.goto(address + path)
        inspect(marc.page, seen)
    marc.page.goto(address + data)
    marc.page.get_by_label("Column", exact=True).select_option(label="Integer")
    marc.page.get_by_label("Value").fill("many")
    marc.page.get_by_role("button", name="Add filter").click()
    inspect(marc.page, seen)


@pytest.mark.requirement("EDIT-1", "EDIT-2")
def test_the_recipe_editor(workspace: Workspace) -> None:
    """Of a recipe that is stopped, so that its forms are there."""
    marc = workspace.person("Marc")
    seen = listen(marc.page)
    address = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, address).sign_in(marc.person["email"], marc.person["password"])
    marc.page.goto(f"{address}/recipes/6")
    marc.page.get_by_role("button", name="Stop recipe").click()
    for path in _EDITOR:
        marc.page.goto(address + path)
        inspect(marc.page, seen)


def test_workspace_admin_and_tools(workspace: Workspace) -> None:
    """Those that have most in them."""
    marc = workspace.person("Marc")
    seen = listen(marc.page)
    address = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, address).sign_in(marc.person["email"], marc.person["password"])
    for path in _ADMIN:
        marc.page.goto(address + path)
        inspect(marc.page, seen)


def test_the_dialogs_of_the_workato_web_app(workspace: Workspace) -> None:
    """Each while it is open."""
    marc = workspace.person("Marc")
    seen = listen(marc.page)
    address = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, address).sign_in(marc.person["email"], marc.person["password"])
    handle = workspace.stage.server("Procurement assistant")["handle"]
    for name in ("Switch access method", "Add user groups", "Remove"):
        marc.page.goto(f"{address}/ai_hub/mcp/{handle}/end_user_access")
        button = marc.page.get_by_role("link", name=name).or_(
            marc.page.get_by_role("button", name=name)
        )
        button.first.click()
        marc.page.get_by_role("dialog").wait_for()
        inspect(marc.page, seen)


def test_workato_identity_and_the_way_to_a_connection(workspace: Workspace) -> None:
    """Sign-in, consent, home, sign-out, somebody else's link, Coupa's sign-in and consent."""
    ada, bob = workspace.person("Ada"), workspace.person("Bob")
    seen = listen(ada.page)
    ada.sign_in = _inspecting(ada, seen)
    ada.connect("Procurement assistant")
    link = ada.call("List_my_requisitions").structured_content["auth_url"]
    ada.page.goto(workspace.description["systems"]["identity"])
    inspect(ada.page, seen)
    ada.page.goto(f"{workspace.description['systems']['identity']}/oauth/end_session")
    inspect(ada.page, seen)
    bob.page.goto(link)
    IdentityPages(bob.page).sign_in(bob.person["email"], bob.person["password"])
    inspect(bob.page, listen(bob.page))
    ada.page.goto(link)
    inspect(ada.page, seen)
    AppPages(ada.page, "coupa").sign_in(ada.app_account["login"], ada.app_account["password"])
    inspect(ada.page, seen)
    AppPages(ada.page, "coupa").allow.click()
    ada.page.get_by_role("heading", name="Connected").wait_for()
    inspect(ada.page, seen)


@pytest.mark.requirement("CONN-2", "CONN-3", "CONN-6")
def test_connections_and_what_became_of_them(workspace: Workspace, simulator: Simulator) -> None:
    """A person's and an admin's pages while connected, asked, and lost with the app's client."""
    ada, marc = workspace.person("Ada"), workspace.person("Marc")
    seen, seen_by_marc = listen(ada.page), listen(marc.page)
    mine = f"{workspace.description['systems']['identity']}/my_connections"
    hub = workspace.description["systems"]["aihub"]
    ada.connect("Procurement assistant")
    link = ada.call("List_my_requisitions").structured_content["auth_url"]
    ada.page.goto(mine)
    inspect(ada.page, seen)
    ada.page.goto(link)
    account = ada.app_account
    AppPages(ada.page, "coupa").decide(account["login"], account["password"], "Allow")
    ada.page.get_by_role("heading", name="Connected").wait_for()
    ada.page.goto(mine)
    inspect(ada.page, seen)
    ada.page.get_by_role("button", name="Disconnect ").click()
    ada.page.get_by_role("heading", name="Disconnect from Coupa?").wait_for()
    inspect(ada.page, seen)
    WorkatoSignIn(marc.page, hub).sign_in(marc.person["email"], marc.person["password"])
    marc.page.goto(f"{hub}/tools/runtime_user_connections")
    marc.page.get_by_role("button", name="Disconnect ").click()
    marc.page.get_by_role("heading", name="Disconnect Ada").wait_for()
    inspect(marc.page, seen_by_marc)
    with simulator.world.db.unit() as session:
        parent = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
        assert parent is not None
        own = OAuthClient.client_id == parent.input["client_id"]
        clients.remove(simulator.world, session.scalars(select(OAuthClient).where(own)).one())
    ada.call("List_my_requisitions")
    handle = workspace.stage.server("Procurement assistant")["handle"]
    for path in (
        "/tools/runtime_user_connections",
        "/recipes/1/edit?step=1&connection=end_user",
        "/connections/1/delete",
        f"/ai_hub/mcp/{handle}/overview",
    ):
        marc.page.goto(hub + path)
        inspect(marc.page, seen_by_marc)
    ada.page.goto(mine)
    inspect(ada.page, seen)


def test_coupa_as_its_admin(workspace: Workspace) -> None:
    """Own documents, and Setup's clients."""
    marc = workspace.person("Marc")
    seen = listen(marc.page)
    marc.page.goto(workspace.stage.app["address"])
    AppPages(marc.page, "coupa").sign_in(marc.app_account["login"], marc.app_account["password"])
    for path in _COUPA:
        marc.page.goto(workspace.stage.app["address"] + path)
        inspect(marc.page, seen)


def _inspecting(actor: Actor, seen: list[str]) -> Callable[[str], None]:
    def sign_in(url: str) -> None:
        identity = IdentityPages(actor.page)
        actor.page.goto(url)
        identity.sign_in_button.click()
        inspect(actor.page, seen)
        identity.sign_in(actor.person["email"], actor.person["password"])
        inspect(actor.page, seen)
        identity.allow.click()
        actor.page.wait_for_url("**/callback?*")

    return sign_in
