"""The table in docs/developer-api.md; `python -m tests.developer_api_page`."""

from simulator.systems.developer_api import ENDPOINTS
from simulator.systems.developer_api.endpoint import Endpoint
from tests.generated import with_table
from tests.requirements import ROOT

PAGE = ROOT / "docs/developer-api.md"
_BEGIN = "<!-- Made by `python -m tests.developer_api_page`; do not edit. -->\n"


def renewed(page: str) -> str:
    """The page with the table as it should be."""
    return with_table(
        page,
        _BEGIN,
        ["request", "takes", "what it does", "quota"],
        [_row(each) for each in ENDPOINTS],
    )


def _row(each: Endpoint) -> str:
    taken = [*each.query, *(each.body.model_fields if each.body else ())]
    taken += [f"`page`, `per_page` (at most {each.most})"] if each.most else []
    names = ", ".join(name if "`" in name else f"`{name}`" for name in taken)
    quota = f"{each.quota.requests} in {each.quota.interval.total_seconds():g} s"
    return f"| `{each.method} {each.path}` | {names} | {each.summary} | {quota} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
