"""Names are what people type: a long word widens no page, on a phone or a desk."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from simulator.db.tables import (
    AppInstance,
    AppUser,
    Collaborator,
    Connection,
    EndUser,
    EndUserGroup,
    Environment,
    McpServer,
    OAuthClient,
    Project,
    Recipe,
)
from simulator.db.tables import Workspace as WorkspaceRow
from simulator.testing.pages.sign_in import AppPages, IdentityPages, WorkatoSignIn
from simulator.testing.workspace import Workspace

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-1"), pytest.mark.slow]

_LONG = "Ünïcode🎉" + "W" * 90
_NAMED: tuple[Any, ...] = (
    *(AppInstance, AppUser, Collaborator, Connection, EndUser, EndUserGroup),
    *(Environment, McpServer, OAuthClient, Project, Recipe, WorkspaceRow),
)


@pytest.fixture
def long_names(workspace: Workspace) -> None:
    """Whatever has a name has a long one; names that are there twice end differently."""
    with workspace.simulator.world.db.unit() as session:
        for table in _NAMED:
            for place, row in enumerate(session.scalars(select(table))):
                row.name = f"{_LONG}{place}"


@pytest.mark.usefixtures("long_names")
def test_the_workato_web_app(workspace: Workspace) -> None:
    marc = workspace.person("Marc")
    page, hub = marc.page, workspace.description["systems"]["aihub"]
    WorkatoSignIn(page, hub).sign_in(marc.person["email"], marc.person["password"])
    ready = workspace.stage.server("Procurement assistant")["handle"]
    access = f"/ai_hub/mcp/{ready}/end_user_access"
    too_wide = {}
    for path in (
        "/ai_hub",
        "/ai_hub/mcp",
        "/projects",
        f"/ai_hub/mcp/{ready}/overview",
        access,
        f"{access}?dialog=add-groups",
        "/recipes/1",
        "/recipes/1/edit?step=1",
        "/recipes/1/edit?step=1&connection=end_user",
        "/connections/1/delete",
        "/workspace_admin",
        "/workspace_admin/groups",
        "/workspace_admin/groups/new",
        "/workspace_admin/end_users",
        "/tools/runtime_user_connections",
    ):
        page.goto(hub + path)
        too_wide[path] = _too_wide(page) | _pushed_aside(page)
    page.goto(f"{hub}/workspace_admin/groups/new")
    page.get_by_role("textbox", name="Group name", exact=True).fill(_LONG)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Created the group")
    too_wide["notice"] = _too_wide(page)
    page.get_by_role("button", name="Delete").first.click()
    too_wide["dialog"] = _too_wide(page)

    assert {path: found for path, found in too_wide.items() if found} == {}


@pytest.mark.usefixtures("long_names")
def test_identity_and_coupa(workspace: Workspace) -> None:
    ada, marc = workspace.person("Ada"), workspace.person("Marc")
    page, identity = ada.page, workspace.description["systems"]["identity"]
    too_wide = {}
    page.goto(f"{identity}/login")
    IdentityPages(page).sign_in(ada.person["email"], ada.person["password"])
    for path in ("/", "/my_connections", "/oauth/end_session", "/connections/nothing"):
        page.goto(identity + path)
        too_wide[path] = _too_wide(page)
    page, app = marc.page, workspace.stage.app["address"]
    page.goto(app)
    AppPages(page, "coupa").sign_in(marc.app_account["login"], marc.app_account["password"])
    for path in ("/", "/requisitions", "/oauth2/clients", "/oauth2/clients/new"):
        page.goto(app + path)
        too_wide[path] = _too_wide(page)

    assert {path: found for path, found in too_wide.items() if found} == {}


def _too_wide(page: Page) -> dict[int | str, int]:
    """Viewport's width → pixels that stick out."""
    found: dict[int | str, int] = {}
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 850})
        page.wait_for_load_state("load")
        out = page.evaluate("document.documentElement.scrollWidth") - width
        if out > 0:
            found[width] = out
    return found


def _pushed_aside(page: Page) -> dict[int | str, int]:
    """The widest name in a table that leaves no place to other columns, on a desk; in pixels."""
    widths = "all => Math.max(0, ...all.map((one) => one.getBoundingClientRect().width))"
    widest = page.eval_on_selector_all("main th[scope=row]", widths)
    return {"a name in a table": widest} if widest > 750 else {}
