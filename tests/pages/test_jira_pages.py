"""Jira's pages, and the list of apps to connect: axe finds nothing, and all fits in 390 px."""

import pytest

from simulator.testing.pages.sign_in import AppPages, IdentityPages
from simulator.testing.workspace import Workspace
from tests.pages.test_every_page import inspect, listen

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-1", "JIRA-1"), pytest.mark.slow]
TOOL = "Report_a_problem_with_a_requisition"


def test_on_the_way_to_a_connection(workspace: Workspace) -> None:
    """The list of apps with their names; sign-in, a mistake there, and consent."""
    ada = workspace.person("Ada")
    page, seen, coupa = ada.page, listen(ada.page), workspace.stage.app_named("Coupa")
    ada.connect("Service desk")
    page.goto(
        ada.call(TOOL, {"requisition_id": 1042, "problem": "?"}).structured_content["auth_url"]
    )
    IdentityPages(page).several_apps.wait_for()
    inspect(page, seen)
    listed = page.get_by_role("main").get_by_role("listitem")
    assert [each.split()[0] for each in listed.all_inner_texts()] == ["Coupa", "Jira"]
    colour = listed.first.evaluate("each => getComputedStyle(each).color.match(/\\d+/g)")
    assert max(map(int, colour[:3])) < 128, "names are written too pale"

    IdentityPages(page).connect_next()
    account = ada.account_in(coupa)
    AppPages(page, "coupa").decide(account["login"], account["password"], "Allow")
    IdentityPages(page).several_apps.wait_for()
    IdentityPages(page).connect_next()
    jira = AppPages(page, "jira")
    jira.login.wait_for()
    inspect(page, seen)
    jira.sign_in("ada@acme.example", "wrong")
    page.get_by_text("The login name or the password is wrong").wait_for()
    inspect(page, seen)
    jira.sign_in("ada@acme.example", "jira-Pass-1")
    jira.allow.wait_for()
    inspect(page, seen)


def test_at_the_site(workspace: Workspace) -> None:
    """An admin's work, an issue, and the developer console."""
    marc = workspace.person("Marc")
    page, seen, site = marc.page, listen(marc.page), workspace.stage.app_named("Jira")["address"]
    page.goto(site)
    account = marc.account_at(site)
    AppPages(page, "jira").sign_in(account["login"], account["password"])
    page.get_by_role("heading", name="Your work", exact=True).wait_for()
    clients = f"{site}/console/myapps"
    for url in (site, f"{site}/browse/BUY-1", f"{site}/browse/NO-1", clients, f"{clients}/new"):
        page.goto(url)
        inspect(page, seen)
    page.goto(clients)
    page.get_by_role("link", name="Workato", exact=True).click()
    for link in ("Edit", "Delete"):
        page.get_by_role("link", name=link, exact=True).click()
        inspect(page, seen)
        page.go_back()
        inspect(page, seen)
