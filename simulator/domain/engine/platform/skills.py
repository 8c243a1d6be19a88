"""Skills, under the provider's newer and older name: return a result."""

from collections.abc import Mapping

from simulator.domain.engine.platform.functions import return_result
from simulator.domain.engine.platform.job import ActionHandler
from simulator.domain.engine.steps import GENIE, SKILL

ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    (SKILL, "workflow_return_result"): return_result,
    (GENIE, "workflow_return_result"): return_result,
}
