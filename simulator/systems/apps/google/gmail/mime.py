"""Messages as RFC 5322 and MIME have them, and as the API answers them."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property
from html import unescape
from typing import Any

_SNIPPET = 200
_TAGS = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<[^>]*>")
_BLANKS = re.compile(r"\s+")
_IDS = re.compile(r"<([^<>\s\0]+)>")


def decode_base64url(text: str) -> bytes | None:
    """Return what a base64url text stands for, with or without padding; None if it is none."""
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    try:
        # Google takes the other alphabet, too.
        return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None


def encode_base64url(octets: bytes) -> str:
    """Return octets as base64url, with padding, as Gmail does."""
    return base64.urlsafe_b64encode(octets).decode()


@dataclass(frozen=True)
class Part:
    """A part of a message, with its place: `0.1` is the second part of the first one."""

    number: str
    message: Message

    @property
    def filename(self) -> str:
        """Name of the attachment; empty for what is none."""
        try:
            return _decode(self.message.get_filename() or "")
        except (LookupError, ValueError, TypeError):  # a parameter that cannot be read
            return ""

    @property
    def is_attachment(self) -> bool:
        """Whether its body is fetched by itself."""
        return bool(self.filename) and not self.message.is_multipart()

    @cached_property
    def content(self) -> bytes:
        """Its body, decoded; empty for what has parts."""
        if self.message.is_multipart():
            return b""
        found = self.message.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""

    @property
    def text(self) -> str:
        """Its body as text."""
        charset = self.message.get_content_charset() or "utf-8"
        try:
            return self.content.decode(charset, "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")


class Mail:
    """A message that was read.

    Args:
        raw: all of it (RFC 5322).
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._message = message_from_bytes(raw)

    @cached_property
    def parts(self) -> list[Part]:
        """Itself, with the number ``, and every part of it, depth first."""
        return list(_walk("", self._message))

    def header(self, name: str) -> str:
        """Return a header's value, decoded; of several, the first; empty without one."""
        return _decode(str(self._message.get(name, "")))

    def addresses(self, *names: str) -> list[str]:
        """Return the e-mail addresses of headers, in lower case, each once."""
        values = [str(value) for name in names for value in self._message.get_all(name, [])]
        found = (address.strip().lower() for _, address in getaddresses(values))
        return list(dict.fromkeys(address for address in found if "@" in address))

    @property
    def rfc822_id(self) -> str:
        """Its `Message-ID`, without brackets."""
        return next(iter(_IDS.findall(self.header("Message-ID"))), "")

    @property
    def references(self) -> list[str]:
        """Ids of the messages that it answers, the nearest first."""
        found = _IDS.findall(f"{self.header('References')} {self.header('In-Reply-To')}")
        return list(dict.fromkeys(reversed(found)))

    @property
    def date(self) -> int | None:
        """Its `Date` in milliseconds since 1970; None where it has none that can be read."""
        try:
            found = parsedate_to_datetime(self.header("Date")).timestamp() * 1000
            return max(int(found), 0)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None

    @cached_property
    def text(self) -> str:
        """What people read of it: its plain text, or its HTML without tags."""
        own = [part for part in self.parts if not part.is_attachment]
        plain = [part.text for part in own if part.message.get_content_type() == "text/plain"]
        html = [part.text for part in own if part.message.get_content_type() == "text/html"]
        found = "\n".join(plain) or "\n".join(unescape(_TAGS.sub(" ", each)) for each in html)
        return found.replace("\0", "")  # which no database takes

    @property
    def snippet(self) -> str:
        """The beginning of its text, in one line."""
        return _BLANKS.sub(" ", self.text[: 10 * _SNIPPET]).strip()[:_SNIPPET]

    @property
    def files(self) -> list[Part]:
        """Its attachments."""
        return [part for part in self.parts if part.is_attachment]

    def payload(self, message_id: str) -> dict[str, Any]:
        """Return it as the API answers a message of the format `full`.

        Args:
            message_id: that attachments are fetched by.
        """
        return _payload(Part("", self._message), message_id)

    def head(self, names: list[str]) -> dict[str, Any]:
        """Return it as the API answers a message of the format `metadata`.

        Args:
            names: headers, in any case; by default all of them.
        """
        chosen = {name.lower() for name in names}
        headers = [
            header
            for header in _headers(self._message)
            if not chosen or header["name"].lower() in chosen
        ]
        return {"mimeType": self._message.get_content_type(), "headers": headers}

    def without_header(self, name: str) -> bytes:
        """Return it without one of its headers, such as the one that no recipient sees."""
        if name not in self._message:
            return self.raw
        other = message_from_bytes(self.raw)
        del other[name]
        return other.as_bytes()


def attachment_id(message_id: str, number: str) -> str:
    """Return the id of an attachment (our choice: what it is, encoded)."""
    return "ANGjdJ" + encode_base64url(f"{message_id}:{number}".encode()).rstrip("=")


def _walk(number: str, message: Message) -> Iterator[Part]:
    yield Part(number, message)
    if message.is_multipart():
        for index, inner in enumerate(message.get_payload()):
            if isinstance(inner, Message):
                yield from _walk(f"{number}.{index}" if number else str(index), inner)


def _payload(part: Part, message_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "partId": part.number,
        "mimeType": part.message.get_content_type(),
        "filename": part.filename,
        "headers": _headers(part.message),
    }
    if part.message.is_multipart():
        inner = [each for each in part.message.get_payload() if isinstance(each, Message)]
        prefix = f"{part.number}." if part.number else ""
        found["body"] = {"size": 0}
        found["parts"] = [
            _payload(Part(f"{prefix}{index}", each), message_id) for index, each in enumerate(inner)
        ]
    elif part.is_attachment:
        number = attachment_id(message_id, part.number)
        found["body"] = {"attachmentId": number, "size": len(part.content)}
    else:
        data = encode_base64url(part.content)
        found["body"] = {"size": len(part.content)} | ({"data": data} if data else {})
    return found


def _headers(message: Message) -> list[dict[str, str]]:
    return [{"name": name, "value": _decode(str(value))} for name, value in message.items()]


def _decode(value: str) -> str:
    """A header's value in one line, its encoded words decoded (RFC 2047)."""
    flat = re.sub(r"\r?\n\s*", " ", value).strip()
    try:
        return str(make_header(decode_header(flat))) if "=?" in flat else flat
    except (HeaderParseError, LookupError, ValueError):
        return flat
