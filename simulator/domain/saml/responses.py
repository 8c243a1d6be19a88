"""SAML responses: what an identity provider says of somebody, believed where all of it is right.

SAML 2.0 Core §2–§3, Profiles §4.1.4.3. Ours, but for the signature: python3-saml goes by the
machine's own clock, which a sandbox moves, and compares addresses by their beginnings; its last
release is of 2023. signxml verifies, and hands back the very element that was signed: nothing else
of the document is read, so that what was wrapped around it is worth nothing.
"""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.clock import has_expired
from simulator.domain.saml.setups import SingleSignOn
from simulator.domain.saml.xml import (
    ASSERTION,
    BEARER,
    EMAIL_ADDRESS,
    NAMESPACES,
    PROTOCOL,
    SUCCESS,
    Element,
    NotXml,
    find_all,
    name,
    parse,
    read_time,
    text_of,
)
from simulator.errors import SimulatorError
from simulator.validation.parsing import shorten

#: Of a response, in bytes (our choice).
LARGEST = 256 * 1024
#: By so much may clocks differ (our choice; many service providers allow one to five minutes).
SKEW = timedelta(minutes=1)


class ResponseRefused(SimulatorError):
    """A response is not believed; the message is for the admin, who can put it right."""

    status = 403


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """What is believed.

    Attributes:
        id: the id of the assertion.
        issuer: the identity provider's entity id.
        email: the person's e-mail address, of the `NameID`.
        in_response_to: the request that it answers.
        expires_at: from then on it is worth nothing.
        attributes: name → values, as they are.
    """

    id: str
    issuer: str
    email: str
    in_response_to: str
    expires_at: datetime
    attributes: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a response must fit.

    Attributes:
        sso: how the environment has people signed in.
        entity_ids: spellings of the service provider's entity id.
        acs_urls: spellings of where responses are sent to.
        now: the simulated moment.
    """

    sso: SingleSignOn
    entity_ids: Collection[str]
    acs_urls: Collection[str]
    now: datetime


def verify(encoded: str, expected: Expected) -> Assertion:
    """Return what a response says, if it is signed, for us, and of now.

    Args:
        encoded: the form field `SAMLResponse`.
        expected: what it must fit.

    Raises:
        ResponseRefused: it is not to be believed, and why.
    """
    document = _decode(encoded)
    try:
        root = parse(document)
    except NotXml as error:
        raise ResponseRefused(f"The response cannot be read: {error}.") from None
    if root.tag != name(PROTOCOL, "Response") or root.get("Version") != "2.0":
        raise ResponseRefused("The document is not a SAML 2.0 Response.")
    _check_status(root)
    if root.find("saml:EncryptedAssertion", NAMESPACES) is not None:
        raise ResponseRefused("The assertion is encrypted: switch encryption off at the provider.")
    assertion = _find_signed(root, expected)
    _check_envelope(root, expected)
    return _read(assertion, root.get("InResponseTo"), expected)


def _decode(encoded: str) -> bytes:
    if len(encoded) > LARGEST * 4 // 3 + 4:
        raise ResponseRefused(f"The response has more than {LARGEST // 1024} KiB.")
    try:
        document = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        document = b""
    if not document:
        raise ResponseRefused("There is no SAMLResponse in Base64 in the form.")
    return document


def _check_status(root: Element) -> None:
    code = root.find("samlp:Status/samlp:StatusCode", NAMESPACES)
    if code is not None and code.get("Value") == SUCCESS:
        return
    stated = "none" if code is None else shorten(code.get("Value") or "none")
    message = shorten(text_of(root, "samlp:Status/samlp:StatusMessage"))
    raise ResponseRefused(
        f"The identity provider did not sign the person in: status {stated}"
        f"{f', “{message}”' if message else ''}."
    )


def _find_signed(root: Element, expected: Expected) -> Element:
    """The one assertion, as it was signed: by itself, or within the signed response."""
    if root.find("ds:Signature", NAMESPACES) is not None:
        signed = _verify_signature(root, "./", expected)
        if signed.tag != root.tag:
            raise ResponseRefused("The signature of the response is of another element.")
        return _only_assertion(signed)
    if _only_assertion(root).find("ds:Signature", NAMESPACES) is None:
        raise ResponseRefused("Neither the response nor the assertion is signed.")
    signed = _verify_signature(root, f"./{name(ASSERTION, 'Assertion')}/", expected)
    if signed.tag != name(ASSERTION, "Assertion"):
        raise ResponseRefused("The signature of the assertion is of another element.")
    return signed


def _only_assertion(response: Element) -> Element:
    found = find_all(response, "saml:Assertion")
    if len(found) != 1:
        raise ResponseRefused(f"The response has {len(found) or 'no'} assertions, not one.")
    return found[0]


def _verify_signature(root: Element, location: str, expected: Expected) -> Element:
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    config = SignatureConfiguration(location=location, verification_time=expected.now)
    problem = ""
    for certificate in expected.sso.certificates:
        try:
            found = XMLVerifier().verify(
                root, x509_cert=certificate, id_attribute="ID", expect_config=config
            )
        except (SignXMLException, ValueError, TypeError, KeyError, AssertionError) as error:
            # The last four: what signxml meets in signatures that are no signatures.
            problem = str(error)
            continue
        assert not isinstance(found, list)  # one reference is expected, one is found
        if found.signed_xml is not None:
            return parse(found.signed_data)
    raise ResponseRefused(
        "The signature does not fit the certificates in the identity provider's metadata "
        f"({shorten(problem, 200)}). If its certificate is a new one, save the provider again."
    )


def _check_envelope(root: Element, expected: Expected) -> None:
    destination = root.get("Destination")
    if destination is not None and destination not in expected.acs_urls:
        raise ResponseRefused(f"Its Destination is {shorten(destination)}, and not this address.")
    issuer = text_of(root, "saml:Issuer")
    if issuer and issuer != expected.sso.entity_id:
        raise _wrong_issuer(issuer, expected)


def _wrong_issuer(issuer: str, expected: Expected) -> ResponseRefused:
    return ResponseRefused(
        f"The issuer is {shorten(issuer) or 'not named'}, and not {expected.sso.entity_id}."
    )


def _read(assertion: Element, answered: str | None, expected: Expected) -> Assertion:
    issuer = text_of(assertion, "saml:Issuer")
    if issuer != expected.sso.entity_id:
        raise _wrong_issuer(issuer, expected)
    confirmation = _find_confirmation(assertion, answered, expected)
    expires_at = _check_conditions(assertion, expected)
    _check_statement(assertion, expected)
    return Assertion(
        id=_required(assertion.get("ID"), "The assertion has no ID."),
        issuer=issuer,
        email=_read_name_id(assertion),
        in_response_to=confirmation,
        expires_at=expires_at,
        attributes=_read_attributes(assertion),
    )


def _required(value: str | None, sentence: str) -> str:
    if not value:
        raise ResponseRefused(sentence)
    return value


def _read_name_id(assertion: Element) -> str:
    found = assertion.find("saml:Subject/saml:NameID", NAMESPACES)
    if found is None:
        raise ResponseRefused("The assertion has no NameID.")
    if found.get("Format") != EMAIL_ADDRESS:
        stated = shorten(found.get("Format") or "unspecified")
        raise ResponseRefused(f"The format of the NameID is {stated}, and not EmailAddress.")
    return _required(str(found.text or "").strip(), "The NameID is empty.")


def _find_confirmation(assertion: Element, answered: str | None, expected: Expected) -> str:
    """The id of the request that a bearer's confirmation names (Profiles §4.1.4.2)."""
    problem = "The assertion has no SubjectConfirmation of a bearer."
    for each in find_all(assertion, "saml:Subject/saml:SubjectConfirmation"):
        data = each.find("saml:SubjectConfirmationData", NAMESPACES)
        if each.get("Method") != BEARER or data is None:
            continue
        if data.get("Recipient") not in expected.acs_urls:
            stated = shorten(data.get("Recipient") or "nobody")
            problem = f"The Recipient of the assertion is {stated}, and not this address."
            continue
        until = _moment(data.get("NotOnOrAfter"))
        if until is None or has_expired(until + SKEW, expected.now):
            problem = "The confirmation of the subject has expired, or does not say when it does."
            continue
        if data.get("NotBefore") is not None:
            problem = "The confirmation of a bearer has a NotBefore, which it must not have."
            continue
        request_id = data.get("InResponseTo")
        if not request_id or answered not in (None, request_id):
            problem = "It answers no request, or two different ones (InResponseTo)."
            continue
        return str(request_id)
    raise ResponseRefused(problem)


def _check_conditions(assertion: Element, expected: Expected) -> datetime:
    conditions = assertion.find("saml:Conditions", NAMESPACES)
    if conditions is None:
        raise ResponseRefused("The assertion has no Conditions.")
    since, until = _moment(conditions.get("NotBefore")), _moment(conditions.get("NotOnOrAfter"))
    if since is not None and not has_expired(since - SKEW, expected.now):
        raise ResponseRefused(f"The assertion is not valid before {since:%Y-%m-%d %H:%M:%S} UTC.")
    if until is None:
        raise ResponseRefused("The assertion does not say until when it is valid (NotOnOrAfter).")
    if has_expired(until + SKEW, expected.now):
        raise ResponseRefused(f"The assertion has expired: {until:%Y-%m-%d %H:%M:%S} UTC.")
    restrictions = find_all(conditions, "saml:AudienceRestriction")
    if not restrictions:
        raise ResponseRefused("The assertion names no audience.")
    for each in restrictions:
        audiences = [(one.text or "").strip() for one in find_all(each, "saml:Audience")]
        if not set(audiences) & set(expected.entity_ids):
            stated = shorten(", ".join(audiences)) or "empty"
            raise ResponseRefused(
                f"The audience is {stated}, and not {next(iter(expected.entity_ids))}."
            )
    return until + SKEW


def _check_statement(assertion: Element, expected: Expected) -> None:
    statement = assertion.find("saml:AuthnStatement", NAMESPACES)
    if statement is None:
        raise ResponseRefused("The assertion has no AuthnStatement.")
    until = _moment(statement.get("SessionNotOnOrAfter"))
    if until is not None and has_expired(until + SKEW, expected.now):
        raise ResponseRefused("The session at the identity provider has ended.")


def _read_attributes(assertion: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in find_all(assertion, "saml:AttributeStatement/saml:Attribute"):
        values = [(one.text or "").strip() for one in find_all(each, "saml:AttributeValue")]
        found.setdefault(each.get("Name") or "", []).extend(values)
    return found


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return read_time(text)
    except (ValueError, OverflowError):
        raise ResponseRefused(f"'{shorten(text)}' is not a date and time.") from None
