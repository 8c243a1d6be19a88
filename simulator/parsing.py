"""Numbers out of foreign text."""


def whole_number(text: str | None) -> int | None:
    """The number that up to nine ASCII digits spell, or None: small enough for any id."""
    if text and text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    return None
