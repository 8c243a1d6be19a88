"""What was added last is told by the order of insertion, whatever the simulated clock says."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from simulator.clock import Clock
from simulator.db.tables import AppUser, Job, Recipe, SigningKey
from simulator.net.addresses import IDENTITY
from simulator.oauth import Signer
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps.coupa import buying, documents, lists, store
from simulator.systems.apps.coupa.resources import RESOURCES
from tests.contract.identity_visitor import Visitor

pytestmark = pytest.mark.requirement("CORE-11")

#: What happens to the clock before each insertion.
Pace = Callable[[Clock], None]


def _stand(clock: Clock) -> None:
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))


def _go_back(clock: Clock) -> None:
    clock.travel(timedelta(hours=-1))


@pytest.fixture(params=[_stand, _go_back], ids=["frozen", "backward"])
def pace(request: pytest.FixtureRequest) -> Pace:
    """A clock that does not tell which came first."""
    made: Pace = request.param
    return made


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


def _key_of(token: str) -> str:
    head = token.split(".", maxsplit=1)[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


def test_the_key_that_was_added_last_signs(simulator: Simulator, pace: Pace) -> None:
    """Ten in a row, so that no order among equals can be right by chance."""
    signer = Signer(simulator.world, IDENTITY)
    for _ in range(10):
        pace(simulator.world.clock)
        with simulator.world.db.unit():
            kid = signer.rotate().kid
        with simulator.world.db.unit():
            assert _key_of(signer.sign({})) == kid
            assert json.loads(signer.build_jwks())["keys"][0]["kid"] == kid


@pytest.mark.requirement("FLT-1")
def test_the_incident_of_rotated_keys_signs_with_a_new_one(
    simulator: Simulator, pace: Pace
) -> None:
    """And what the key before signed still opens the server."""
    pace(simulator.world.clock)
    visitor = Visitor(simulator)
    visitor.sign_in()
    before = (visitor.redeem(visitor.authorize()["code"]).json or {})["access_token"]
    code = visitor.authorize()["code"]
    (fault,) = simulator.faults.incident("identity-keys-rotated")
    pace(simulator.world.clock)

    after = (visitor.redeem(code).json or {})["access_token"]

    assert fault.hits == 1
    assert _key_of(after) != _key_of(before)
    with simulator.world.db.unit() as session:
        newest = select(SigningKey.kid).order_by(SigningKey.sequence.desc())
        assert session.scalars(newest).first() == _key_of(after)
    assert visitor.ping(after) == 200


def test_the_newest_document_stands_first(simulator: Simulator) -> None:
    """Where the moments are the same; else Coupa sorts by the moment, as it is selection to."""
    world = simulator.world
    _stand(world.clock)
    with world.db.unit() as session:
        user = session.scalars(select(AppUser)).first()
        assert user is not None
        made = []
        for _ in range(5):
            line = {"description": "Desk", "quantity": "1", "unit-price": "10.00"}
            values = {"justification": "x", "requisition-lines": [line]}
            made.append(buying.create_requisition(world, user, values).id)

        def ids(direction: str) -> list[int]:
            query = [("order_by", "created_at"), ("dir", direction), ("status", "draft")]
            selection = lists.read(world, user.host, RESOURCES["requisitions"], query)
            rows = store.page(world, RESOURCES["requisitions"], user, selection)
            return [row.id for row in rows if row.id in made]

        assert ids("desc") == made[::-1]
        assert ids("asc") == made
        shown = documents.newest(world, documents.REQUISITIONS, user, limit=5, own=True)
        assert [row.id for row in shown] == made[::-1]


def test_jobs_are_numbered_as_they_were_kept(simulator: Simulator, pace: Pace) -> None:
    """A number is never given twice, not even that of a job that was deleted."""
    with simulator.world.db.unit() as session:
        for name in ("j-9", "j-5", "j-7"):
            pace(simulator.world.clock)
            session.add(_job(simulator, name))
            session.flush()
        session.delete(session.scalars(select(Job).where(Job.id == "j-7")).one())
        session.flush()
        session.add(_job(simulator, "j-1"))
        session.flush()
        rows = session.execute(select(Job.id, Job.sequence).order_by(Job.sequence)).all()

    assert [row.id for row in rows] == ["j-9", "j-5", "j-1"]
    assert rows[2].sequence == rows[1].sequence + 2


def _job(simulator: Simulator, name: str) -> Job:
    now = simulator.world.clock.now()
    recipe = simulator.world.db.session.scalars(select(Recipe.id)).first()
    return Job(
        id=name,
        recipe_id=recipe,
        tool="t",
        status="succeeded",
        ip_address="",
        started_at=now,
        completed_at=now,
    )
