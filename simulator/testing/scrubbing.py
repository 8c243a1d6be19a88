"""Take secrets out of what a test leaves behind."""

import json
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus
from zipfile import ZIP_DEFLATED, ZipFile

from simulator.crypto import fingerprint
from simulator.journal.masking import masked_text, secrets_in

if TYPE_CHECKING:  # pragma: no cover
    from simulator.journal import Journal

#: JSON Web Tokens (RFC 7519) and credentials of an Authorization header, wherever they stand.
_TOKENS = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]*|(?<=Bearer )[\w.~+/-]{16,}=*")
#: Shorter ones would take harmless words along.
_SHORTEST = 6


class Scrubber:
    """Replaces secrets by their fingerprints, as the journal does; the same one looks the same.

    Args:
        secrets: what must not be seen; spelled for URLs and JSON it is found as well.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True)
        self._masks = {spelled: _mask(each) for each in known for spelled in _spellings(each)}
        spellings = sorted(self._masks, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, spellings))) if spellings else None

    @classmethod
    def of(cls, journal: "Journal", description: dict[str, Any]) -> "Scrubber":
        """Create it for a world: its journal's secrets, and the passwords of its people.

        Args:
            journal: the journal of the world.
            description: the description of the world, as `describe` returns it.
        """
        return cls({*journal.secrets(), *secrets_in("", description)})

    def text(self, text: str) -> str:
        """Return a text without secrets.

        Args:
            text: the text that may have secrets.
        """
        if self._known:
            text = self._known.sub(lambda found: self._masks[found[0]], text)
        return _TOKENS.sub(lambda found: _mask(found[0]), masked_text(text))

    def archive(self, path: Path) -> None:
        """Rewrite a ZIP file, its texts without secrets; pictures stay as they are.

        Args:
            path: the path of the file.
        """
        with ZipFile(path) as whole:
            entries = [(each, whole.read(each)) for each in whole.infolist()]
        with ZipFile(path, "w", ZIP_DEFLATED) as clean:
            for entry, data in entries:
                try:
                    clean.writestr(entry.filename, self.text(data.decode()))
                except UnicodeDecodeError:
                    clean.writestr(entry.filename, data)


def _mask(secret: str) -> str:
    return f"…{fingerprint(secret)[:8]}"


def _spellings(secret: str) -> set[str]:
    """As it stands in addresses, also in one within another, in JSON, and in HTML."""
    encoded = {quote(secret, safe=""), quote_plus(secret)}
    twice = {quote(each, safe="") for each in encoded}
    in_json = json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]
    return {secret, *encoded, *twice, *in_json, escape(secret)}
