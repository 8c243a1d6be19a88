"""What the identity provider says of somebody: a signed assertion in a response (SAML 2.0 Core).

Workato docs, SAML SSO for Workato Identity: NameID of the format EmailAddress, and the attributes
`workato_end_user_name` and `workato_end_user_groups`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from simulator.domain.saml.arrivals import GROUPS, NAME
from simulator.domain.saml.xml import (
    ASSERTION,
    BEARER,
    EMAIL_ADDRESS,
    PROTOCOL,
    SIGNATURE,
    SUCCESS,
    write_time,
)
from simulator.systems.idp import signing

#: How long a response is good (our choice; five minutes are usual).
LENGTH = timedelta(minutes=5)
_PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
_BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a response says, before it is signed.

    Attributes:
        response_id: the id of the response.
        assertion_id: the id of the assertion.
        issuer: the identity provider's entity id.
        audience: the service provider's entity id.
        acs_url: where it is sent to.
        in_response_to: the request that it answers.
        email: the e-mail address of the person.
        attributes: name → value.
        now: when it is issued.
        signing_key: the signing key as PEM.
        certificate: the certificate of the key that should sign.
    """

    response_id: str
    assertion_id: str
    issuer: str
    audience: str
    acs_url: str
    in_response_to: str
    email: str
    attributes: Mapping[str, str]
    now: datetime
    signing_key: bytes
    certificate: str


#: What a fault makes of a statement; see the incidents of docs/faults.md.
EFFECTS: Mapping[str, Callable[[Statement], Statement]] = {
    "saml-wrong-audience": lambda statement: replace(
        statement, audience="https://another.example/saml"
    ),
    "saml-wrong-issuer": lambda statement: replace(
        statement, issuer="https://attacker.example/saml"
    ),
    "saml-wrong-signature": lambda statement: replace(
        statement, signing_key=signing.make_foreign_key()
    ),
    "saml-expired": lambda one: replace(one, now=one.now - timedelta(hours=1)),
    "saml-no-attributes": lambda one: replace(one, attributes={}),
}


def attributes_of(name: str, groups: list[str]) -> dict[str, str]:
    """Return the attributes that Workato Identity reads, by name.

    Args:
        name: the name of the person.
        groups: theirs.
    """
    return {NAME: name, GROUPS: ", ".join(groups)}


def sign(statement: Statement) -> bytes:
    """Return a response whose assertion is signed, as XML.

    Args:
        statement: what it says.
    """
    from lxml import etree
    from signxml.algorithms import (
        CanonicalizationMethod,
        DigestAlgorithm,
        SignatureConstructionMethod,
        SignatureMethod,
    )
    from signxml.signer import XMLSigner

    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(
        etree.fromstring(_assertion(statement)),
        key=statement.signing_key,
        cert=f"-----BEGIN CERTIFICATE-----\n{statement.certificate}\n-----END CERTIFICATE-----\n",
        reference_uri=f"#{statement.assertion_id}",
        id_attribute="ID",
    )
    response = etree.fromstring(_response(statement))
    response.append(signed)
    document: bytes = etree.tostring(response)
    return document


def _response(one: Statement) -> str:
    return (
        f'<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" '
        f'ID="{one.response_id}" Version="2.0" IssueInstant="{write_time(one.now)}" '
        f"Destination={quoteattr(one.acs_url)} InResponseTo={quoteattr(one.in_response_to)}>"
        f"<saml:Issuer>{escape(one.issuer)}</saml:Issuer>"
        f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
        "</samlp:Response>"
    )


def _assertion(one: Statement) -> str:
    now, until = write_time(one.now), write_time(one.now + LENGTH)
    attributes = "".join(
        f'<saml:Attribute Name={quoteattr(name)} NameFormat="{_BASIC}">'
        f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue></saml:Attribute>"
        for name, value in one.attributes.items()
    )
    statement = f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>"
    return (
        f'<saml:Assertion xmlns:saml="{ASSERTION}" ID="{one.assertion_id}" Version="2.0" '
        f'IssueInstant="{now}">'
        f"<saml:Issuer>{escape(one.issuer)}</saml:Issuer>"
        f'<ds:Signature xmlns:ds="{SIGNATURE}" Id="placeholder"/>'
        f'<saml:Subject><saml:NameID Format="{EMAIL_ADDRESS}">{escape(one.email)}</saml:NameID>'
        f'<saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData '
        f'NotOnOrAfter="{until}" Recipient={quoteattr(one.acs_url)} '
        f"InResponseTo={quoteattr(one.in_response_to)}/></saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{now}" NotOnOrAfter="{until}"><saml:AudienceRestriction>'
        f"<saml:Audience>{escape(one.audience)}</saml:Audience></saml:AudienceRestriction>"
        "</saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="{one.assertion_id}">'
        f"<saml:AuthnContext><saml:AuthnContextClassRef>{_PASSWORD}</saml:AuthnContextClassRef>"
        "</saml:AuthnContext></saml:AuthnStatement>"
        f"{statement if one.attributes else ''}"
        "</saml:Assertion>"
    )
