"""Signing keys of a provider, and access tokens as signed JWTs (RFC 9068)."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import bindparam, delete, select

from simulator.crypto import Purpose
from simulator.db.base import Base
from simulator.db.remembered import current_version
from simulator.db.tables import OAuthToken, SigningKey
from simulator.oauth.store import TokenStore
from simulator.world import World

ALGORITHM = "RS256"
Value = TypeVar("Value")

#: Keys that this process has made or read, by id, the latest last. An id is random and so names one
#: key for ever; reading a key takes almost as long as making one, for it is checked.
_known: OrderedDict[str, RSAKey] = OrderedDict()
_MOST_KNOWN = 64
#: So many tokens are verified by memory.
_MOST_VERIFIED = 1024
_KEYS = (
    select(SigningKey)
    .where(SigningKey.provider == bindparam("provider"))
    .order_by(SigningKey.sequence.desc())
)


def generate_key() -> RSAKey:
    """Generate a signing key; it takes some 50 ms of processor time."""
    # Random even with a seed: no library makes an RSA key from one, and a key id that repeats
    # while its key does not would mislead whoever keeps keys by their id.
    return RSAKey.generate_key(2048, {"kid": uuid4().hex[:16]})


class Signer:
    """Signs with the key that a provider added last and verifies with all of them.

    Args:
        world: shared by all systems.
        provider: the provider's system name.
    """

    def __init__(self, world: World, provider: str) -> None:
        self._world = world
        self._provider = provider

    def load_key_set(self) -> KeySet:
        """Return every key that verifies, the signing one first; make it on first use."""
        keys = self._remember("key set", self._read_key_set)
        return keys if keys.keys else KeySet([self.rotate()])

    def _read_key_set(self) -> KeySet:
        rows = self._world.db.session.scalars(_KEYS, {"provider": self._provider}).all()
        return KeySet([self._key(row) for row in rows])

    def _remember(self, what: str, read: Callable[[], Value], version: str | None = None) -> Value:
        session = self._world.db.session
        version = version or current_version(session)
        return self._world.remembered.read(session, version, (what, self._provider), read)

    def build_jwks(self, version: str | None = None) -> str:
        """Return the JWKS document (RFC 7517 §5), as JSON: public keys alone.

        Args:
            version: the version of the catalogue, where it was read for this very request; then a
                document that is remembered takes no transaction.
        """
        known: str | None = self._world.remembered.find(version, ("jwks", self._provider))
        if known is not None:
            return known
        keys = self.load_key_set().keys

        def write() -> str:
            public = (key.as_dict(private=False) for key in keys)
            return json.dumps({"keys": [{**key, "use": "sig", "alg": ALGORITHM} for key in public]})

        return self._remember("jwks", write)

    def rotate(self, key: RSAKey | None = None) -> RSAKey:
        """Add a key that signs from now on; tokens of older keys still verify.

        Args:
            key: the key as `generate_key` makes it; by default, one is made now.
        """
        key = key or generate_key()
        row = SigningKey(
            kid=str(key.kid),
            provider=self._provider,
            private_jwk_sealed=self._world.keys.seal(
                Purpose.SIGNING_KEY, json.dumps(key.as_dict(private=True))
            ),
            created_at=self._world.clock.now(),
        )
        self._world.db.session.add(row)
        self._world.db.session.flush()
        return _remember(key)

    def replace(self) -> RSAKey:
        """Sign with a new key from now on; tokens of the older ones no longer verify."""
        key = self.rotate()
        self._world.db.session.execute(
            delete(SigningKey).where(
                SigningKey.provider == self._provider, SigningKey.kid != str(key.kid)
            )
        )
        return key

    def sign(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        """Sign claims; return a compact JWS (RFC 7515 §3.1).

        Args:
            claims: the claims of the token.
            typ: for its header (RFC 7515 §4.1.9).
        """
        key = self.load_key_set().keys[0]
        return jwt.encode({"alg": ALGORITHM, "typ": typ, "kid": key.kid}, claims, key)

    def verify(self, token: str, typ: str) -> dict[str, Any] | None:
        """Return the claims of a token that one of the keys signed, else None; ignore its expiry.

        Args:
            token: a compact JWS.
            typ: the typ that its header must have, in lower case.
        """
        return _verify(token, typ, self.load_key_set())

    def remember_verifier(self, version: str | None) -> "Verifier":
        """Return the verifier for the keys at a version of the catalogue; it is cached.

        Args:
            version: the version as it was read in this unit of work.
        """
        return self._remember("keys", lambda: Verifier(self._read_key_set()), version)

    def _key(self, row: SigningKey) -> RSAKey:
        if known := _known.get(row.kid):
            return known
        jwk = json.loads(self._world.keys.unseal(Purpose.SIGNING_KEY, row.private_jwk_sealed))
        return _remember(RSAKey.import_key(jwk))


def _remember(key: RSAKey) -> RSAKey:
    _known[str(key.kid)] = key
    while len(_known) > _MOST_KNOWN:
        _known.popitem(last=False)
    return key


class Verifier:
    """Verifies with the same keys each time, and a token that comes again by memory.

    Args:
        keys: with which tokens may be signed.
    """

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys
        self._verified: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()

    def verify(self, token: str, typ: str) -> Mapping[str, Any] | None:
        """Return the claims of a token, as `Signer.verify` does.

        Args:
            token: a compact JWS.
            typ: the typ that its header must have, in lower case.
        """
        if known := self._verified.get((token, typ)):
            return known
        claims = _verify(token, typ, self._keys)
        if claims is not None:
            self._verified[token, typ] = claims
            while len(self._verified) > _MOST_VERIFIED:
                self._verified.popitem(last=False)
        return claims


def _verify(token: str, typ: str, keys: KeySet) -> dict[str, Any] | None:
    if not keys.keys:
        return None
    try:
        decoded = jwt.decode(token, keys, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError):  # the last for a header of odd types
        return None
    if str(decoded.header.get("typ", "")).lower() != typ:
        return None
    return dict(decoded.claims)


class AccessTokens:
    """Access tokens that Workato Identity signs and MCP servers check.

    Args:
        world: shared by all systems.
        provider: the issuing system's name.
        people: the table of those that they are issued for, by their ids.
    """

    TYPE = "at+jwt"

    def __init__(self, world: World, provider: str, people: type[Base] | None = None) -> None:
        self.signer = Signer(world, provider)
        self.store = TokenStore(
            world=world, provider=provider, make_access_token=self.sign, people=people
        )
        self._world = world
        self._provider = provider

    @property
    def issuer(self) -> str:
        """The issuer, byte-identical wherever it appears; no trailing slash."""
        return self._world.addresses.base_url(self._provider)

    def sign(self, row: OAuthToken) -> str:
        """Return the text of a token (RFC 9068 §2.2).

        Args:
            row: the row of the token.
        """
        return self.signer.sign(
            {
                "iss": self.issuer,
                "sub": row.subject,
                "aud": row.resource or self.issuer,
                "client_id": row.client_id,
                "scope": row.scope,
                "iat": int(row.issued_at.timestamp()),
                "exp": int(row.expires_at.timestamp()),
                "jti": self._world.randomness.hex("token id"),
            },
            self.TYPE,
        )

    def read_id_token(self, token: str) -> dict[str, Any] | None:
        """Return the claims of an id_token issued here, expired or not; else None.

        `sub` and `aud` (the client's id) are there.

        Args:
            token: the token as a client sent it.
        """
        claims = self.signer.verify(token, "jwt")
        if claims is None or claims.get("iss") != self.issuer:
            return None
        return claims if {"sub", "aud"} <= claims.keys() else None

    def check(self, token: str, audiences: frozenset[str], version: str | None) -> bool:
        """Return whether a token was issued here for one of these audiences, live or not.

        Signature, type, issuer and audience are checked; expiry and revocation are its row's.

        Args:
            token: the token as a client sent it.
            audiences: spellings of the resource's URL.
            version: the version of the catalogue, as it was read in this unit of work.
        """
        claims = self.signer.remember_verifier(version).verify(token, self.TYPE)
        if claims is None or claims.get("iss") != self.issuer:
            return False
        return claims.get("aud") in audiences
