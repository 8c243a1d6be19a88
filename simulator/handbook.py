"""The documentation that is shipped with the package: its pages, and the steps they list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.package_data import find_folder

_PAGES = "docs"
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the library.

    Attributes:
        module: the noun it belongs to.
        pattern: keyword and words, as people read them.
    """

    module: str
    pattern: str


def topics() -> list[tuple[str, str]]:
    """The pages as (topic, title), by topic."""
    found = []
    for path in sorted(find_folder(_PAGES).glob("*.md")):
        title = _HEADING.search(path.read_text(encoding="utf-8"))
        found.append((path.stem, title[1] if title else ""))
    return found


def page(topic: str) -> str:
    """One page, in Markdown.

    Args:
        topic: the topic as `topics` has it; the file's name will do.

    Raises:
        LookupError: there is none; the message names those that there are.
    """
    known = [name for name, _title in topics()]
    page_name = topic.removesuffix(".md")
    if page_name not in known:
        raise LookupError(f"There is no page '{topic}'. There are: {', '.join(known)}.")
    return (find_folder(_PAGES) / f"{page_name}.md").read_text(encoding="utf-8")


def steps(word: str = "") -> Iterator[Step]:
    """The steps of the library that have a word, in any case; all of them without one.

    Args:
        word: is looked for in the step, in what it does, and in its example.
    """
    module = ""
    for line in page("steps").splitlines():
        if line.startswith("## "):
            module = line[3:].strip("`")
        elif line.startswith("| ") and not line.startswith("| step |"):
            first = re.split(r"(?<!\\)\|", line)[1]
            pattern = first.strip().replace("`", "").replace("\\|", "|")
            if word.lower() in line.lower():
                yield Step(module=module, pattern=pattern)
