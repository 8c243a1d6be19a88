"""A throw-away certificate authority: it signs one server certificate, then nobody has its key."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: How long a certificate holds; no test run is longer.
LIFETIME = timedelta(days=1)
#: Clocks of other processes and containers may be behind.
_SKEW = timedelta(hours=1)
_NAME = "Workato simulator"


@dataclass(frozen=True, kw_only=True)
class ServerCertificate:
    """What a TLS listener shows, and what its clients trust.

    Attributes:
        authority: the root's certificate, PEM, for clients.
        server: the server's certificate and private key.
    """

    authority: bytes
    server: trustme.LeafCert

    @property
    def public_key_hash(self) -> str:
        """Return base64 of the SHA-256 of the server's SubjectPublicKeyInfo (RFC 7469 §2.4)."""
        certificate = x509.load_pem_x509_certificate(self.server.cert_chain_pems[0].bytes())
        key = certificate.public_key()
        info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(info).digest()).decode("ascii")


def issue(hosts: Sequence[str], now: datetime) -> ServerCertificate:
    """Issue a certificate for hosts, `*.example.com` included, by an authority of its own.

    Args:
        hosts: DNS names.
        now: real time, for browsers know no other.
    """
    authority = trustme.CA(
        path_length=0,
        organization_name=_NAME,
        organization_unit_name="throw-away authority",
    )
    server = authority.issue_cert(
        *hosts, organization_name=_NAME, not_before=now - _SKEW, not_after=now + LIFETIME
    )
    return ServerCertificate(authority=authority.cert_pem.bytes(), server=server)
