"""Random histories of people, clients, admins and time; after each step, who may do what.

A run takes seconds; `--hypothesis-profile=long` takes a night, `--hypothesis-show-statistics` tells
which states were met.
"""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings

from tests.contract.authorization_machine import AuthorizationMachine
from tests.contract.branches_world import Branches

pytestmark = [
    pytest.mark.requirement("STATE-1", "STATE-2", "STATE-3", "STATE-4"),
    pytest.mark.timeout(0),  # a failure is shrunk for minutes before it is reported
]


@pytest.fixture(scope="module", autouse=True)
def branches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One simulator on a file; each history begins it anew."""
    AuthorizationMachine.branches = Branches(tmp_path_factory.mktemp("branches"))
    yield
    AuthorizationMachine.branches.simulator.close()


class Tokens(AuthorizationMachine):
    """Mostly what clients do with codes and tokens."""

    favourites = frozenset({"sign_on", "redeem", "replay_the_code", "refresh", "revoke"})


class Connections(AuthorizationMachine):
    """Mostly what people do with setup links and connections."""

    favourites = frozenset({"call", "connect", "follow", "end_a_connection", "let_time_pass"})


def budget() -> settings:
    """A few seconds for a build machine, unless a profile says how much to do."""
    quick = settings(
        max_examples=3,
        stateful_step_count=20,
        phases=[Phase.reuse, Phase.generate, Phase.shrink],  # too few to aim with `target`
    )
    long = settings.get_current_profile_name() == "long"
    return settings(
        settings.get_profile("long") if long else quick,
        derandomize=not long,  # a build says the same each time
        print_blob=True,
    )


TestAuthorization = AuthorizationMachine.TestCase
TestTokens = Tokens.TestCase
TestConnections = Connections.TestCase
TestAuthorization.settings = TestTokens.settings = TestConnections.settings = budget()
