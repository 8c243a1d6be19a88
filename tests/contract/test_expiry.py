"""What expires is good one second before the end and gone at it: everything, by one rule."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens
from simulator.oauth.models import Token
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.coupa.dialect import DIALECT
from tests.contract.expiring import COUPA, KINDS, SECOND, Kind, signed_in, tokens_of
from tests.contract.identity_visitor import ID, SERVER

pytestmark = pytest.mark.requirement("CORE-12")


@pytest.fixture(params=[0, 999_999], ids=["whole second", "just before one"])
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The demo world on a clock that stands still, at a whole second or within one."""
    with Simulator(Settings(database="memory")) as simulator:
        now = simulator.world.clock.now().replace(microsecond=request.param)
        simulator.world.clock.freeze(now)
        yield simulator


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_good_a_second_before_the_end(simulator: Simulator, kind: Kind) -> None:
    lifetime, good = kind(simulator)

    simulator.world.clock.travel(lifetime - SECOND)

    assert good()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_gone_at_the_end(simulator: Simulator, kind: Kind) -> None:
    lifetime, good = kind(simulator)

    simulator.world.clock.travel(lifetime)

    assert not good()


def test_all_that_tells_of_an_end_tells_of_the_same_second(simulator: Simulator) -> None:
    """`exp` of the token and of its introspection, `expires_in`, and when it ceases to open."""
    visitor = signed_in(simulator)
    answer = tokens_of(visitor)
    with simulator.world.db.unit():
        claims = _claims(simulator, answer["access_token"])
    form = {"token": answer["access_token"], "client_id": visitor.registered["client_id"]}
    introspected: Any = visitor.browser.post("/oauth/introspect", base_url=ID, data=form).json
    end = claims["iat"] + answer["expires_in"]
    assert (claims["exp"], introspected["exp"]) == (end, end)
    assert claims["iat"] == answer["created_at"] == introspected["iat"]

    simulator.world.clock.freeze(datetime.fromtimestamp(end, UTC) - timedelta(microseconds=1))
    assert visitor.ping(answer["access_token"]) == 200
    simulator.world.clock.freeze(datetime.fromtimestamp(end, UTC))
    assert visitor.ping(answer["access_token"]) == 401


def test_what_has_no_end_outlives_a_year(simulator: Simulator) -> None:
    """A refresh token, a registration's token, a remembered consent, an id_token as a hint."""
    visitor = signed_in(simulator)
    answer = visitor.redeem(visitor.authorize(scope="openid")["code"]).json or {}
    simulator.world.clock.travel(timedelta(days=400))
    visitor.sign_in()

    assert "code" in visitor.authorize(
        scope="openid", prompt="none", id_token_hint=answer["id_token"]
    )
    assert visitor.refresh(answer["refresh_token"]).status_code == 200
    path = f"/oauth/register/{visitor.registered['client_id']}"
    headers = {"Authorization": f"Bearer {visitor.registered['registration_access_token']}"}
    assert visitor.browser.get(path, base_url=ID, headers=headers).status_code == 200


@pytest.mark.requirement("ID-207")
@pytest.mark.parametrize("max_age, seconds, good", [(60, 60, True), (60, 61, False), (0, 0, False)])
def test_a_sign_in_may_be_as_old_as_the_client_allows(
    max_age: int, seconds: int, good: bool
) -> None:
    """OIDC Core §3.1.2.1: again if *more* time has passed; `max_age=0` is `prompt=login`."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.world.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
        visitor = signed_in(simulator)
        visitor.authorize()
        simulator.world.clock.tick(timedelta(seconds=seconds))

        answer = visitor.authorize(prompt="none", max_age=str(max_age))

    assert ("code" in answer) is good
    assert answer.get("error") == (None if good else "login_required")


def test_authlib_is_told_of_the_same_end(simulator: Simulator) -> None:
    """Its own checks ask the row, not the real clock."""
    now = simulator.world.clock.now()
    with simulator.world.db.unit() as session:
        store = token_store(simulator.world, COUPA, DIALECT)
        answer = store.issue(client_id="c", subject="1", scope="s", family="f", auth_time=now)
        session.flush()
        row = store.find(answer["access_token"])
    assert row is not None

    assert not Token(row, row.expires_at - SECOND, is_refresh_token=False).is_expired()
    assert Token(row, row.expires_at, is_refresh_token=False).is_expired()


def _claims(simulator: Simulator, token: str) -> dict[str, Any]:
    claims = AccessTokens(simulator.world, IDENTITY).signer.verify(token, AccessTokens.TYPE)
    assert claims is not None
    assert claims["aud"] == SERVER
    return claims
