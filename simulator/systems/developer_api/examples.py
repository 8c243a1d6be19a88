"""Examples of the OpenAPI document: what a demo workspace's endpoints were asked and answered.

The file is made by `python -m tests.tools.developer_api_page`: `tests/tools/api_tour` calls every
endpoint once, always in the same world at the same moment.
"""

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".json")


def load_examples() -> dict[str, dict[str, Any]]:
    """Return the example of each endpoint by its name: a `body`, an `answer`, both or neither."""
    found: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
