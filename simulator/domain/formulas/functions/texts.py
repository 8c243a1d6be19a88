"""Functions of texts."""

import re
import unicodedata
from typing import Any

from simulator.domain.formulas.calls import SEEN, STRING, method
from simulator.domain.formulas.errors import FormulaError, Misuse
from simulator.domain.formulas.limits import LONGEST_TEXT
from simulator.domain.formulas.patterns import Pattern, as_pattern
from simulator.domain.formulas.values import (
    Span,
    as_text,
    as_whole,
    describe,
    limit_text,
    render_text,
)

#: White space, and the null character, as Ruby strips it.
_SPACE = " \t\n\v\f\r\0"
_TAG = re.compile(r"<(?:!--.*?--|[/!]?[A-Za-z][^<>]*)>", re.DOTALL)
#: Letters that no decomposition makes ASCII, as Rails replaces them.
_LETTERS = {
    "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d",
    "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h", "ı": "i",
    "ŋ": "ng", "Ŋ": "NG", "ŧ": "t", "Ŧ": "T", "ĸ": "k", "ŉ": "'n", "ŀ": "l", "Ŀ": "L",
}  # fmt: skip
_REFERENCE = re.compile(r"\\(?:k<(\w+)>|([0-9&`'\\]))")


@method("strip", str, page=STRING)
def strip(text: str) -> str:
    """Without the white space around it."""
    return text.lstrip(_SPACE[:-1]).rstrip(_SPACE)


@method("lstrip", str, page=STRING)
def strip_left(text: str) -> str:
    """Without the white space before it."""
    return text.lstrip(_SPACE[:-1])


@method("rstrip", str, page=STRING)
def strip_right(text: str) -> str:
    """Without the white space behind it."""
    return text.rstrip(_SPACE)


@method("chomp", str, page=SEEN)
def chomp(text: str) -> str:
    """Without the line break at its end."""
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n").removesuffix("\r")


@method("upcase", str, page=STRING)
def upcase(text: str) -> str:
    """In upper case."""
    return text.upper()


@method("downcase", str, page=STRING)
def downcase(text: str) -> str:
    """In lower case."""
    return text.lower()


@method("capitalize", str, page=STRING)
def capitalize(text: str) -> str:
    """The first character in upper case, all others in lower case."""
    return text[:1].upper() + text[1:].lower()


@method("titleize", str, page=STRING)
def titleize(text: str) -> str:
    """The first character of each word in upper case, all others in lower case."""
    words = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", text.replace("_", " ").replace("-", " ")).lower()
    return re.sub(r"(?<![\w'’`])[a-zà-ÿ]", lambda found: found[0].upper(), words)


@method("reverse", str, page=STRING)
def reverse(text: str) -> str:
    """The characters from the last to the first."""
    return text[::-1]


@method("length", str, page=STRING)
@method("size", str, page=SEEN)
def length(text: str) -> int:
    """How many characters, items or members it has."""
    return len(text)


@method("slice", str, page=STRING)
@method("[]", str, page=STRING)
def cut(text: str, start: Any, count: Any = None) -> str | None:
    """A part of the text: by position and length, by range, by part or pattern."""
    if isinstance(start, str):
        return start if start in text else None
    if isinstance(start, Pattern):
        found = start.search(text)
        return found[0 if count is None else as_whole(count)] if found else None
    if count is None and not isinstance(start, Span):
        position = as_whole(start)
        return text[position] if -len(text) <= position < len(text) else None
    part: str | None = cut_sequence(text, start, count)
    return part


def cut_sequence(whole: Any, start: Any, count: Any) -> Any:
    """Return a part of a text or list: by range, or by position and length; None beyond its end."""
    if isinstance(start, Span):
        first, last = _bound(start.first, 0, whole), _bound(start.last, len(whole) - 1, whole)
        end = last + (0 if start.exclusive and start.last is not None else 1)
    else:
        first = _bound(start, 0, whole)
        end = first + max(as_whole(count), 0)
        if as_whole(count) < 0:
            return None
    if not 0 <= first <= len(whole):
        return None
    return whole[first : max(first, end)]


def _bound(value: Any, default: int, whole: Any) -> int:
    if value is None:
        return default
    number = as_whole(value)
    return number + len(whole) if number < 0 else number


@method("ljust", str, page=STRING)
def justify_left(text: str, width: Any, padding: Any = " ") -> str:
    """Padded at its end up to a length."""
    return text + _pad(text, width, padding)


@method("rjust", str, page=STRING)
def justify_right(text: str, width: Any, padding: Any = " ") -> str:
    """Padded at its beginning up to a length."""
    return _pad(text, width, padding) + text


def _pad(text: str, width: Any, padding: Any) -> str:
    if not as_text(padding):
        raise Misuse("takes a padding of 1 character or more")
    lacking = min(as_whole(width), LONGEST_TEXT + 1) - len(text)
    return limit_text((padding * (lacking // len(padding) + 1))[:lacking] if lacking > 0 else "")


@method("gsub", str, page=STRING)
def substitute_all(text: str, find: Any, replacement: Any) -> str:
    """With every match of a text or pattern replaced: by a text, or an object of replacements."""
    return _substitute(text, as_pattern(find), replacement, once=False)


@method("sub", str, page=STRING)
def substitute_first(text: str, find: Any, replacement: Any) -> str:
    """With the first match of a text or pattern replaced."""
    return _substitute(text, as_pattern(find), replacement, once=True)


def _substitute(text: str, pattern: Pattern, replacement: Any, *, once: bool) -> str:
    if not isinstance(replacement, str | dict):
        raise Misuse(f"takes a text or an object as the replacement, not {describe(replacement)}")
    parts = []
    position = length = 0
    for found in [pattern.search(text)] if once else pattern.find_all(text):
        if found is None:
            break
        if isinstance(replacement, dict):
            new = render_text(replacement.get(found[0]))
        else:
            new = _expand(replacement, found) if "\\" in replacement else replacement
        length += len(new)
        if length > LONGEST_TEXT:
            raise FormulaError(f"A text has more than {LONGEST_TEXT:,} characters.")
        parts += [text[position : found.start()], new]
        position = found.end()
    return limit_text("".join([*parts, text[position:]]))


def _expand(replacement: str, found: Any) -> str:
    """Return a replacement with what `\\1`, `\\k<name>`, `\\&` and the like stand for."""

    def meaning(reference: re.Match[str]) -> str:
        name, mark = reference.groups()
        if name:
            return found.groupdict().get(name) or ""
        if mark == "\\":
            return "\\"
        if mark == "`":
            return str(found.string[: found.start()])
        if mark == "'":
            return str(found.string[found.end() :])
        group = 0 if mark == "&" else int(mark)
        return (found[group] or "") if group <= found.re.groups else ""

    return _REFERENCE.sub(meaning, replacement)


@method("scan", str, page=STRING)
def scan(text: str, pattern: Any) -> list[Any]:
    """Every match of a pattern, as a list; lists of groups, where it has groups."""
    matches = as_pattern(pattern).find_all(text)
    return [list(each.groups()) if each.re.groups else each[0] for each in matches]


@method("match", str, page=SEEN)
def first_match(text: str, pattern: Any) -> list[Any] | None:
    """The first match of a pattern, and what its groups matched, as a list; null without one."""
    found = as_pattern(pattern).search(text)
    return [found[0], *found.groups()] if found else None


@method("split", str, page=STRING)
def split(text: str, separator: Any = None, limit: Any = 0) -> list[str]:
    """The parts between separators, as a list; by default those between white space."""
    most = as_whole(limit)
    if separator is None or separator == " ":
        return text.split(None, most - 1) if most > 0 else text.split()
    if isinstance(separator, Pattern):
        parts = separator.split(text)
    elif as_text(separator):
        parts = text.split(separator, most - 1) if most > 0 else text.split(separator)
    else:
        parts = list(text)
    while parts and not parts[-1] and most == 0:
        parts.pop()
    return parts


@method("split", list, page=SEEN)
def split_each(texts: list[Any], separator: Any = None, limit: Any = 0) -> list[Any]:
    """The parts of every text of a list, as one list; what is no text stays as it is."""
    parts: list[Any] = []
    for each in texts:
        parts += split(each, separator, limit) if isinstance(each, str) else [each]
    return parts


@method("strip_tags", str, page=STRING)
def strip_tags(text: str) -> str:
    """Without HTML tags."""
    parts = []
    position = 0
    while (begin := text.find("<!--", position)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts.append(text[position:begin])
        position = end + 3
    return _TAG.sub("", "".join([*parts, text[position:]]))


@method("quote", str, page=STRING)
def quote(text: str) -> str:
    """With a backslash before each single quote."""
    return text.replace("'", "\\'")


@method("transliterate", str, page=STRING)
def transliterate(text: str, replacement: Any = "?") -> str:
    """In ASCII, letters without their accents; what has no such form becomes a `?`."""
    return "".join(
        _ascii(each, as_text(replacement)) for each in unicodedata.normalize("NFC", text)
    )


def _ascii(character: str, replacement: str) -> str:
    if character.isascii():
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or replacement


@method("parameterize", str, page=STRING)
def parameterize(text: str) -> str:
    """In ASCII and lower case, with `-` between words, as in addresses."""
    return re.sub(r"[^a-z0-9\-_]+", "-", transliterate(text).lower()).strip("-")


@method("scrub", str, page=STRING)
def scrub(text: str, replacement: Any = "\ufffd") -> str:
    """With another text for bytes that are no characters."""
    return re.sub("[\ud800-\udfff]", lambda _: as_text(replacement), text)


@method("encode", str, page=STRING)
def encode(text: str, encoding: Any) -> str:
    """The text, if the encoding has all of its characters."""
    try:
        text.encode(as_text(encoding))
    except UnicodeEncodeError as error:
        number = ord(text[error.start])
        raise Misuse(f"cannot write U+{number:04X} in {encoding}") from None
    except LookupError:
        raise Misuse(f"knows no encoding '{encoding[:40]}'") from None
    return text


@method("bytes", str, page=STRING)
def byte_list(text: str) -> list[str]:
    """Its bytes in UTF-8, each as a decimal number in text."""
    return [str(each) for each in text.encode("utf-8", "surrogateescape")]


@method("bytesize", str, page=STRING)
def byte_size(text: str) -> int:
    """How many bytes it has in UTF-8."""
    return len(text.encode("utf-8", "surrogateescape"))


@method("byteslice", str, page=STRING)
def byte_cut(text: str, start: Any, count: Any = 1) -> str | None:
    """A part of the text, by position and length in bytes."""
    octets = text.encode("utf-8", "surrogateescape")
    part = cut_sequence(octets, start, count)
    return None if part is None else part.decode("utf-8", "replace")


@method("ordinalize", int, str, page=STRING)
def ordinalize(number: Any) -> str:
    """The number as 1st, 2nd, 3rd."""
    value = int(number)
    size = abs(value)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(size % 10, "th")
    return f"{value}{'th' if size % 100 in (11, 12, 13) else ending}"
