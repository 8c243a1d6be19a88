"""Where promises come from: addresses, files of ours, and names that a legend explains."""

import re
from collections.abc import Iterator, Mapping

from tests.tools.requirements import ROOT

_ADDRESS = re.compile(r"https://\S+")


def unexplained(source: str, known: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts of a source that are no address, no file, and not in the legend."""
    for part in (each.strip() for each in source.split(";")):
        if not (_ADDRESS.fullmatch(part) or _is_file(part) or _name_of(part, known)):
            yield part


def _is_file(part: str) -> bool:
    return re.fullmatch(r"[\w./-]+\.\w+", part) is not None and (ROOT / part).is_file()


def _name_of(part: str, known: Mapping[str, str]) -> str | None:
    """The name in the legend that a part begins with, or ends with (`as … tells it`)."""
    for name in known:
        if re.match(rf"{re.escape(name)}(?!\w)", part) or f" as {name} tells it" in part:
            return name
    return None
