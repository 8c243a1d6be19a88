"""The colours of Login experience are picked, or typed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace


@pytest.mark.ui
@pytest.mark.long
@pytest.mark.requirement("USR-62")
def test_a_picked_color_stands_in_the_field_as_hex(workspace: Workspace) -> None:
    marc = workspace.person("Marc")
    hub = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, hub).sign_in(marc.person["email"], marc.person["password"])
    marc.page.goto(f"{hub}/workspace_admin/login_experience")
    field = marc.page.get_by_label("Primary color", exact=True)
    picker = marc.page.get_by_label("Pick the primary color")

    picker.fill("#0080ff")
    expect(field).to_have_value("#0080ff")
    field.fill("#AABBCC")
    expect(picker).to_have_value("#aabbcc")
    assert Axe().run(marc.page).violations_count == 0
    marc.page.get_by_role("button", name="Save").click()

    expect(marc.page.get_by_label("Primary color", exact=True)).to_have_value("#aabbcc")
