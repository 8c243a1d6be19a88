"""The README as an index of packages shows it: no link leads nowhere there."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_IMAGE = re.compile(r"^!\[[^\]]*\]\((?!https?:)[^)]*\)\n\n?", re.MULTILINE)
_PAGE = re.compile(r"\[([^\]]+)\]\(docs/([\w-]+)\.md(?:#[\w-]+)?\)")
_FILE = re.compile(r"!?\[([^\]]+)\]\((?!https?:)[^)]+\)")


def for_an_index(readme: str) -> str:
    """The text without pictures and links of the repository; pages say how they are printed."""
    text = _PAGE.sub(r"\1 (`simulator docs \2`)", _IMAGE.sub("", readme))
    return _FILE.sub(r"\1", text)


class ReadmeHook(MetadataHookInterface):
    """Puts it into the metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Hatchling calls this for every build."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": for_an_index(text)}
