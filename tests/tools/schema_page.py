"""The JSON Schema of scenarios for editors; `python -m tests.tools.schema_page` writes it."""

import json

from simulator.scenarios.json_schema import json_schema
from tests.tools.requirements import ROOT

FILE = ROOT / "docs/scenario.schema.json"


def render() -> str:
    """The whole file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
