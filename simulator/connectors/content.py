"""Content of files as recipes have it: as text (our choice)."""

import re

#: What texts do not have and octets do: control characters, but for those that lay out a text.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def read_content(octets: bytes) -> str:
    """Return what a file holds as text, byte by byte where it is none."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def write_content(text: str) -> bytes:
    """Return what a file holds that was read so; a text in UTF-8."""
    if _CONTROL.search(text):
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            pass
    return text.encode("utf-8", "replace")
