"""The table in docs/control-api.md, of operations; `python -m tests.tools.control_page`."""

from simulator.control.table import CONTROL_API
from simulator.web.endpoints import Endpoint
from tests.tools.generated import with_table
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/control-api.md"
_BEGIN = "<!-- Made by `python -m tests.tools.control_page`; do not edit. -->\n"


def renewed(page: str) -> str:
    """The page with the table as it should be."""
    return with_table(
        page,
        _BEGIN,
        ["request", "members", "what it does"],
        [_row(each) for each in CONTROL_API.endpoints],
    )


def _row(each: Endpoint) -> str:
    taken = each.body or each.query
    names = list(taken.model_fields) if taken else []
    # The members of a fault are told with the faults.
    members = ", ".join(f"`{name}`" for name in names[:5]) + (" …" if names[5:] else "")
    return f"| `{each.method} {each.template}` | {members} | {each.summary} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
