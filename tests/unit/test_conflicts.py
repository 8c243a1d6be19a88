"""What another transaction is the cause of is a conflict; what is wrong of itself is none."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from simulator.db import Database
from simulator.db.base import Base
from simulator.db.conflicts import is_conflict
from simulator.db.tables import Fact, GroupMember

pytestmark = pytest.mark.requirement("CORE-20")
NOW = datetime(2030, 1, 1, tzinfo=UTC)
FACT = {"name": "a", "value": "b", "updated_at": NOW}


@pytest.mark.parametrize(
    "table, row, is_theirs",
    [
        (Fact, FACT, True),  # somebody else had the key first
        (GroupMember, {"group_id": "gone", "end_user_id": "gone"}, True),  # somebody deleted it
        (Fact, {**FACT, "name": "c", "value": None}, False),
    ],
)
def test_only_what_another_caused_is_a_conflict(
    database_url: str, table: type[Base], row: dict[str, object], is_theirs: bool
) -> None:
    db = Database(database_url)
    Base.metadata.create_all(db.engine)
    with db.unit() as session:
        session.execute(insert(Fact).values(FACT))
    with pytest.raises(DBAPIError) as refused, db.unit() as session:
        session.execute(insert(table).values(row))
    db.close()

    assert is_conflict(refused.value) is is_theirs
