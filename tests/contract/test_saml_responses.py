"""Responses that must not be believed, and implementations of SAML that nobody here wrote.

python3-saml signs and verifies by the C library xmlsec, the simulator by signxml.
"""

import base64
import warnings
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from simulator.domain.saml import responses, setups
from simulator.domain.saml.responses import Assertion, Expected, ResponseRefused
from simulator.domain.saml.xml import NAMESPACES
from simulator.systems.idp import assertions, signing
from simulator.systems.idp.assertions import Statement
from tests.contract.identity_world import ID, Identity, identity, office
from tests.contract.saml_world import ACS, ENTITY_ID, IDP, SingleSignOn

__all__ = ["identity", "office"]  # the fixtures


class Office:
    """What the identity provider says, and what Workato Identity makes of it."""

    def __init__(self, identity: Identity) -> None:
        SingleSignOn(identity).switch_on()
        self.world = identity.world
        with self.world.db.unit():
            sso = setups.find_for_environment(self.world, 1)
            key, certificate = signing.load_key(self.world)
        assert sso is not None
        now = self.world.clock.now()
        self.expected = Expected(sso=sso, entity_ids=(ENTITY_ID,), acs_urls=(ACS,), now=now)
        self.statement = Statement(
            response_id="_r",
            assertion_id="_a",
            issuer=f"{IDP}/metadata",
            audience=ENTITY_ID,
            acs_url=ACS,
            in_response_to="_q",
            email="ada@office.example",
            attributes={"workato_end_user_name": "Ada & Co", "workato_end_user_groups": "A, B"},
            now=now,
            signing_key=key,
            certificate=certificate,
        )

    def verify(self, document: bytes, **changes: Any) -> Assertion:
        """Have Workato Identity read a response."""
        return responses.verify(
            base64.b64encode(document).decode(), replace(self.expected, **changes)
        )

    def refusal(self, document: bytes) -> str:
        """Why it does not believe one."""
        with pytest.raises(ResponseRefused) as refused:
            self.verify(document)
        return str(refused.value)


@pytest.fixture
def office_idp(identity: Identity) -> Office:
    """The office's identity provider."""
    return Office(identity)


@pytest.mark.requirement("SAML-8")
def test_what_is_signed_and_for_us_is_believed(office_idp: Office) -> None:
    found = office_idp.verify(assertions.sign(office_idp.statement))
    assert (found.id, found.email, found.in_response_to) == ("_a", "ada@office.example", "_q")
    assert found.attributes == {
        "workato_end_user_name": ["Ada & Co"],
        "workato_end_user_groups": ["A, B"],
    }


@pytest.mark.requirement("SAML-8")
@pytest.mark.parametrize(
    "changes, cause",
    [
        ({"acs_url": "https://id.workato.com/saml/2/acs"}, "Destination"),
        ({"in_response_to": ""}, "answers no request"),
        ({"email": ""}, "NameID is empty"),
        ({"issuer": "https://attacker.example"}, "issuer"),
        ({"audience": f"{ENTITY_ID}/more"}, "audience"),
        ({"later": timedelta(minutes=7)}, "not valid before"),
        ({"later": timedelta(minutes=-7)}, "has expired"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_each_condition_is_checked(office_idp: Office, changes: dict[str, Any], cause: str) -> None:
    later = changes.pop("later", timedelta())
    statement = replace(office_idp.statement, now=office_idp.statement.now + later, **changes)
    assert cause in office_idp.refusal(assertions.sign(statement))


@pytest.mark.requirement("SAML-8")
def test_what_is_not_signed_is_worth_nothing(office_idp: Office) -> None:
    """Changed, unsigned, wrapped, doubled, commented, encrypted, failed, and no SAML at all."""
    document = assertions.sign(office_idp.statement)
    changed = document.replace(b"ada@office.example", b"marc@office.example")
    assert "does not fit" in office_idp.refusal(changed)

    root = etree.fromstring(document)
    signed = root.find("saml:Assertion", NAMESPACES)
    signed.remove(signed.find("ds:Signature", NAMESPACES))
    assert "is signed" in office_idp.refusal(etree.tostring(root))

    for wrapped in _wrapped(document):
        assert office_idp.refusal(wrapped)

    commented = document.replace(b"ada@office.example", b"ada@office.example<!-- -->.evil.test")
    assert "does not fit" in office_idp.refusal(commented)

    elsewhere = replace(office_idp.statement, acs_url="https://id.workato.com/saml/2/acs")
    moved = assertions.sign(elsewhere).replace(b"saml/2/acs", b"saml/1/acs", 1)
    assert "Recipient" in office_idp.refusal(moved), "the Destination alone is not signed"

    failed = document.replace(b"status:Success", b"status:Responder")
    assert "did not sign the person in" in office_idp.refusal(failed)
    assert "no XML" in office_idp.refusal(b"<a")
    assert "not a SAML 2.0 Response" in office_idp.refusal(b"<a/>")
    assert "KiB" in office_idp.refusal(b" " * (responses.LARGEST + 3))


def _wrapped(document: bytes) -> list[bytes]:
    """Signature wrapping: the signed assertion elsewhere, one of the attacker's in its place."""
    evil = etree.fromstring(document).find("saml:Assertion", NAMESPACES)
    evil.find("saml:Subject/saml:NameID", NAMESPACES).text = "marc@office.example"
    first, inside, moved = (etree.fromstring(document) for _ in range(3))
    unsigned = etree.fromstring(etree.tostring(evil))
    unsigned.remove(unsigned.find("ds:Signature", NAMESPACES))
    unsigned.set("ID", "_evil")
    first.insert(2, etree.fromstring(etree.tostring(unsigned)))
    # XSW: the attacker's assertion holds the signature, and the original hangs in an Object.
    original = inside.find("saml:Assertion", NAMESPACES)
    shell = etree.fromstring(etree.tostring(evil))
    shell.set("ID", "_evil")
    holder = etree.SubElement(
        shell.find("ds:Signature", NAMESPACES), f"{{{NAMESPACES['ds']}}}Object"
    )
    inside.replace(original, shell)
    holder.append(original)
    # The same id twice.
    twin = etree.fromstring(etree.tostring(evil))
    extension = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extension.append(moved.find("saml:Assertion", NAMESPACES))
    moved.insert(1, extension)
    moved.append(twin)
    return [etree.tostring(each) for each in (first, inside, moved)]


@pytest.mark.requirement("SAML-8")
def test_a_wrapped_response_never_names_the_attackers_person(office_idp: Office) -> None:
    for wrapped in _wrapped(assertions.sign(office_idp.statement)):
        try:
            found = office_idp.verify(wrapped)
        except ResponseRefused:
            continue
        assert found.email == "ada@office.example"


@pytest.mark.requirement("SAML-8")
def test_no_document_type_is_read_and_so_no_entity(office_idp: Office) -> None:
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
        b'<!ENTITY file SYSTEM "file:///etc/hostname">]><r>&b;&file;</r>'
    )
    assert "document type" in office_idp.refusal(bomb)
    assert "document type" in office_idp.refusal(bomb.decode().encode("utf-16"))


@pytest.mark.usefixtures("office_idp")
@pytest.mark.requirement("SAML-9")
def test_a_foreign_service_provider_verifies_what_our_identity_provider_says(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """python3-saml reads the metadata, then the response that the browser brings."""
    sso = SingleSignOn(identity)
    settings = OneLogin_Saml2_IdPMetadataParser.parse(
        sso.identity_provider("GET", "/metadata").data
    )
    settings |= {
        "strict": True,
        "sp": {"entityId": ENTITY_ID, "assertionConsumerService": {"url": ACS}},
        "security": {"wantAssertionsSigned": True},
    }
    page = sso.log_in("ada")
    sent = page.page.text.split('name="SAMLResponse" value="')[1].split('"')[0]
    relay_state = page.page.text.split('name="RelayState" value="')[1].split('"')[0]
    now = int(identity.world.clock.now().timestamp())
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", staticmethod(lambda: now))
    response = OneLogin_Saml2_Response(
        OneLogin_Saml2_Settings(settings, sp_validation_only=True), sent
    )
    request = {"https": "on", "http_host": urlsplit(ID).netloc, "script_name": "/saml/1/acs"}

    assert response.is_valid(request, request_id=relay_state, raise_exceptions=True)
    assert response.get_nameid() == "ada@office.example"
    assert response.get_nameid_format().endswith(":emailAddress")
    assert response.get_attributes() == {
        "workato_end_user_name": ["Ada Reyes"],
        "workato_end_user_groups": ["Buyers"],
    }


@pytest.mark.requirement("SAML-9")
@pytest.mark.parametrize("what", ["assertion", "response"])
def test_our_service_provider_believes_what_a_foreign_implementation_signed(
    office_idp: Office, what: str
) -> None:
    """python3-saml signs, with xmlsec, the assertion or the whole response."""
    root = etree.fromstring(assertions.sign(office_idp.statement))
    assertion = root.find("saml:Assertion", NAMESPACES)
    assertion.remove(assertion.find("ds:Signature", NAMESPACES))
    certificate = office_idp.statement.certificate
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of an older Python's clock
        signed = OneLogin_Saml2_Utils.add_sign(
            etree.tostring(assertion if what == "assertion" else root),
            office_idp.statement.signing_key.decode(),
            OneLogin_Saml2_Utils.format_cert(certificate),
            sign_algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            digest_algorithm="http://www.w3.org/2001/04/xmlenc#sha384",
        )
    if what == "assertion":
        root.replace(assertion, etree.fromstring(signed))
        signed = etree.tostring(root)

    assert office_idp.verify(signed).email == "ada@office.example"
    tampered = signed.replace(b"ada@office.example", b"bob@office.example")
    assert "does not fit" in office_idp.refusal(tampered)
