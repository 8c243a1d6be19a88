"""Tools > Connector SDK in a browser: by keyboard alone, and every page of it inspected."""

import pytest

from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace
from tests.pages.test_every_page import inspect, listen

pytestmark = [
    *(pytest.mark.ui, pytest.mark.slow, pytest.mark.long),
    pytest.mark.requirement("HUB-30", "PAGE-1"),
]


def test_a_connector_is_written_and_released_by_keyboard(workspace: Workspace) -> None:
    """Tab leaves the code instead of being typed into it."""
    marc = workspace.person("Marc")
    page, seen = marc.page, listen(marc.page)
    address = workspace.description["systems"]["aihub"]
    WorkatoSignIn(page, address).sign_in(marc.person["email"], marc.person["password"])
    page.goto(f"{address}/tools/connector_sdk/new")
    page.keyboard.type("Warehouse")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("{ title: 'Warehouse' }")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Create connector"
    page.keyboard.press("Enter")
    page.get_by_text("Created the connector 'Warehouse'.").wait_for()
    page.get_by_role("button", name="Release latest version").press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.type("The first one")
    page.get_by_role("button", name="Release", exact=True).press("Enter")
    page.get_by_text("Successfully released version 1.").wait_for()
    inspect(page, seen)
    page.get_by_role("link", name="Versions", exact=True).press("Enter")
    page.get_by_role("link", name="Version 1").wait_for()
    inspect(page, seen)
