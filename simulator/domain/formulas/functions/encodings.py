"""Functions of encodings and digests: Base64, hexadecimal, addresses, SHA, HMAC, MD5."""

import base64
import binascii
import hashlib
import hmac
from typing import Any
from urllib.parse import quote, unquote_plus

from simulator.domain.formulas.calls import OTHER, method
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.values import as_text, describe


def octets_of(value: Any) -> bytes:
    """Return text in UTF-8, or binary data as it is.

    Raises:
        Misuse: it is neither.
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    raise Misuse(f"takes text or binary data, not {describe(value)}")


@method("encode_base64", str, bytes, page=OTHER)
def encode_base64(value: Any) -> str:
    """In Base64."""
    return base64.b64encode(octets_of(value)).decode()


@method("decode_base64", str, page=OTHER)
def decode_base64(text: str) -> bytes:
    """The binary data that a text in Base64 stands for."""
    return _decode(text, b"+/")


@method("encode_urlsafe_base64", str, bytes, page=OTHER)
def encode_urlsafe_base64(value: Any) -> str:
    """In Base64 with `-` and `_`."""
    return base64.urlsafe_b64encode(octets_of(value)).decode()


@method("decode_urlsafe_base64", str, page=OTHER)
def decode_urlsafe_base64(text: str) -> bytes:
    """The binary data that a text in Base64 with `-` and `_` stands for."""
    return _decode(text, b"-_")


def _decode(text: str, others: bytes) -> bytes:
    try:
        packed = "".join(text.split()).encode("ascii")
        padded = packed + b"=" * (-len(packed) % 4)
        return base64.b64decode(padded, altchars=others, validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Misuse("needs a text in Base64") from None


@method("encode_hex", str, bytes, page=OTHER)
@method("to_hex", str, bytes, page=OTHER)
def encode_hex(value: Any) -> str:
    """In hexadecimal digits, two for each byte."""
    return octets_of(value).hex()


@method("decode_hex", str, page=OTHER)
def decode_hex(text: str) -> bytes:
    """The binary data that hexadecimal digits stand for."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Misuse("needs a text of hexadecimal digits") from None


@method("as_utf8", str, bytes, page=OTHER)
def as_utf8(value: Any) -> str:
    """Binary data as text, read as UTF-8."""
    return as_string(value)


@method("as_string", str, bytes, page=OTHER)
def as_string(value: Any, encoding: Any = "utf-8") -> str:
    """Binary data as text, read in an encoding."""
    try:
        return octets_of(value).decode(as_text(encoding))
    except LookupError:
        raise Misuse(f"knows no encoding '{encoding[:40]}'") from None
    except UnicodeDecodeError:
        raise Misuse(f"cannot read this binary data as {encoding[:40]}") from None


@method("encode_url", str, page=OTHER)
def encode_url(text: str) -> str:
    """As a part of an address, with `%20` for a space."""
    return quote(octets_of(text), safe="")


@method("decode_url", str, page=OTHER)
def decode_url(text: str) -> str:
    """A part of an address as text; `+` is a space."""
    return unquote_plus(text)


@method("encode_sha256", str, bytes, page=OTHER)
def encode_sha256(value: Any) -> bytes:
    """Its SHA-256 digest, as binary data."""
    return hashlib.sha256(octets_of(value)).digest()


@method("sha1", str, bytes, page=OTHER)
def sha1(value: Any) -> bytes:
    """Its SHA-1 digest, as binary data."""
    return hashlib.sha1(octets_of(value), usedforsecurity=False).digest()


@method("md5_hexdigest", str, bytes, page=OTHER)
def md5_hexdigest(value: Any) -> str:
    """Its MD5 digest, in hexadecimal digits."""
    return hashlib.md5(octets_of(value), usedforsecurity=False).hexdigest()


def _enter_hmac(algorithm: str) -> None:
    def sign(value: Any, key: Any) -> bytes:
        return hmac.digest(octets_of(key), octets_of(value), algorithm)

    sign.__doc__ = f"Its HMAC signature by {algorithm.upper()} with a key, as binary data."
    method(f"hmac_{algorithm}", str, bytes, page=OTHER)(sign)


for _algorithm in ("sha256", "sha1", "sha512", "md5"):
    _enter_hmac(_algorithm)
