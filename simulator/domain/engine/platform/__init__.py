"""The actions of Workato's own providers, which run here without a stub."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.domain.engine.platform import (
    api_platform,
    clock,
    code,
    functions,
    lists,
    logger,
    messages,
    parsers,
    skills,
    tables,
    variables,
    workflow_apps,
)
from simulator.domain.engine.platform.job import ActionHandler

#: (provider, action) → what performs it.
ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    **functions.ACTIONS,
    **api_platform.ACTIONS,
    **skills.ACTIONS,
    **logger.ACTIONS,
    **variables.ACTIONS,
    **tables.ACTIONS,
    **lists.ACTIONS,
    **parsers.ACTIONS,
    **clock.ACTIONS,
    **code.ACTIONS,
    **messages.ACTIONS,
    **workflow_apps.ACTIONS,
}

#: (provider, action) → what makes the handler's details out of the block.
PREPARED: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], Any]] = {
    **variables.PREPARED,
    **code.PREPARED,
}

#: Steps that go on when a person has decided, which nobody does here: a stub says what they decide.
DECISIONS = workflow_apps.DECISIONS
