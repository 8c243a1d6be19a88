"""Time in a test's hands: pages of a browser go along, and workspaces are kept and put back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playwright.sync_api import Browser, Page

from simulator.errors import NotFound
from simulator.sandbox.simulator import Simulator
from simulator.testing.workspace import Workspace
from simulator.testing.workspace import workspace as fresh

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)
#: More than a test takes, between two looks at a clock.
SOON = timedelta(minutes=1)


@pytest.fixture
def space(simulator: Simulator) -> Iterator[Workspace]:
    """A workspace without a browser."""
    with fresh(simulator) as made:
        yield made


@pytest.fixture
def browsing(simulator: Simulator, browser: Browser) -> Iterator[Workspace]:
    """A workspace whose people have browsers."""
    with fresh(simulator, lambda: browser.new_context().new_page()) as made:
        yield made
        for context in browser.contexts:
            context.close()


def shown(page: Page) -> datetime:
    """What a page takes for now."""
    return datetime.fromisoformat(page.evaluate("new Date().toISOString()"))


def agree(page: Page, space: Workspace) -> bool:
    """Whether the page goes by the simulated time."""
    return abs(shown(page) - space.clock.now()) < SOON


@pytest.mark.ui
@pytest.mark.wire
@pytest.mark.requirement("TIME-3")
def test_pages_go_along_through_every_move(browsing: Workspace) -> None:
    """Also one that is opened later, in the same browser or another; timers that are due ring."""
    clock, page = browsing.clock, browsing.person("Ada").page
    page.goto(browsing.description["systems"]["identity"])
    clock.travel(minutes=1)
    page.evaluate("rung = 0; setTimeout(() => rung++, 3_600_000)")

    clock.travel(hours=2)
    later, bob = page.context.new_page(), browsing.person("Bob").page
    assert all(agree(each, browsing) for each in (page, later, bob))
    assert page.evaluate("rung") == 1

    clock.freeze(NEW_YEAR)
    clock.tick(seconds=1)
    in_the_end = NEW_YEAR + timedelta(seconds=1)
    assert {shown(page), shown(bob), shown(browsing.person("Eve").page)} == {in_the_end}

    clock.resume()
    assert agree(page, browsing)
    assert shown(page) >= in_the_end
    clock.travel(days=-1)
    assert agree(page, browsing)
    assert shown(bob) < NEW_YEAR


@pytest.mark.ui
@pytest.mark.wire
@pytest.mark.requirement("TIME-3")
def test_a_browser_that_was_closed_is_left_alone(browsing: Workspace) -> None:
    browsing.person("Ada").page.context.close()

    browsing.clock.travel(days=1)

    assert agree(browsing.person("Bob").page, browsing)


@pytest.mark.ui
@pytest.mark.wire
@pytest.mark.requirement("TIME-2", "TIME-3")
def test_pages_go_back_with_a_snapshot(browsing: Workspace) -> None:
    page = browsing.person("Ada").page
    browsing.clock.freeze(NEW_YEAR)
    browsing.snapshot("new-year")
    browsing.clock.travel(days=1)

    browsing.restore("new-year")

    assert shown(page) == browsing.clock.now() == NEW_YEAR


@pytest.mark.requirement("TIME-2")
def test_a_workspace_is_put_back_to_what_was_kept(space: Workspace) -> None:
    space.clock.travel(days=3)
    there = space.clock.now()
    space.snapshot("then")
    space.clock.freeze(NEW_YEAR)
    space.faults.add("*", status=500)
    identity = space.description["systems"]["identity"]
    assert requests.get(f"{identity}/healthz", timeout=10).status_code == 500

    space.restore("then")

    assert there <= space.clock.now() < there + SOON
    assert list(space.faults) == []
    with pytest.raises(NotFound, match="Kept: then"):
        space.restore("now")


@pytest.mark.requirement("TIME-2")
def test_the_next_workspace_knows_nothing_of_it(simulator: Simulator) -> None:
    simulator.keep_snapshot("of-the-session")
    with fresh(simulator) as first:
        first.clock.freeze(NEW_YEAR)
        first.snapshot("mine")
        first.snapshot("mine")

    with fresh(simulator) as second:
        assert [snapshot.name for snapshot in second.simulator.snapshots] == ["of-the-session"]
        assert second.clock.now() < NEW_YEAR
    simulator.drop_snapshot("of-the-session")
