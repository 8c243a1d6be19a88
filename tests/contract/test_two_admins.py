"""Two people have the same form open: the second one is told, and replaces nothing unseen."""

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from simulator.db.tables import Environment
from simulator.domain import api_client_admin, properties
from tests.contract.aihub_world import READY, RIGHT, Hub, HubBrowser, hub, text_of

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("PAGE-8")
_SERVER = f"/ai_hub/mcp/{READY}"
#: The page with the form, where that is sent, a field, and what the two of them write there.
FORMS: list[tuple[str, str, str, dict[str, Any], str, str]] = [
    ("/settings", _SERVER, "/settings", {"location": "1"}, "name", "Name"),
    ("/settings", _SERVER, "/settings/limits", {}, "ip_allow_list", "10.0.0."),
    ("/overview?edit=description", _SERVER, "/description", {}, "description", "Text"),
    ("", "/workspace_admin/api_clients/1", "", {"access": "all"}, "name", "Client"),
    ("", "/workspace_admin/end_users/eu-ada", "", {"email": "ada@acme.example"}, "name", "Ada"),
    ("", "/workspace_admin/login_experience", "", {"secondary": "#000000"}, "primary", "#11111"),
    (
        "?environment=1",
        "/workspace_admin/authentication",
        "?environment=1",
        {"enforced_for": "selected", "jit_environments": ["1", "2"]},
        "domains",
        "acme.example",
    ),
    ("?edit=rate", "/tools/properties", "", {"name": "rate", "edited": "rate"}, "value", "1"),
    ("", _SERVER + "/tools/{tool}", "", {}, "description", "Finds"),
    ("", "/connections/1", "", RIGHT, "name", "Connection"),
]


def send(
    browser: HubBrowser, page: TestResponse, address: str, fields: dict[str, Any]
) -> TestResponse:
    """Send the form of a page that was opened before."""
    path = re.escape(address.partition("?")[0])
    forms = re.findall(r"<form\b.*?</form>", page.text, re.S)
    fitting = [each for each in forms if re.match(rf'<form[^>]*action="{path}["?]', each)]
    assert fitting, f"no form for {address}: {text_of(page)}"
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', fitting[0]))
    return browser.http.post(address, data=MultiDict(hidden | fields))


@pytest.fixture
def admins(hub: Hub) -> tuple[HubBrowser, HubBrowser]:
    """Of a workspace with one of everything that has such a form."""
    with hub.world.db.unit():
        role = api_client_admin.save_role(hub.world, 1, None, name="R", endpoints=["GET /api/a"])
        place = hub.world.db.session.get_one(Environment, 1)
        api_client_admin.create_client(
            hub.world, place, name="C", role=role, project_ids=None, ip_allow_list=[]
        )
        properties.upsert(hub.world, 1, None, {"rate": "0"})
    return hub.browser("owner"), hub.browser("admin")


def test_the_second_one_is_told_and_saves_on_purpose(
    admins: tuple[HubBrowser, HubBrowser],
) -> None:
    first, second = admins
    overview = first.get(f"{_SERVER}/overview").text
    tool = re.search(rf"{_SERVER}/tools/(\d+)", overview)
    assert tool
    for page_at, place, sent_to, others, field, text in FORMS:
        base = place.replace("{tool}", tool[1])
        pages = [each.get(base + page_at) for each in admins]
        address = base + sent_to
        one, two = ({**others, field: f"{text}{number}"} for number in (1, 2))

        saved = send(first, pages[0], address, one)
        assert saved.status_code == 303, (address, text_of(saved)[-400:])
        late = send(second, pages[1], address, two)

        assert late.status_code in (409, 422), (address, late.status_code)
        assert "Somebody else changed this in the meantime" in text_of(late), address
        assert f"{text}2" in late.text, f"{address}: what was typed is there"
        again = send(second, late, address, two)
        assert again.status_code == 303, (address, text_of(again)[-400:])
