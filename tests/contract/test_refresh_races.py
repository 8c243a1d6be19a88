"""Eight use one refresh token of an app at the same moment, under each policy, on each database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from simulator.db.tables import AppUser, OAuthToken
from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.coupa.dialect import DIALECT
from tests.contract.expiring import COUPA
from tests.contract.racing import RIVALS, race
from tests.postgres.plugin import SECRET_KEY

SCOPE = "core.common.read offline_access"


@pytest.fixture
def simulator(database_url: str) -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator


@pytest.mark.requirement("COUPA-50", "CORE-18")
def test_all_are_served_or_one_is(simulator: Simulator, race_rounds: int) -> None:
    """Where tokens rotate, who comes second ends the grant; where pairs are deleted, not."""
    expected = {
        RefreshPolicy.NONE: (RIVALS, RIVALS + 1),
        RefreshPolicy.ROTATE_WITH_LEEWAY: (RIVALS, RIVALS + 1),
        RefreshPolicy.ROTATE: (1, 0),
        RefreshPolicy.DELETE_PAIR: (1, 1),
    }
    for number in range(race_rounds):
        for policy, outcome in expected.items():
            family = f"{policy} {number}"
            token = issue(simulator, family)

            def act(_: int, policy: RefreshPolicy = policy, token: str = token) -> bool:
                return refresh(simulator, policy, token)

            served = sum(race(act))
            assert (served, count_live(simulator, family)) == outcome, policy


def issue(simulator: Simulator, family: str) -> str:
    """A refresh token of somebody at Coupa."""
    world = simulator.world
    with world.db.unit() as session:
        user = session.scalars(select(AppUser.id).where(AppUser.host == COUPA)).first()
        answer = token_store(world, COUPA, DIALECT).issue(
            client_id="5f2c8e0b7d914a36",
            subject=str(user),
            scope=SCOPE,
            family=family,
            auth_time=world.clock.now(),
        )
        return str(answer["refresh_token"])


def refresh(simulator: Simulator, policy: RefreshPolicy, token: str) -> bool:
    """Refresh as the grant does; whether there was a new access token."""
    leeway = timedelta(minutes=10 if policy is RefreshPolicy.ROTATE_WITH_LEEWAY else 0)
    rules = RefreshRules(policy, leeway)
    store = token_store(simulator.world, COUPA, replace(DIALECT, refresh=rules))
    with simulator.world.db.unit():
        row = store.find_refresh(token)
        if row is None or not store.redeem_refresh_token(row):
            return False
        store.issue(
            client_id=row.client_id,
            subject=row.subject,
            scope=SCOPE,
            family=row.family,
            auth_time=row.auth_time,
            with_refresh_token=rules.brings_new,
        )
        return True


def count_live(simulator: Simulator, family: str) -> int:
    """Tokens of a grant that were not revoked, the first one included."""
    with simulator.world.db.reading() as session:
        own = OAuthToken.family == family, OAuthToken.revoked_at.is_(None)
        return len(session.scalars(select(OAuthToken.id).where(*own)).all())
