"""Ids that are the same whenever the same scenario is seeded, in the shapes of the real ones."""

import hashlib


def end_user_id(email: str) -> str:
    """An end user's id: `eu-` and twelve hex digits (our choice)."""
    return f"eu-{_digest('end user', email.lower()).hex()[:12]}"


def group_id(environment: str, name: str) -> str:
    """An end-user group's id: `eug-` and twelve hex digits (our choice, as above)."""
    return f"eug-{_digest('group', environment, name).hex()[:12]}"


def token_family(connection: str) -> str:
    """The token family of a connection that is seeded as authorized."""
    return _digest("token family", connection).hex()


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
