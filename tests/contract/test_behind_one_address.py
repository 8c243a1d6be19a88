"""Two processes behind one address that hands each request to the other one in turn.

Two simulators stand for two processes: they share the database and nothing else.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING

import pytest
from anyio.from_thread import BlockingPortal

from simulator.journal import current
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing.stage import Stage
from tests.contract.two_simulators import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["settings"]  # the fixture


class _InTurn(Simulator):
    """One of two, and what is in front of them: calls from one system to another stay within."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.other: Simulator | None = None
        self._requests = count()
        self.world.http.mount(self)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self.other is not None and current() is None and next(self._requests) % 2:
            return self.other(environ, start_response)
        return super().__call__(environ, start_response)


@pytest.fixture
def pair(settings: Settings) -> Iterator[tuple[_InTurn, Simulator]]:
    """Both run; the first one leads every other request to the second."""
    with _InTurn(settings) as first, Simulator(first.world.settings) as second:
        first.other = second
        yield first, second


@pytest.mark.requirement("PROC-10")
@pytest.mark.parametrize("mode", ["legacy", pytest.param("auto", marks=pytest.mark.long)])
def test_sign_in_consent_and_calls_go_on_at_the_other_process(
    pair: tuple[_InTurn, Simulator], portal: BlockingPortal, mode: str
) -> None:
    """Discovery, registration, sign-in, code, token, session, link, consent and the call."""
    first, second = pair
    with ExitStack() as closing:
        ada = Stage(first.describe(), portal, None, closing, first).actor("Ada")
        ada.connect("Procurement assistant", mode=mode)

        assert "Connected" in ada.connect_account(ada.call("List_my_requisitions"))
        rows = ada.call("List_my_requisitions").structured_content["requisitions"]

        assert {row["requested-by"]["email"] for row in rows} == {"ada@acme.example"}
        assert min(len(list(each.journal)) for each in pair) > 10, "by turns"
        second.close()
        first.other = None
        assert not ada.call("List_my_requisitions").is_error, "with the other one gone"
