"""Functions that encrypt and sign: RNCryptor and JSON Web Tokens."""

import base64
import binascii
import hmac
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.clock import has_expired
from simulator.domain.formulas.calls import OTHER, word
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.functions.encodings import octets_of
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import as_text, describe, to_plain

#: RNCryptor, version 3 of its data format: version, options (a password), salts, IV, text, HMAC.
_HEAD = b"\x03\x01"
_ROUNDS = 10_000
_OVERHEAD = 2 + 8 + 8 + 16 + 32
_ALGORITHMS = tuple(f"{kind}{size}" for kind in ("RS", "HS", "ES") for size in (256, 384, 512))


@word("encrypt", page=OTHER)
def encrypt(scope: Scope, value: Any, key: Any) -> str:
    """The text encrypted with a key: AES-256-CBC, as RNCryptor version 3 packs it, in Base64."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    salts, vector = scope.octets(16), scope.octets(16)
    padder = PKCS7(128).padder()
    padded = padder.update(octets_of(value)) + padder.finalize()
    cipher = Cipher(algorithms.AES(_derive(key, salts[:8])), modes.CBC(vector)).encryptor()
    packed = _HEAD + salts + vector + cipher.update(padded) + cipher.finalize()
    signature = hmac.digest(_derive(key, salts[8:]), packed, "sha256")
    return base64.b64encode(packed + signature).decode()


@word("decrypt", page=OTHER)
def decrypt(_: Scope, text: Any, key: Any) -> bytes:
    """What `encrypt` made of a text, as binary data."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    try:
        data = base64.b64decode(octets_of(text), validate=True)
    except binascii.Error:
        raise Misuse("needs what `encrypt` returned, in Base64") from None
    if data[:2] != _HEAD or len(data) < _OVERHEAD + 16 or (len(data) - _OVERHEAD) % 16:
        raise Misuse("needs data in the format of RNCryptor version 3")
    packed, signature = data[:-32], data[-32:]
    expected = hmac.digest(_derive(key, packed[10:18]), packed, "sha256")
    if not hmac.compare_digest(signature, expected):
        raise Misuse("cannot decrypt this: the key is another one, or the data was changed")
    key_octets = _derive(key, packed[2:10])
    cipher = Cipher(algorithms.AES(key_octets), modes.CBC(packed[18:34])).decryptor()
    unpadder = PKCS7(128).unpadder()
    padded = cipher.update(packed[34:]) + cipher.finalize()
    return bytes(unpadder.update(padded) + unpadder.finalize())


def _derive(key: Any, salt: bytes) -> bytes:
    import hashlib

    return hashlib.pbkdf2_hmac("sha1", octets_of(key), salt, _ROUNDS, 32)


@word("workato.jwt_encode", page=OTHER)
def jwt_encode(_: Scope, payload: Any, key: Any, algorithm: Any, header: Any = None) -> str:
    """A JSON Web Token of an object, signed with a key; further arguments go into its header."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    if not isinstance(payload, Mapping):
        raise Misuse(f"takes an object to sign, not {describe(payload)}")
    head = {"typ": "JWT", **(to_plain(header) if isinstance(header, Mapping) else {})}
    head["alg"] = _algorithm(algorithm)
    try:
        with warnings.catch_warnings(action="ignore"):  # a short key is the recipe's own matter
            return jwt.encode(
                head, to_plain(payload), _key(key, head["alg"]), algorithms=[head["alg"]]
            )
    except (JoseError, ValueError) as error:
        raise Misuse(f"cannot sign with this key: {type(error).__name__}") from None


@word("workato.jwt_decode", page=OTHER)
def jwt_decode(scope: Scope, token: Any, key: Any, algorithm: Any) -> dict[str, Any]:
    """Payload and header of a JSON Web Token whose signature holds and whose time is not over."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    name = _algorithm(algorithm)
    try:
        with warnings.catch_warnings(action="ignore"):
            found = jwt.decode(as_text(token), _key(key, name), algorithms=[name])
    except (JoseError, ValueError):
        raise Misuse(
            "cannot read this token: its form, its key or its algorithm is another"
        ) from None
    expiry = found.claims.get("exp")
    if isinstance(expiry, int | float) and has_expired(_moment(expiry), scope.now()):
        raise Misuse("was given a token that has expired")
    return {"payload": dict(found.claims), "header": dict(found.header)}


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Misuse("cannot read the token's `exp`") from None


def _algorithm(value: Any) -> str:
    if value not in _ALGORITHMS:
        raise Misuse(f"takes one of the algorithms {', '.join(_ALGORITHMS)}")
    return str(value)


def _key(value: Any, algorithm: str) -> Any:
    from joserfc.jwk import ECKey, OctKey, RSAKey

    octets = octets_of(value)
    if algorithm.startswith("HS"):
        return OctKey.import_key(octets)
    kind = RSAKey if algorithm.startswith("RS") else ECKey
    return kind.import_key(octets)
