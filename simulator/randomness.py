"""Where everything unguessable comes from: the operating system, or a seed that repeats it."""

import base64
import hashlib
import hmac
import secrets
import threading
from collections import Counter
from uuid import UUID


class Randomness:
    """Secrets and ids, drawn by purpose; safe to use from several threads.

    With a seed, each purpose has a sequence of its own (HMAC-SHA256 of purpose and count), so that
    one kind of id does not depend on how many of another kind were drawn in between. Whoever knows
    the seed knows every secret: that is for tests alone.

    Args:
        seed: repeats everything that is drawn; None for what the operating system has.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = None if seed is None else f"seed {seed}".encode()
        self._context = b""
        self._drawn: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def is_seeded(self) -> bool:
        """Return whether what is drawn can be repeated, and so guessed."""
        return self._seed is not None

    def reseed(self, *context: str) -> None:
        """Start every sequence again, as it runs in this context; without a seed, nothing changes.

        Args:
            *context: what tells it from other contexts of the same seed, such as a test's id.
        """
        with self._lock:
            self._context = "\0".join(context).encode()
            self._drawn.clear()

    def octets(self, purpose: str, count: int) -> bytes:
        """Return random bytes.

        Args:
            purpose: what they are for; names the sequence.
            count: how many, 1 or more.
        """
        if self._seed is None:
            return secrets.token_bytes(count)
        with self._lock:
            self._drawn[purpose] += 1
            place = f"\0{purpose}\0{self._drawn[purpose]}".encode()
            key = hmac.digest(self._seed, self._context + place, "sha256")
        return hashlib.shake_256(key).digest(count)

    def secret(self, purpose: str, count: int = 32) -> str:
        """Return a URL-safe secret of `count` random bytes."""
        return base64.urlsafe_b64encode(self.octets(purpose, count)).rstrip(b"=").decode()

    def hex(self, purpose: str, count: int = 16) -> str:
        """Return `count` random bytes as hex digits, two for each byte."""
        return self.octets(purpose, count).hex()

    def uuid(self, purpose: str) -> str:
        """Return a random UUID, version 4 (RFC 9562 5.4)."""
        return str(UUID(bytes=self.octets(purpose, 16), version=4))


def name_uuid(*parts: object) -> str:
    """Return the UUID, version 5, of a name: always the same one (RFC 9562 5.5).

    Args:
        *parts: the parts of the name.
    """
    digest = hashlib.sha1("\0".join(map(str, parts)).encode(), usedforsecurity=False).digest()
    return str(UUID(bytes=digest[:16], version=5))
