"""What is made from the code; `python -m tests.tools.schema_page` writes them.

Those are the JSON Schema of scenarios, for editors, and the statements that make tables and the
rows of the demo world's apps.
"""

import json

from simulator.scenarios.json_schema import json_schema
from tests.tools import prepared_rows, table_scripts
from tests.tools.requirements import ROOT

FILE = ROOT / "docs/scenario.schema.json"


def render() -> str:
    """The whole JSON Schema."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
    table_scripts.write()
    prepared_rows.write()
