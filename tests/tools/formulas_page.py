"""The page of all formulas, made from their table of functions; `python -m …formulas_page`."""

from collections.abc import Iterator

from simulator.domain.formulas import limits
from simulator.domain.formulas.calls import METHODS, SEEN, WORDS, Function
from simulator.domain.formulas.formula import read_formula
from simulator.domain.formulas.parser import CONSTANTS
from simulator.domain.formulas.values import kind_words
from tests.tools.generated import with_table
from tests.tools.requirements import ROOT
from tests.unit.formula_table import Case, cases

PAGE = ROOT / "docs/formulas.md"
_BEGIN = "<!-- {name}: made by `python -m tests.tools.formulas_page`; do not edit. -->\n"
#: The vendor's pages, in the order of the page.
CATEGORIES = {
    "Text": "string-formulas",
    "Numbers": "number-formulas",
    "Dates": "date-formulas",
    "Lists and objects": "array-list-formulas",
    "Others": "other-formulas",
    "Seen in examples": SEEN,
}
_HEAD = ["formula", "called on", "what it is", "for example"]
read_formula("1")  # the table of functions is filled by it


def renewed(page: str) -> str:
    """The page with its tables as they should be."""
    examples = list(cases())
    for name, category in CATEGORIES.items():
        rows = list(_rows(category, examples))
        page = with_table(page, _BEGIN.format(name=name), _HEAD, rows)
    return with_table(page, _BEGIN.format(name="Bounds"), ["what", "at most"], _bounds())


def _rows(category: str, examples: list[Case]) -> Iterator[str]:
    if category == "other-formulas":
        for name in sorted(CONSTANTS):
            yield f"| `{name}` | by itself | {_CONSTANT_WORDS[name]} | |"
    for name, function in sorted(WORDS.items()):
        if function.page == category:
            yield _row(name, "by itself", function, f"{name}", examples)
    for name, functions in sorted(METHODS.items()):
        fitting = {kind: each for kind, each in functions.items() if each.page == category}
        if fitting:
            kinds = dict.fromkeys(kind_words(kind) for kind in fitting)
            function = next(iter(fitting.values()))
            mark = "[" if name == "[]" else f".{name}"
            yield _row(name, ", ".join(kinds), function, mark, examples)


def _row(name: str, kinds: str, function: Function, mark: str, examples: list[Case]) -> str:
    found = [
        each.formula
        for each in examples
        if f"{each.formula} ".partition(mark)[2][:1] in ("(", " ", ")", ",", ".", "'", '"', "-")
        and "_(" not in each.formula
        and not each.error
        and function.page in (each.page, SEEN)
    ]
    example = f"`{_cell(min(found, key=len))}`" if found else ""
    return f"| `{name}` | {kinds} | {_cell(function.sentence)} | {example} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_CONSTANT_WORDS = {
    "clear": "Null, which clears the field in the app; here the same as `null` (our choice).",
    "false": "False.",
    "nil": "Null.",
    "null": "Null.",
    "skip": "Leaves the field out.",
    "true": "True.",
}


def _bounds() -> list[str]:
    words = {
        "characters of a formula": limits.LONGEST_FORMULA,
        "levels of parentheses, arguments and ternaries": limits.DEEPEST_NESTING,
        "characters of a text": limits.LONGEST_TEXT,
        "items of a value, all levels together": limits.LARGEST_VALUE,
        "levels of a value": limits.DEEPEST_VALUE,
        "binary digits of a whole number": limits.WIDEST_NUMBER,
        "calls of blocks": limits.MOST_BLOCK_CALLS,
        "characters of a pattern": limits.LONGEST_PATTERN,
        "seconds of one search with a pattern": limits.LONGEST_SEARCH,
    }
    return [f"| {what} | {bound:,} |" for what, bound in words.items()]


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
