"""Slack's pages: axe finds nothing, and all fits in 390 px."""

import pytest

from simulator.testing.pages.sign_in import AppPages
from simulator.testing.workspace import Workspace
from tests.pages.test_every_page import inspect, listen

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-1", "SLACK-10"), pytest.mark.long]


def test_at_the_workspace(workspace: Workspace) -> None:
    """Sign-in, a mistake there, consent, channels, and the apps of an admin."""
    marc = workspace.person("Marc")
    page, seen, slack = marc.page, listen(marc.page), workspace.stage.app_named("Slack")
    site, client = slack["address"], slack["client_id"]
    query = f"client_id={client}&user_scope=users:read,chat:write&state=s"
    uri = "redirect_uri=https://www.workato.com/oauth/callback"
    page.goto(f"{slack['hosts']['slack.com']}/oauth/v2/authorize?{query}&{uri}")
    app = AppPages(page, "slack")
    app.login.wait_for()
    inspect(page, seen)
    account = marc.account_at(site)
    app.sign_in(account["login"], "wrong")
    page.get_by_text("The login name or the password is wrong").wait_for()
    inspect(page, seen)
    app.sign_in(account["login"], account["password"])
    app.allow.wait_for()
    inspect(page, seen)
    page.goto(site)
    page.get_by_role("heading", name="Your channels and direct messages").wait_for()
    for url in ("/", "/archives/C0000000001", "/archives/C0000000009", "/apps", "/apps/new"):
        page.goto(f"{site}{url}")
        inspect(page, seen)
    page.goto(f"{site}/apps")
    page.get_by_role("link", name="Workato", exact=True).click()
    for link in ("Edit", "Delete App"):
        page.get_by_role("link", name=link, exact=True).click()
        inspect(page, seen)
        page.go_back()
        inspect(page, seen)
