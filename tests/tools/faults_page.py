"""The pages of all faults and situations; `python -m tests.tools.faults_page`."""

import dataclasses

from simulator.faults import INCIDENTS, Fault, Incident
from simulator.faults.fault import attribute_descriptions
from tests.tools.generated import with_table
from tests.tools.requirements import ROOT

PAGE = ROOT / "docs/faults.md"
SITUATIONS = ROOT / "docs/situations.md"
_BEGIN = "<!-- {name}: made by `python -m tests.tools.faults_page`; do not edit. -->\n"


def renewed(page: str) -> str:
    """The page of faults with both tables as they should be."""
    page = with_table(
        page,
        _BEGIN.format(name="Incidents"),
        ["incident", "what happens", "to one"],
        [_incident(each) for each in INCIDENTS],
    )
    head = ["attribute", "default", "what it is"]
    return with_table(page, _BEGIN.format(name="Attributes"), head, _attributes())


def situations(page: str) -> str:
    """The page of situations with its table as it should be."""
    return with_table(
        page,
        _BEGIN.format(name="Situations"),
        ["incident", "what happens", "what the client sees", "what a good client does"],
        [
            f"| `{each.name}` | {each.description} | {each.client_sees} | {each.client_does} |"
            for each in INCIDENTS
        ],
    )


#: Each page that is made here, and what makes it anew.
PAGES = {PAGE: renewed, SITUATIONS: situations}


def _incident(each: Incident) -> str:
    return f"| `{each.name}` | {each.description} | {', '.join(each.narrowed)} |"


def _attributes() -> list[str]:
    descriptions = attribute_descriptions()
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
    """Write the pages."""
    for path, renew in PAGES.items():
        path.write_text(renew(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
