"""A page that is seen is used, also before its scripts have come."""

import pytest
from playwright.sync_api import Route, expect

from simulator.testing.pages.ai_hub import ServerPage
from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace

pytestmark = [pytest.mark.ui, pytest.mark.requirement("HUB-6")]


def test_a_method_that_is_chosen_before_the_script_is_here_is_asked_for(
    workspace: Workspace,
) -> None:
    marc = workspace.person("Marc")
    page = marc.page
    aihub = workspace.description["systems"]["aihub"]
    WorkatoSignIn(page, aihub).sign_in(marc.person["email"], marc.person["password"])
    on_the_way: list[Route] = []

    def hold(route: Route) -> None:
        on_the_way.append(route)

    page.route("**/dialogs.js*", hold)
    handle = workspace.stage.server("Finance assistant")["handle"]
    page.goto(f"{aihub}/ai_hub/mcp/{handle}/end_user_access", wait_until="commit")
    server = ServerPage(page)
    server.method("Workato Identity").click()
    expect(server.method("Workato Identity")).to_be_checked()
    expect(server.switch_dialog).to_be_hidden()
    for route in on_the_way:
        route.continue_()

    expect(server.switch_dialog).to_be_visible()
    server.switch_dialog.get_by_role("button", name="Cancel", exact=True).click()
    expect(server.method("Token-based access")).to_be_checked()
