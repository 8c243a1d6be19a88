"""A tour of the Developer API: each endpoint is called once, and what was said is its example.

`python -m tests.tools.developer_api_page` writes them where `/api/openapi.json` reads them.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.developer_api import ENDPOINTS, examples
from tests.tools.api_tour import access, administration, assets, customers, deployments, refusals
from tests.tools.api_tour.recorder import Recorder

__all__ = ["FILE", "take", "write"]

FILE = Path(examples.__file__).with_suffix(".json")
#: So that each tour is the same: the moment that it takes place at, and where ids come from.
_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_SEED = 20260302


def take() -> dict[str, Any]:
    """Call every endpoint of a demo workspace; return the members of `Examples`."""
    settings = Settings(database="memory", scenario="demo", seed=_SEED)
    with patch("simulator.clock._real", lambda: _NOW), Simulator(settings) as simulator:
        recorder = Recorder(simulator)
        for part in (access, assets, administration, deployments, customers):
            part.tour(recorder)
        refused = refusals.collect(recorder)
    seen = recorder.seen
    called = {each.name: seen[each.name] for each in ENDPOINTS if each.name in seen}
    return {"endpoints": called, "refusals": refused}


def write() -> None:
    """Write the examples."""
    text = json.dumps(take(), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
