"""The tables in docs/developer-api.md, and the examples of the OpenAPI document.

`python -m tests.tools.developer_api_page` writes both.
"""

from collections.abc import Iterator

from simulator.systems.developer_api import ENDPOINTS, embedded, find_group, known
from simulator.systems.developer_api.endpoint import ApiEndpoint
from simulator.web.endpoints import Group
from tests.tools import api_tour
from tests.tools.generated import make_table, with_lines, with_table
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/developer-api.md"
_BEGIN = "<!-- Made by `python -m tests.tools.developer_api_page`; do not edit. -->\n"


_BEGIN_ABSENT = _BEGIN.replace("; do not edit", ", of `known.yaml`; do not edit")


#: Below it, endpoints stand once more.
_CUSTOMER = "/api/managed_users/:id/"


def renewed(page: str) -> str:
    """The page with the tables as they should be."""
    head = ["request", "takes", "what it does", "quota"]
    page = with_lines(page, _BEGIN, list(_list_groups(head)))
    head = ["part of the Developer API", "requests", "why not"]
    absent: dict[known.Endpoint, list[str]] = {}
    for each, method in list_absent():
        first = next((one for one in absent if one.name == each.name), each)
        absent.setdefault(first, []).append(f"`{method} {each.path}`")
    rows = [
        f"| [{each.name}](https://docs.workato.com{each.page}) | {', '.join(paths)} | {each.why} |"
        for each, paths in absent.items()
    ]
    return with_table(page, _BEGIN_ABSENT, head, rows)


def _list_groups(head: list[str]) -> Iterator[str]:
    """The endpoints by the page of Workato's documentation that tells of them, a table each."""
    rows: dict[Group | None, list[str]] = {}
    for each in ENDPOINTS:
        rows.setdefault(find_group(each), []).append(_row(each))
    for group, listed in rows.items():
        assert group, "known.yaml says of each endpoint which page documents it"
        yield from ("", f"### {group.name}", "")
        yield from (f"Workato's own page: <{group.documentation}>", "")
        yield from make_table(head, listed)


def list_absent() -> Iterator[tuple[known.Endpoint, str]]:
    """What is known of Workato and not simulated, a method each."""
    there = {(each.method, _shape(each.path)) for each in ENDPOINTS} | {
        (method, _shape(path)) for method, path in embedded.ALIASES
    }
    for each in known.endpoints():
        shapes = {_shape(path) for path in (each.path, each.path.replace(_CUSTOMER, "/api/"))}
        for method in each.methods:
            if not {(method, shape) for shape in shapes} & there:
                yield each, method


def _shape(path: str) -> str:
    return "/".join(":" if part.startswith(":") else part for part in path.split("/"))


def _row(each: ApiEndpoint) -> str:
    taken = {
        f"`{field.alias or name}`": None
        for model in (each.query, each.body)
        if model
        for name, field in model.model_fields.items()
    }
    names = ", ".join(sorted(taken, key=lambda name: name in ("`page`", "`per_page`")))
    if each.query and "per_page" in each.query.model_fields:
        most = each.query.model_json_schema()["properties"]["per_page"]["maximum"]
        names += f" (at most {most})"
    quota = f"{each.quota.requests} in {each.quota.interval.total_seconds():g} s"
    return f"| `{each.method} {each.path}` | {names} | {each.summary} | {quota} |"


def main() -> None:
    """Write the page and the examples."""
    api_tour.write()
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
