"""The page of all faults and incidents, made from the code; `python -m tests.faults_page`."""

import dataclasses

from simulator.faults import INCIDENTS, Fault, Incident
from simulator.faults.fault import told
from tests.requirements import ROOT

PAGE = ROOT / "docs/faults.md"
_BEGIN = "<!-- {name}: made by `python -m tests.faults_page`; do not edit. -->\n"
_END = "<!-- As far as this. -->\n"


def renewed(page: str) -> str:
    """The page with both tables as they should be."""
    page = _with(
        page,
        "Incidents",
        ["| incident | what happens | to one |", "|---|---|---|"],
        [_incident(each) for each in INCIDENTS],
    )
    return _with(
        page, "Attributes", ["| attribute | default | what it is |", "|---|---|---|"], _attributes()
    )


def _with(page: str, name: str, head: list[str], rows: list[str]) -> str:
    begin = _BEGIN.format(name=name)
    before, found, rest = page.partition(begin)
    assert found, f"{PAGE.name} has no place for {name}"
    return before + begin + "\n".join([*head, *rows]) + "\n" + _END + rest.partition(_END)[2]


def _incident(each: Incident) -> str:
    return f"| `{each.name}` | {each.told} | {', '.join(each.narrowed)} |"


def _attributes() -> list[str]:
    descriptions = told()
    return [
        f"| `{each.name}` | {_default(each)} | {descriptions[each.name]} |"
        for each in dataclasses.fields(Fault)
        if each.init
    ]


def _default(each: "dataclasses.Field[object]") -> str:
    if each.default is dataclasses.MISSING:
        return ""
    return "" if each.default is None else f"`{each.default}`"


def main() -> None:
    """Write the page."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
