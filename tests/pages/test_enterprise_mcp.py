"""Pages of today's navigation: axe finds nothing, nothing sticks out at 390 px."""

import pytest
from playwright.sync_api import Browser

from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace_factory import WorkspaceFactory
from tests.pages.test_every_page import inspect, listen

pytestmark = [pytest.mark.long, pytest.mark.requirement("PAGE-1")]
_PATHS = (
    "/ai_hub/mcp/dashboard",
    "/ai_hub/mcp/dashboard?measure=tokens",
    "/ai_hub/mcp/dashboard?user=nobody",
    "/ai_hub/mcp/dashboard?span=custom&from=2026-11-27T10:30",
    "/ai_hub/mcp/{ready}/dashboard",
    "/ai_hub/mcp/{unfinished}/overview",
    "/ai_hub/mcp/{unfinished}/end_user_access",
    "/ai_hub/mcp/{unfinished}/authentication",
)


def test_the_pages_of_todays_navigation(
    workspace_factory: WorkspaceFactory, browser: Browser
) -> None:
    """Signed in as an admin, after a call."""
    factory, navigation = workspace_factory, "enterprise-mcp"
    with factory.open("demo", browser.new_page, navigation=navigation) as workspace:
        workspace.person("Ada").connect("Procurement assistant")
        workspace.person("Ada").call("Get_procurement_policy")
        marc = workspace.person("Marc")
        seen = listen(marc.page)
        address = workspace.description["systems"]["aihub"]
        WorkatoSignIn(marc.page, address).sign_in(marc.person["email"], marc.person["password"])
        handles = {
            "ready": workspace.stage.server("Procurement assistant")["handle"],
            "unfinished": workspace.stage.server("Finance assistant")["handle"],
        }
        for path in _PATHS:
            marc.page.goto(address + path.format(**handles))
            inspect(marc.page, seen)
