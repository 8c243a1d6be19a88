"""Examples of the OpenAPI document: what a demo workspace's endpoints were asked and answered.

The file is made by `python -m tests.tools.developer_api_page`: `tests/tools/api_tour` calls every
endpoint once, always in the same world at the same moment.
"""

import json
from pathlib import Path

from simulator.web.openapi import Examples

_FILE = Path(__file__).with_suffix(".json")


def load_examples() -> Examples:
    """Return what is shown of each endpoint, and of each status of a refusal."""
    return Examples(**json.loads(_FILE.read_text(encoding="utf-8")))
