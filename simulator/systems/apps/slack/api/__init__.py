"""Slack's Web API: one address a method; each part adds its methods when it is imported."""

from simulator.systems.apps.slack.api import (
    auth,
    chat,
    files,
    membership,
    reactions,
    reading,
    search,
    users,
)
from simulator.systems.apps.slack.api.calls import METHODS, views

__all__ = ["METHODS", "PARTS", "views"]

PARTS = (auth, chat, files, membership, reactions, reading, search, users)
