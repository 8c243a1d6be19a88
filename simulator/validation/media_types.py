"""Which media types a request takes, parsed as RFC 9110 §12.5.1 has it, not compared as text."""

from collections.abc import Iterator, Sequence

from werkzeug.http import parse_list_header, parse_options_header

JSON, HTML = "application/json", "text/html"
#: A file, whatever it holds.
FILE = "application/octet-stream"
FORM = "application/x-www-form-urlencoded"
#: Characters of an `Accept` header that are read; reading takes quadratic time at worst.
_LONGEST = 10_000


def get_quality(accept: str | None, media_type: str) -> float:
    """Return the quality of the most specific media range that covers a type.

    Parameters of a range other than `q` do not keep it from matching, for there is one
    representation of each type here; a range without them, or with the charset that is sent
    anyway, goes first. What is no media range is ignored, and so is a range whose `q` is none;
    `*` alone stands for every type, as some HTTP libraries write it.

    Args:
        accept: the `Accept` header; None or empty takes everything.
        media_type: type and subtype in lower case.

    Returns:
        0 to 1; 0 for what the client does not take.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:  # of a header that is too long to be read, nothing is taken
        return 0.0 if len(accept or "") > _LONGEST else 1.0
    kind, _, _subtype = media_type.partition("/")
    places = {media_type: 2, f"{kind}/*": 1, "*/*": 0}
    covering = [
        ((places[name], is_plain), weight) for name, is_plain, weight in ranges if name in places
    ]
    return max(covering)[1] if covering else 0.0


def accepts(accept: str | None, media_type: str) -> bool:
    """Return whether a client takes a media type; see `get_quality`."""
    return get_quality(accept, media_type) > 0


def choose_preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the media type that a client prefers, the first of several, or None."""
    best = max(offered, key=lambda media_type: get_quality(accept, media_type))
    return best if accepts(accept, best) else None


def _ranges(accept: str) -> Iterator[tuple[str, bool, float]]:
    """Yield each range: type in lower case, whether it has no parameters, and its quality."""
    for item in parse_list_header(accept[:_LONGEST]):
        name, parameters = parse_options_header(item)
        name = "*/*" if name == "*" else name.lower()
        kind, slash, subtype = name.partition("/")
        if not (kind and slash and subtype):
            continue
        try:
            weight = float(parameters.pop("q", "1"))
        except ValueError:
            continue
        if 0 <= weight <= 1:
            charset = parameters.pop("charset", "utf-8").lower()
            yield name, not parameters and charset == "utf-8", weight


def is_named(accept: str | None, media_type: str) -> bool:
    """Return whether a client names a media type itself and takes it, as browsers name HTML."""
    return any(name == media_type and weight for name, _, weight in _ranges(accept or ""))


def get_essence(content_type: str | None) -> str:
    """Type and subtype of a `Content-Type` header, in lower case and without parameters."""
    return parse_options_header(content_type)[0].strip().lower()


def is_json(content_type: str | None) -> bool:
    """Return whether a body is announced as JSON, or as a format made of it (RFC 6839 §3.1)."""
    if content_type == JSON:  # as most write it
        return True
    kind = get_essence(content_type)
    return kind == JSON or kind.endswith("+json")


def is_form(content_type: str | None) -> bool:
    """Return whether a body is announced as a form's fields."""
    return get_essence(content_type) == FORM
