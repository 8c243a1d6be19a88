"""Requests counted in periods of the simulated time, for an app that limits how many it takes."""

from collections.abc import Mapping

from sqlalchemy import delete, update

from simulator.db.base import Base, table_of
from simulator.db.claim import did_change
from simulator.db.upsert import insert_missing
from simulator.world import World


def count(
    world: World,
    table: type[Base],
    key: Mapping[str, str],
    period: Mapping[str, int],
    *,
    most: int,
    memory: int,
) -> bool:
    """Count a request, unless its period has as many as it may; several processes count together.

    What was changed so far is committed: a request that is refused later on counts, too.

    Args:
        table: its primary key is `key` with `period`, and it has a `count`.
        key: the key of whom, and of what.
        period: column → when the period begins, in seconds.
        most: requests that a period takes.
        memory: counts of periods that began longer ago are deleted, in seconds.

    Returns:
        Whether it was counted.
    """
    session, columns = world.db.session, table_of(table).c
    ((name, begins),) = period.items()
    own = [columns[column] == value for column, value in key.items()]
    if insert_missing(session, table, {**key, **period}, count=0):
        session.execute(delete(table).where(*own, columns[name] < begins - memory))
    counting = (
        update(table)
        .where(*own, columns[name] == begins, columns["count"] < most)
        .values(count=columns["count"] + 1)
    )
    is_counted = did_change(session, counting)
    world.db.commit()
    return is_counted
