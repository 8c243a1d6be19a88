"""Several who do one thing at the same moment, in threads; and browsers that are one browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from werkzeug.test import Client

from simulator.sandbox.simulator import Simulator
from tests.contract.browser import Browser

#: How many they are.
RIVALS = 8

Outcome = TypeVar("Outcome")


def race(act: Callable[[int], Outcome], rivals: int = RIVALS) -> list[Outcome]:
    """Have everybody do it at once; returns what came of it, by number.

    Args:
        act: is given the number of who does it, from 0. What it raises fails the test.
        rivals: how many there are.
    """
    start = Barrier(rivals)

    def run(number: int) -> Outcome:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(rivals) as threads:
        return list(threads.map(run, range(rivals)))


def once(
    simulator: Simulator, act: Callable[[int], object], refusal: type[Exception]
) -> Callable[[int], bool]:
    """What a verb of the domain does in a unit of work of its own: whether it was not refused."""

    def run(number: int) -> bool:
        try:
            with simulator.world.db.unit():
                act(number)
        except refusal:
            return False
        return True

    return run


def twins(browser: Browser) -> list[Browser]:
    """A window each for everybody, of one browser at one page."""
    made = []
    for _ in range(RIVALS):
        twin = Browser(browser.simulator, browser.url)
        twin.page = browser.page
        twin._http = same_client(browser._http)
        made.append(twin)
    return made


def same_client(client: Client) -> Client:
    """A client with the cookies of another; one is not made for threads."""
    twin = Client(client.application)
    assert twin._cookies is not None
    twin._cookies.update(client._cookies or {})
    return twin


def statuses(browsers: list[Browser], press: Callable[[Browser], Browser]) -> list[int]:
    """The statuses that each window has in the end, when all do it at once."""
    return race(lambda number: press(browsers[number]).page.status_code)
