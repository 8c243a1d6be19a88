"""The table in docs/developer-api.md; `python -m tests.tools.developer_api_page`."""

from simulator.systems.developer_api import ENDPOINTS
from simulator.systems.developer_api.endpoint import ApiEndpoint
from tests.tools.generated import with_table
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/developer-api.md"
_BEGIN = "<!-- Made by `python -m tests.tools.developer_api_page`; do not edit. -->\n"


def renewed(page: str) -> str:
    """The page with the table as it should be."""
    return with_table(
        page,
        _BEGIN,
        ["request", "takes", "what it does", "quota"],
        [_row(each) for each in ENDPOINTS],
    )


def _row(each: ApiEndpoint) -> str:
    taken = [
        f"`{name}`" for model in (each.query, each.body) if model for name in model.model_fields
    ]
    names = ", ".join(sorted(taken, key=lambda name: name in ("`page`", "`per_page`")))
    if each.query and "per_page" in each.query.model_fields:
        most = each.query.model_json_schema()["properties"]["per_page"]["maximum"]
        names += f" (at most {most})"
    quota = f"{each.quota.requests} in {each.quota.interval.total_seconds():g} s"
    return f"| `{each.method} {each.path}` | {names} | {each.summary} | {quota} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
