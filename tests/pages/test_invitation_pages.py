"""The pages of an invitation, wide and narrow: the admin's list, and where the link leads."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from simulator.db.tables import EndUser
from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace
from tests.pages.test_every_page import inspect, listen

pytestmark = [pytest.mark.ui, pytest.mark.requirement("ID-401", "PAGE-1")]


def test_an_admin_copies_the_link_and_the_invited_person_accepts(workspace: Workspace) -> None:
    marc, dan = workspace.person("Marc"), workspace.person("Dan")
    with workspace.simulator.world.db.unit() as session:
        email = dan.person["email"]
        session.execute(update(EndUser).where(EndUser.email == email).values(status="invited"))
    seen = listen(marc.page)
    aihub = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, aihub).sign_in(marc.person["email"], marc.person["password"])
    marc.page.goto(f"{aihub}/workspace_admin/end_users")
    name = dan.person["name"]
    field = marc.page.get_by_role("textbox", name=f"Invitation link of {name}", exact=True)
    expect(marc.page.get_by_role("button", name="Copy invitation link")).to_have_count(1)
    inspect(marc.page, seen)

    seen = listen(dan.page)
    dan.page.goto(field.input_value())
    expect(dan.page.get_by_label("New password", exact=True)).to_be_focused()
    dan.page.get_by_role("button", name="Accept invitation", exact=True).click()
    expect(dan.page.get_by_role("alert")).to_have_text("A password has 8 to 200 characters.")
    inspect(dan.page, seen)
    dan.page.get_by_label("New password", exact=True).fill("chosen by Dan")
    dan.page.get_by_role("button", name="Accept invitation", exact=True).click()
    expect(dan.page.get_by_role("status")).to_have_text("Your account is active now.")
    marc.page.reload()
    expect(field).to_have_count(0)
