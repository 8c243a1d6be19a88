"""Every way in which a sandbox writes, from a database that was prepared for it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import select, update

from simulator.db.tables import Connection
from simulator.domain import tokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.visits.forms import FormBrowser
from tests.contract.identity_visitor import Visitor
from tests.production_client import HOSTS, call, connect, sign_in, whole_way

#: Makes the write; is given what the sandbox is started with.
WritePath = Callable[[Simulator], object]


def _sign_in(demo: Simulator) -> None:
    """Registration, sign-in, consent, code for tokens."""
    with demo.intercept():
        sign_in(FormBrowser(HOSTS))


def _connect(demo: Simulator) -> None:
    """A tool's prompt, its link, the app's consent, the tool again."""
    with demo.intercept():
        whole_way()


def _refresh_tokens(demo: Simulator) -> None:
    """An MCP client's refresh token, twice."""
    visitor = Visitor(demo)
    visitor.sign_in()
    answer = visitor.redeem(visitor.authorize()["code"]).json or {}
    for _ in range(2):
        answer = visitor.refresh(answer["refresh_token"]).json or {}


def _refresh_connection(demo: Simulator) -> None:
    """A connection's token that has expired."""
    with demo.world.db.unit() as session:
        refreshable = select(Connection).where(Connection.refresh_token_sealed.is_not(None))
        row = session.scalars(refreshable.order_by(Connection.id)).first()
        assert row is not None
        past = demo.world.clock.now() - timedelta(hours=1)
        session.execute(
            update(Connection).where(Connection.id == row.id).values(token_expires_at=past)
        )
        session.commit()
        session.refresh(row)
        tokens.get_live_access_token(demo.world, row)


def _reset(demo: Simulator) -> None:
    """The world anew, row by row."""
    from simulator.scenarios import provisioning

    provisioning._cache.clear()
    demo.reset()


def _restore(demo: Simulator) -> None:
    """A snapshot, something else, and the snapshot again."""
    demo.keep_snapshot("before")
    demo.clock.travel(days=1)
    demo.faults.add("GET /healthz", status=503)
    demo.restore_snapshot("before")


def _steer(demo: Simulator) -> None:
    """Time and faults, as the control API sets them."""
    demo.world.clock.travel(timedelta(days=1))
    fault = demo.faults.add("GET /healthz", status=503, times=1)
    demo.faults.clear(fault)
    demo.world.clock.reset()


#: Name → what writes. Those of `STARTS` are the start itself.
WRITE_PATHS: Mapping[str, WritePath] = {
    "sign-in and consent": _sign_in,
    "connect": _connect,
    "refresh of a client's token": _refresh_tokens,
    "refresh of a connection": _refresh_connection,
    "reset": _reset,
    "snapshot and restore": _restore,
    "time and faults": _steer,
}
#: Name → which database it begins with: an empty one, or one of the first version.
STARTS: Mapping[str, str] = {"first start": "empty", "migration from the first version": "old"}


def check_whole_way(settings: Settings) -> None:
    """Be sure that a sandbox starts on a database, and that the demo's whole way can be gone.

    Args:
        settings: to start with.
    """
    with Simulator(settings) as demo, demo.intercept():
        browser = FormBrowser(HOSTS)
        token = sign_in(browser)
        answer = call(token)
        if "auth_url" in answer:
            connect(browser, str(answer["auth_url"]))
            answer = call(token)
        assert answer["requisitions"], answer
