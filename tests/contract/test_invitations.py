"""An invited end user accepts: a link from Workspace admin, a password, once and in time."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from simulator.db.tables import EndUser
from simulator.domain import invitations, people
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, Identity, identity, office

__all__ = ["identity", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("ID-401")
HUB = "https://app.workato.com"
IAN = "ian@office.example"
PASSWORD = "chosen by Ian"


@pytest.fixture
def link(identity: Identity) -> str:
    """As Workspace admin shows it to an admin."""
    marc = Browser(identity.simulator)
    marc.get(f"{HUB}/users/sign_in")
    marc.press("Sign in", email="marc@office.example", password="demo-Pass-1")
    marc.get(f"{HUB}/workspace_admin/end_users")
    found = re.findall(r'value="([^"]+/invitations/[^"]+)"', marc.page.text)
    assert len(found) == 1, "one person is invited"
    return str(found[0])


def test_whoever_is_invited_chooses_a_password_and_signs_in(identity: Identity, link: str) -> None:
    ian = Browser(identity.simulator)
    ian.get(f"{ID}/login").press("Sign in", email=IAN, password="demo-Pass-1")
    assert "Workspace admin" in ian.text, "where the link is found"

    ian.get(link).press("Accept invitation", password=PASSWORD)
    assert "Your account is active now." in ian.text
    assert "Ian Vogel" in ian.text

    again = Browser(identity.simulator)
    again.get(f"{ID}/login").press("Sign in", email=IAN, password=PASSWORD)
    assert "Your account" in again.text


def test_a_link_is_used_once(identity: Identity, link: str) -> None:
    first, second = Browser(identity.simulator), Browser(identity.simulator)
    first.get(link)
    second.get(link)
    first.press("Accept invitation", password=PASSWORD)
    second.press("Accept invitation", password="somebody else's")

    assert second.page.status_code == 410
    assert "accepted before" in second.text
    assert "accepted before" in Browser(identity.simulator).get(link).text
    with identity.world.db.unit():
        assert people.sign_in_end_user(identity.world, IAN, PASSWORD)[0].name == "Ian Vogel"


def test_a_link_expires_at_the_second(identity: Identity) -> None:
    identity.world.clock.freeze()
    with identity.world.db.unit():
        person = people.list_end_users(identity.world, 1).first(50)
        ian = next(one for one in person if one.email == IAN)
        ian.invited_at = identity.world.clock.this_second()  # invited again, now
        late = invitations.create_link(identity.world, ian)
    identity.world.clock.travel(timedelta(days=6, hours=23, minutes=59))
    assert Browser(identity.simulator).get(late).has_button("Accept invitation")
    identity.world.clock.travel(timedelta(minutes=1))

    expired = Browser(identity.simulator).get(late)
    assert (expired.page.status_code, "has expired" in expired.text) == (410, True)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_that_will_not_do_is_told(identity: Identity, link: str, password: str) -> None:
    ian = Browser(identity.simulator)
    ian.get(link).press("Accept invitation", password=password)

    assert ian.page.status_code == 422
    assert "8 to 200 characters" in ian.text
    assert ian.has_button("Accept invitation")


def test_a_link_of_nobody_or_of_another_world_invites_nobody(identity: Identity, link: str) -> None:
    assert "no such invitation" in Browser(identity.simulator).get(link[:-3] + "abc").text
    identity.simulator.reset()

    gone = Browser(identity.simulator).get(link)
    assert (gone.page.status_code, "was reset" in gone.text) == (410, True)


def test_whoever_is_disabled_meanwhile_does_not_come_in(identity: Identity, link: str) -> None:
    with identity.world.db.unit() as session:
        session.execute(update(EndUser).where(EndUser.email == IAN).values(status="disabled"))

    assert "disabled" in Browser(identity.simulator).get(link).text


def test_the_link_is_masked_where_the_exchange_is_shown(identity: Identity, link: str) -> None:
    Browser(identity.simulator).get(link)

    shown = "".join(each.path for each in identity.simulator.journal)
    assert "/invitations/" in shown
    assert link.rsplit("/", 1)[1] not in shown
