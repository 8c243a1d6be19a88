"""What an instance does with used refresh tokens: what was set for it, or as its app does."""

from datetime import timedelta

from simulator.db.tables import AppInstance
from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.systems.apps._kit.dialect import Dialect
from simulator.world import World


def rules(world: World, host: str, dialect: Dialect) -> RefreshRules:
    """Return the rules of an instance, read once in a unit of work.

    Args:
        host: the instance.
        dialect: the dialect of its app.
    """
    row = world.db.session.get(AppInstance, host)
    if row is None or row.refresh_policy is None:
        return dialect.refresh
    policy = RefreshPolicy(row.refresh_policy)
    return RefreshRules(policy, timedelta(seconds=row.refresh_leeway or 0))


def is_set(world: World, host: str) -> bool:
    """Return whether it was set for an instance what it does with used refresh tokens.

    Args:
        host: the instance.
    """
    row = world.db.session.get(AppInstance, host)
    return row is not None and row.refresh_policy is not None
