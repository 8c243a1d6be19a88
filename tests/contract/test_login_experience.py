"""The login experience: what an admin chooses is what end users see."""

from io import BytesIO

import pytest

from simulator.domain import login_experiences
from tests.contract.aihub_world import Hub, field_error, hub
from tests.contract.identity_world import ID, Identity, identity, office

__all__ = ["hub", "identity", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("USR-62")
PAGE = "/workspace_admin/login_experience"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"0" * 20


def test_colours_are_stored_as_hex_and_what_is_wrong_stands_next_to_its_field(hub: Hub) -> None:
    browser = hub.browser("admin")
    logo = (BytesIO(PNG), "logo.png")
    answer = browser.post(PAGE, PAGE, primary="0, 128,255", secondary="#ABC", logo=logo)
    assert answer.status_code == 303
    page = browser.get(PAGE)
    assert 'value="#0080ff"' in page.text
    assert 'value="#aabbcc"' in page.text
    assert "Remove the logo" in page.text
    for text in ("blue", "300, 0, 0", ""):
        wrong = browser.post(PAGE, PAGE, primary=text, secondary="#abc")
        assert "Enter a colour as" in field_error(wrong, "primary")
    script = (BytesIO(b"<svg onload='alert(1)'/>"), "logo.svg")
    wrong = browser.post(PAGE, PAGE, primary="#abc", secondary="#abc", logo=script)
    assert "PNG or JPEG" in field_error(wrong, "logo")
    assert browser.post(f"{PAGE}/reset", PAGE).status_code == 303
    assert login_experiences.PRIMARY in browser.get(PAGE).text
    assert hub.browser("builder").get(PAGE).status_code == 403


def test_workato_identity_looks_as_it_was_chosen(identity: Identity) -> None:
    look = f"{ID}/login_experience"
    browser = identity.browser()
    assert browser.get(f"{look}/look.css").page.text == ""
    assert browser.get(f"{look}/logo").page.status_code == 404
    with identity.world.db.unit():
        login_experiences.save(identity.world, 1, primary="#ffee00", secondary="#000", logo=PNG)
    assert "look.css" in browser.get(f"{ID}/login").page.text
    rules = browser.get(f"{look}/look.css").page.text
    assert "--bs-btn-bg:#ffee00" in rules
    assert "--bs-btn-color:#111111" in rules, "dark text on a light colour"
    picture = browser.get(f"{look}/logo").page
    assert (picture.data, picture.mimetype) == (PNG, "image/png")
