"""From one state to the next: whoever comes first, and only from where the rules allow it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from simulator.db.base import table_of
from simulator.db.claim import did_change
from simulator.systems.apps.coupa.api_errors import Invalid
from simulator.world import World


def move(world: World, row: Any, allowed: Collection[str], to: str, verb: str) -> None:
    """Bring a row from one of the allowed states to another; of several at once, one does.

    Args:
        row: a document or record.
        allowed: states in which this may be done.
        to: the next state.
        verb: what is done, for the sentence.

    Raises:
        Invalid: it is in another state.
    """
    table = table_of(type(row))
    world.db.session.flush()
    statement = (
        update(table)
        .where(table.c.id == row.id, table.c.status.in_(allowed))
        .values(status=to, updated_at=world.clock.now())
    )
    if not did_change(world.db.session, statement):
        states = " or ".join(sorted(allowed))
        raise Invalid("status", f"is {row.status}: only what is {states} can be {verb}")
    set_committed_value(row, "status", to)
