"""A NUL character is refused in the same way whichever the database is."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from simulator.db.nul_characters import NulCharacter
from simulator.db.tables import EndUser, OAuthClient, Recipe
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.identity_visitor import ID, Visitor
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("CORE-22")

HUB, COUPA = "https://app.workato.com", "https://acme.coupacloud.com"


@pytest.fixture
def simulator(database_url: str) -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator


def test_pages_and_endpoints_refuse_it(simulator: Simulator) -> None:
    visitor = Visitor(simulator)
    visitor.sign_in()
    marc = Browser(simulator).get(f"{HUB}/users/sign_in")
    marc.press("Sign in", email="marc@acme.example", password="demo-Pass-1")
    marc.get(f"{HUB}/workspace_admin/groups/new")
    ada = marc.page.text.split('name="end_users" value="')[1].partition('"')[0]

    refused = [
        visitor.browser.get("/oauth/authorize?client_id=%00", base_url=ID),
        visitor.token(grant_type="refresh_token", refresh_token="x", client_id="\x00"),
        marc.press("Create", name="A\x00B", end_users=ada).page,
        marc.get(f"{HUB}/ai_hub/mcp/a%00b").page,
    ]
    at_the_apps = Browser(simulator).get(f"{COUPA}/sessions/new")
    refused.append(at_the_apps.press("Sign in", login="a\x00", password="x").page)

    assert {page.status_code for page in refused} <= {400, 401, 404}
    token_answer = refused[1]
    assert token_answer.is_json
    assert (token_answer.json or {})["error"] == "invalid_request"


def test_nothing_stores_it(simulator: Simulator) -> None:
    """Neither in a column nor anywhere in JSON; what only looks like one is kept."""
    db = simulator.world.db
    with pytest.raises(NulCharacter), db.unit() as session:
        session.scalars(select(EndUser)).all()[0].name = "A\x00"
    for odd in ({"a": ["b\x00"]}, {"a\x00": 1}):
        with pytest.raises(NulCharacter), db.unit() as session:
            session.scalars(select(Recipe)).all()[0].code = odd
    with pytest.raises(NulCharacter), db.unit() as session:
        session.scalars(select(OAuthClient).where(OAuthClient.client_id == "\x00")).all()

    with db.unit() as session:
        session.scalars(select(Recipe).order_by(Recipe.id)).all()[0].code = {"a": "\\u0000"}
    with db.unit() as session:
        first = session.scalars(select(Recipe).order_by(Recipe.id)).all()[0]
        assert first.code == {"a": "\\u0000"}
