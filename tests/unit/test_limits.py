"""How tool calls are counted, and which addresses are let in; with a clock that stands still."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from simulator.db.tables import McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits
from simulator.domain.limits import AddressDenied, LimitReached
from simulator.errors import FieldError
from simulator.world import World
from tests.unit.scenario_world import seeded_world

NOON = datetime(2026, 8, 31, 12, tzinfo=UTC)


@dataclass
class Meter:
    """The one server of `minimal`, and calls to it."""

    world: World

    def limit(self, kind: str, tool_calls: int, interval: str) -> None:
        """Set one limit."""
        with self.world.db.unit():
            limits.set_limit(self.world, self.server(), kind, tool_calls, interval)

    def server(self) -> McpServer:
        """In the open unit of work."""
        return self.world.db.session.get_one(McpServer, 1001)

    def call(self) -> LimitReached | None:
        """Count a call and undo what came of it; the refusal, if it was refused."""
        with self.world.db.unit():
            try:
                limits.count_call(self.world, self.server())
            except LimitReached as reached:
                return reached
            finally:
                self.world.db.rollback()
        return None

    def wait(self, **time: float) -> None:
        """Let simulated time pass."""
        self.world.clock.travel(timedelta(**time))


@pytest.fixture
def meter() -> Iterator[Meter]:
    """Without limits, at noon."""
    world = seeded_world("minimal")
    world.clock.freeze(NOON)
    yield Meter(world)
    world.db.close()


def refused(reached: LimitReached | None) -> LimitReached:
    """The refusal that there must have been."""
    assert reached is not None
    return reached


@pytest.mark.requirement("LIM-1")
def test_without_limits_every_call_passes(meter: Meter) -> None:
    assert [meter.call() for _ in range(100)] == [None] * 100


@pytest.mark.requirement("LIM-1")
def test_a_full_window_refuses_until_it_ends(meter: Meter) -> None:
    """It opens with its first call, not with the minute of the clock."""
    meter.limit(RATE_LIMIT, 2, "minute")

    assert meter.call() is None
    meter.wait(seconds=50)
    assert meter.call() is None
    meter.wait(seconds=1)
    reached = refused(meter.call())
    assert (reached.kind, reached.retry_after) == (RATE_LIMIT, 9)
    assert str(reached) == (
        "The rate limit of the MCP server 'Buying' is reached: 2 tool calls per "
        "minute for all users together. Call again in 9 seconds, at 2026-08-31 12:01:00 UTC."
    )
    meter.wait(seconds=8, microseconds=999_999)
    assert refused(meter.call()).retry_after == 1
    meter.wait(microseconds=1)
    assert [meter.call(), meter.call()] == [None, None]
    assert refused(meter.call()).retry_after == 60


@pytest.mark.requirement("LIM-1")
def test_what_is_refused_does_not_prolong_the_wait(meter: Meter) -> None:
    meter.limit(RATE_LIMIT, 1, "hour")
    meter.call()

    refusals = [refused(meter.call()) for _ in range(5)]
    meter.wait(hours=1)

    assert {reached.retry_after for reached in refusals} == {3600}
    assert meter.call() is None


@pytest.mark.requirement("LIM-2")
@pytest.mark.parametrize(
    "interval, days", [("30 days", 30), ("60 days", 60), ("90 days", 90), ("year", 365)]
)
def test_a_used_up_quota_blocks_until_it_resets(meter: Meter, interval: str, days: int) -> None:
    meter.limit(USAGE_QUOTA, 1, interval)
    meter.call()

    reached = refused(meter.call())

    assert (reached.kind, reached.retry_after) == (USAGE_QUOTA, days * 24 * 3600)
    assert f"quota of the MCP server 'Buying' is reached: 1 tool call per {interval}" in str(
        reached
    )
    meter.wait(seconds=reached.retry_after)
    assert meter.call() is None


@pytest.mark.requirement("LIM-2")
def test_a_call_that_one_limit_refuses_does_not_count_against_the_other(meter: Meter) -> None:
    """And of two that are reached, the one that takes longer is told."""
    meter.limit(RATE_LIMIT, 1, "minute")
    meter.limit(USAGE_QUOTA, 2, "30 days")

    meter.call()
    assert [refused(meter.call()).kind for _ in range(3)] == [RATE_LIMIT] * 3
    meter.wait(minutes=1)
    assert meter.call() is None
    assert refused(meter.call()).kind == USAGE_QUOTA


@pytest.mark.requirement("LIM-1")
def test_a_changed_limit_keeps_what_was_counted(meter: Meter) -> None:
    meter.limit(RATE_LIMIT, 5, "hour")
    for _ in range(3):
        meter.call()

    meter.limit(RATE_LIMIT, 3, "hour")

    assert refused(meter.call()).retry_after == 3600
    meter.limit(RATE_LIMIT, 4, "minute")
    assert meter.call() is None


@pytest.mark.requirement("LIM-1")
def test_a_window_from_a_future_that_was_left_counts_no_more(meter: Meter) -> None:
    """The simulated clock was set forward, and then back."""
    meter.limit(RATE_LIMIT, 1, "minute")
    meter.wait(days=400)
    meter.call()

    meter.world.clock.reset()

    assert meter.call() is None


@pytest.mark.requirement("LIM-3")
@pytest.mark.parametrize(
    "kind, tool_calls, interval, field",
    [
        (RATE_LIMIT, 0, "minute", "tool_calls"),
        (USAGE_QUOTA, -5, "year", "tool_calls"),
        (RATE_LIMIT, 1, "30 days", "interval"),
        (RATE_LIMIT, 1, "", "interval"),
        (USAGE_QUOTA, 1, "day", "interval"),
    ],
)
def test_a_limit_needs_both_its_calls_and_an_interval_of_its_kind(
    meter: Meter, kind: str, tool_calls: int, interval: str, field: str
) -> None:
    with pytest.raises(FieldError) as wrong:
        meter.limit(kind, tool_calls, interval)

    assert wrong.value.field == field


@pytest.mark.requirement("LIM-4")
@pytest.mark.parametrize(
    "allow, deny, address, passes",
    [
        ([], [], "198.51.100.7", True),
        ([], [], None, True),
        (["203.0.113.0/24"], [], "203.0.113.255", True),
        (["203.0.113.0/24"], [], "203.0.114.0", False),
        (["203.0.113.9"], [], "203.0.113.9", True),
        (["203.0.113.9"], [], "203.0.113.10", False),
        (["203.0.113.0/24"], [], "::ffff:203.0.113.9", True),
        ([], ["203.0.113.9"], "::ffff:203.0.113.9", False),
        (["2001:db8::/32"], [], "2001:db8:1::5", True),
        (["2001:db8::/32"], [], "203.0.113.9", False),
        ([], ["2001:db8::/32"], "2001:db8::1", False),
        ([], ["203.0.113.0/24"], "198.51.100.7", True),
        (["203.0.113.0/24"], ["203.0.113.9"], "203.0.113.9", False),
        (["203.0.113.9"], ["203.0.113.0/24"], "203.0.113.9", False),
        (["0.0.0.0/0"], [], None, False),
        ([], ["0.0.0.0/0"], None, True),
        (["203.0.113.0/24"], [], "no address", False),
    ],
)
def test_an_address_must_be_allowed_and_not_denied(
    meter: Meter, allow: list[str], deny: list[str], address: str | None, passes: bool
) -> None:
    """Deny wins over allow; both families, alone and as blocks."""
    with meter.world.db.unit():
        limits.restrict_addresses(meter.world, meter.server(), allow=allow, deny=deny)
        if passes:
            limits.check_address(meter.server(), address)
        else:
            with pytest.raises(AddressDenied, match="do not allow requests from"):
                limits.check_address(meter.server(), address)


@pytest.mark.requirement("LIM-4")
@pytest.mark.parametrize("entry", ["", "203.0.113.300", "203.0.113.9/24", "203.0.113.0/33", "all"])
@pytest.mark.parametrize("field", ["ip_allow_list", "ip_deny_list"])
def test_what_is_no_address_is_refused_on_its_list(meter: Meter, field: str, entry: str) -> None:
    """Nor is a block with host bits: it could let in more than was meant."""
    lists: dict[str, list[str]] = {"ip_allow_list": [], "ip_deny_list": []}
    lists[field] = ["203.0.113.0/24", entry]

    with meter.world.db.unit(), pytest.raises(FieldError, match="neither an IP address") as wrong:
        limits.restrict_addresses(
            meter.world, meter.server(), allow=lists["ip_allow_list"], deny=lists["ip_deny_list"]
        )

    assert wrong.value.field == field
