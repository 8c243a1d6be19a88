"""Everything secret: sealing at rest, hashing for comparison, cookie keys, passwords."""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError, StartupError
from simulator.randomness import Randomness

if TYPE_CHECKING:  # pragma: no cover
    from argon2 import PasswordHasher
    from cryptography.fernet import Fernet

#: In place of a password's hash, where somebody has none yet: no password matches it.
NO_PASSWORD = "-"


class SealError(SimulatorError):
    """What was sealed does not open: with this key, or for this purpose."""

    def __init__(self) -> None:
        super().__init__(
            "The secrets in this database were sealed with another key: put back its key file, or "
            "run 'simulator reset'."
        )


def generate_secret(length: int = 32) -> str:
    """Return a fresh URL-safe secret of `length` random bytes."""
    return secrets.token_urlsafe(length)


def fingerprint(secret: str) -> str:
    """SHA-256 of a high-entropy secret, in hex: what is stored where a secret is only compared."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Purpose(StrEnum):
    """What a sealed value is for; sealed for one purpose, it opens for no other."""

    SIGNING_KEY = "signing-key"
    OAUTH_CLIENT_SECRET = "oauth-client-secret"
    CONNECTION_CLIENT_SECRET = "connection-client-secret"
    PROFILE_SECRET = "profile-secret"
    CONNECTION_ACCESS_TOKEN = "connection-access-token"
    CONNECTION_REFRESH_TOKEN = "connection-refresh-token"
    CALLBACK_CODE = "callback-code"
    NEW_MCP_TOKEN = "new-mcp-token"
    POSTED_PAGE = "posted-page"
    INVITATION = "invitation"
    MCP_REQUEST_STATE = "mcp-request-state"
    MCP_TOKEN = "mcp-token"
    TOOL_LIST_CURSOR = "tool-list-cursor"
    WORKSPACE_CHOICE = "workspace-choice"


def make_code_challenge(verifier: str) -> str:
    """Return the code challenge S256 of a code verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Keys:
    """The sandbox's own key and what is derived from it.

    Args:
        master: any text; everything is derived from its SHA-256.
        fast_passwords: use argon2 at its cheapest (0.1 ms instead of about 50 ms a hash).
        randomness: the randomness of salts and initialisation vectors; the operating system's by
            default.
    """

    def __init__(
        self, master: str, *, fast_passwords: bool = True, randomness: Randomness | None = None
    ) -> None:
        self._master = hashlib.sha256(master.encode()).digest()
        self._fast_passwords = fast_passwords
        self._randomness = randomness or Randomness()
        self._seals: dict[Purpose, Fernet] = {}

    def derive(self, purpose: str) -> bytes:
        """Return a 32-byte key for one purpose, such as a system's session cookie."""
        return hmac.new(self._master, purpose.encode(), hashlib.sha256).digest()

    def seal(self, purpose: Purpose, secret: str) -> str:
        """Encrypt a secret that must later be sent or shown (Fernet, AES-128-CBC + HMAC)."""
        if self._randomness.is_seeded:
            vector = self._randomness.octets(f"vector:{purpose}", 16)
            return _sealed_with(self._fernet_key(purpose), vector, secret.encode())
        return self._fernet(purpose).encrypt(secret.encode()).decode()

    def unseal(self, purpose: Purpose, sealed: str) -> str:
        """Decrypt what `seal` returned for the same purpose.

        Raises:
            SealError: it was sealed with another key (the key file was lost or replaced), or
                for another purpose.
        """
        from cryptography.fernet import InvalidToken

        try:
            data = sealed.encode()
            if base64.urlsafe_b64encode(base64.urlsafe_b64decode(data)) != data:
                raise InvalidToken  # what follows the padding is read over by the decoder
            return self._fernet(purpose).decrypt(data).decode()
        except (InvalidToken, ValueError):
            raise SealError from None

    def hash_password(self, password: str) -> str:
        """Return an argon2id hash of a password."""
        salt = self._randomness.octets("password salt", self._hasher.salt_len)
        return self._hasher.hash(password, salt=salt)

    def password_matches(self, password: str, hashed: str | None) -> bool:
        """Return whether a password is the hashed one; as slowly where there is none to compare."""
        from argon2.exceptions import VerificationError, VerifyMismatchError

        has_one = hashed not in (None, "", NO_PASSWORD)
        try:
            self._hasher.verify(str(hashed) if has_one else self._nobodys_hash, password)
        except (VerifyMismatchError, VerificationError):
            return False
        return has_one

    def _fernet(self, purpose: Purpose) -> "Fernet":
        from cryptography.fernet import Fernet

        if purpose not in self._seals:
            key = base64.urlsafe_b64encode(self._fernet_key(purpose))
            self._seals[purpose] = Fernet(key)
        return self._seals[purpose]

    def _fernet_key(self, purpose: Purpose) -> bytes:
        return self.derive(f"at-rest:{purpose}")

    @cached_property
    def _nobodys_hash(self) -> str:
        return self.hash_password(self._randomness.secret("nobody's password"))

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher, profiles

        return PasswordHasher.from_parameters(
            profiles.CHEAPEST if self._fast_passwords else profiles.RFC_9106_LOW_MEMORY
        )


def _sealed_with(key: bytes, vector: bytes, data: bytes) -> str:
    """Return a Fernet token with a given initialisation vector, and without the time.

    Fernet itself draws the vector, which a seed cannot repeat (github.com/fernet/spec: version,
    time, vector, AES-128-CBC with PKCS #7 padding, HMAC-SHA256 of all that).
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    missing = 16 - len(data) % 16
    cipher = Cipher(algorithms.AES(key[16:]), modes.CBC(vector)).encryptor()
    hidden = cipher.update(data + bytes([missing]) * missing) + cipher.finalize()
    token = b"\x80" + bytes(8) + vector + hidden
    return base64.urlsafe_b64encode(token + hmac.digest(key[:16], token, "sha256")).decode()


def load_master_key(path: Path) -> str:
    """Return the master key kept in a file of mode 0600, made on first use.

    Raises:
        StartupError: the file cannot be read or written, is empty, or is open to others.
    """
    try:
        if not path.exists():
            _make_key_file(path)
        if path.stat().st_mode & 0o077:
            raise StartupError(f"The key file {path} is open to others: chmod 600 {path}")
        master = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StartupError(f"Cannot use the key file {path}: {error.strerror}.") from error
    if len(master) < 16:
        raise StartupError(f"The key file {path} holds no key: put it back, or remove it.")
    return master


def _make_key_file(path: Path) -> None:
    """Write the file beside its place and link it in whole: of two that start at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(generate_secret())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
