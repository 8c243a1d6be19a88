"""SAML metadata: an identity provider's is read, a service provider's is written.

OASIS SAML 2.0 Metadata; the document is trusted for where it comes from, so that its own signature,
if it has one, is not looked at (our choice).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from simulator.domain.saml.xml import (
    EMAIL_ADDRESS,
    METADATA,
    NAMESPACES,
    POST,
    PROTOCOL,
    REDIRECT,
    Element,
    NotXml,
    find_all,
    name,
    parse,
)
from simulator.errors import SimulatorError

#: Of a document, in bytes.
LARGEST = 1_000_000
_LONGEST = 1_024


class BadMetadata(SimulatorError):
    """A document does not say what is needed to sign people in."""

    status = 422


@dataclass(frozen=True, kw_only=True)
class ProviderMetadata:
    """What an identity provider says of itself.

    Attributes:
        entity_id: how it calls itself.
        sso_url: the URL of its single sign-on service, HTTP-Redirect.
        certificates: the certificates that may sign, each the text between the PEM lines.
    """

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]


def read(document: bytes) -> ProviderMetadata:
    """Return what an identity provider's metadata says.

    Args:
        document: XML.

    Raises:
        BadMetadata: it is no XML, or lacks something; the sentence says what.
    """
    if len(document) > LARGEST:
        raise BadMetadata(f"The metadata has more than {LARGEST:,} bytes.")
    try:
        root = parse(document)
    except NotXml as error:
        raise BadMetadata(f"The metadata cannot be read: {error}.") from None
    found = [
        entity
        for entity in root.iter(name(METADATA, "EntityDescriptor"))
        if entity.find("md:IDPSSODescriptor", NAMESPACES) is not None
    ]
    if len(found) != 1:
        raise BadMetadata(
            "The document is not the metadata of one identity provider: it has "
            f"{len(found) or 'no'} EntityDescriptor with an IDPSSODescriptor."
        )
    entity, role = found[0], found[0].find("md:IDPSSODescriptor", NAMESPACES)
    entity_id = (entity.get("entityID") or "").strip()
    if not entity_id or len(entity_id) > _LONGEST:
        raise BadMetadata("The metadata has no entityID of 1 to 1,024 characters.")
    return ProviderMetadata(
        entity_id=entity_id, sso_url=_read_sso_url(role), certificates=_read_certificates(role)
    )


def _read_sso_url(role: Element) -> str:
    for service in find_all(role, "md:SingleSignOnService"):
        location = (service.get("Location") or "").strip()
        if service.get("Binding") == REDIRECT and _is_web_address(location):
            return location
    raise BadMetadata(
        "The metadata has no SingleSignOnService with the binding HTTP-Redirect at an http or "
        "https address."
    )


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc) and len(text) <= _LONGEST


def _read_certificates(role: Element) -> tuple[str, ...]:
    from cryptography import x509

    found = []
    for key in find_all(role, "md:KeyDescriptor"):
        if key.get("use", "signing") != "signing":
            continue
        for each in find_all(key, "ds:KeyInfo/ds:X509Data/ds:X509Certificate"):
            text = re.sub(r"\s+", "", each.text or "")
            try:
                x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
            except (binascii.Error, ValueError):
                raise BadMetadata("A certificate in the metadata cannot be read.") from None
            found.append(text)
    if not found:
        raise BadMetadata("The metadata has no certificate that signs (KeyDescriptor).")
    return tuple(dict.fromkeys(found))


def write_service_provider(entity_id: str, acs_url: str) -> str:
    """Return the metadata of Workato Identity as a service provider (Metadata §2.4.4).

    Args:
        entity_id: its entity id.
        acs_url: where responses are sent to, HTTP-POST.
    """
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="{METADATA}" entityID={quoteattr(entity_id)}>\n'
        '  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" '
        f'protocolSupportEnumeration="{PROTOCOL}">\n'
        f"    <md:NameIDFormat>{EMAIL_ADDRESS}</md:NameIDFormat>\n"
        f'    <md:AssertionConsumerService Binding="{POST}" Location={quoteattr(acs_url)} '
        'index="0" isDefault="true"/>\n'
        "  </md:SPSSODescriptor>\n"
        "</md:EntityDescriptor>\n"
    )
