"""The key that the identity provider signs with, made when it is first needed, and its certificate.

RSA: several SAML libraries sign and verify nothing else. The certificate is made of the key alone,
each time the same, and is good for as far as anybody moves the simulated time.
"""

from datetime import UTC, datetime
from functools import lru_cache

from joserfc.jwk import RSAKey

from simulator.net.addresses import IDP
from simulator.oauth.signing import Signer, generate_key
from simulator.world import World

_SINCE, _UNTIL = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def load_key(world: World) -> tuple[bytes, str]:
    """Return the private key, as PEM, and the text of its certificate's PEM without its lines."""
    key = Signer(world, IDP).load_key_set().keys[0]
    assert isinstance(key, RSAKey)  # the signer makes no others
    private = key.as_pem(private=True)
    return private, _certify(private)


def make_foreign_key() -> bytes:
    """Return a private key that no certificate of ours fits, as PEM."""
    return generate_key().as_pem(private=True)


@lru_cache(maxsize=64)
def _certify(private: bytes) -> str:
    import base64

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256, Hash
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
    from cryptography.x509.oid import NameOID

    key = load_pem_private_key(private, None)
    assert isinstance(key, RSAPrivateKey)
    digest = Hash(SHA256())
    digest.update(private)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sandbox identity provider")])
    certificate = (
        x509.CertificateBuilder(name, name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(digest.finalize()[:8], "big") | 1)
        .not_valid_before(_SINCE)
        .not_valid_after(_UNTIL)
        .sign(key, SHA256())
    )
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
