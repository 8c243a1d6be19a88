"""Single sign-on: metadata, requests (HTTP-Redirect), responses (HTTP-POST); SAML 2.0 Bindings."""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator import extras
from simulator.db.tables import IdpAccount, IdpApplication
from simulator.domain.saml.xml import (
    EMAIL_ADDRESS,
    METADATA,
    PROTOCOL,
    REDIRECT,
    SIGNATURE,
    NotXml,
    name,
    parse,
    text_of,
)
from simulator.errors import SimulatorError
from simulator.net.addresses import IDP, production_host
from simulator.systems.idp import applications, assertions, signing
from simulator.systems.idp.session import ask_to_log_in, find_account
from simulator.validation.parsing import shorten
from simulator.web.application import current_world
from simulator.web.environ import SAML_EFFECT

blueprint = Blueprint("sso", __name__)

#: Of a request, unpacked, in bytes.
_LARGEST = 64 * 1024
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")


class BadRequest(SimulatorError):
    """The request of a service provider cannot be answered: a page says why."""


class NotRegistered(SimulatorError):
    """No application is registered that makes this request.

    Args:
        entity_id: how it calls itself.
        acs_url: where it wants the response.
    """

    def __init__(self, entity_id: str, acs_url: str) -> None:
        super().__init__(f"No application is registered with the entity ID {entity_id}.")
        self.entity_id, self.acs_url = entity_id, acs_url


@dataclass(frozen=True, kw_only=True)
class AuthnRequest:
    """A request of a service provider.

    Attributes:
        id: the id of the request.
        issuer: the service provider's entity id, as it spells it.
        acs_url: where the response is sent to.
        application: the application that is registered with it.
    """

    id: str
    issuer: str
    acs_url: str
    application: IdpApplication


def entity_id() -> str:
    """Return how the identity provider calls itself, wherever it listens."""
    return f"https://{production_host(IDP)}/metadata"


@blueprint.get("/metadata")
def metadata() -> Response:
    """Return the metadata (Metadata §2.4.3)."""
    world = current_world()
    _key, certificate = signing.load_key(world)
    location = f"{world.addresses.base_url(IDP)}{url_for('sso.ask')}"
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="{METADATA}" entityID={quoteattr(entity_id())}>\n'
        '  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" '
        f'protocolSupportEnumeration="{PROTOCOL}">\n'
        f'    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{SIGNATURE}"><ds:X509Data>'
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n"
        f"    <md:NameIDFormat>{EMAIL_ADDRESS}</md:NameIDFormat>\n"
        f'    <md:SingleSignOnService Binding="{REDIRECT}" Location={quoteattr(location)}/>\n'
        "  </md:IDPSSODescriptor>\n"
        "</md:EntityDescriptor>\n"
    )
    return Response(document, mimetype="application/samlmetadata+xml")


@blueprint.get("/saml/sso")
def ask() -> BaseResponse:
    """Take a service provider's request; who is not signed in yet signs in first."""
    read_request()
    answer = f"{url_for('sso.respond')}?{request.query_string.decode('latin-1')}"
    return redirect(answer if find_account() else ask_to_log_in(answer), 302)


@blueprint.get("/saml/respond")
def respond() -> str | BaseResponse:
    """Return the page that posts the response to the service provider."""
    authn_request, account = read_request(), find_account()
    if account is None:
        return redirect(ask_to_log_in(request.full_path), 302)
    extras.require("The identity provider", "signxml")
    document = assertions.sign(_statement(authn_request, account))
    return render_template(
        "idp/respond.html",
        account=account,
        application=authn_request.application,
        acs_url=current_world().addresses.local(authn_request.acs_url),
        response=base64.b64encode(document).decode(),
        relay_state=request.args.get("RelayState"),
    )


def _statement(authn_request: AuthnRequest, account: IdpAccount) -> assertions.Statement:
    world = current_world()
    key, certificate = signing.load_key(world)
    statement = assertions.Statement(
        response_id=f"_{world.randomness.hex('saml response', 16)}",
        assertion_id=f"_{world.randomness.hex('saml assertion', 16)}",
        issuer=entity_id(),
        audience=authn_request.issuer,
        acs_url=authn_request.acs_url,
        in_response_to=authn_request.id,
        email=account.email,
        attributes=assertions.attributes_of(account.name, account.groups),
        now=world.clock.now(),
        signing_key=key,
        certificate=certificate,
    )
    effect = assertions.EFFECTS.get(request.environ.get(SAML_EFFECT, ""))
    return effect(statement) if effect else statement


def read_request() -> AuthnRequest:
    """Return the request in the query (Bindings §3.4.4.1).

    Raises:
        BadRequest: there is none, or it cannot be answered.
        NotRegistered: nobody registered who makes it.
    """
    extras.require("The identity provider", "signxml")
    try:
        root = parse(_unpack(request.args.get("SAMLRequest", "")))
    except NotXml as error:
        raise BadRequest(f"The SAMLRequest cannot be read: {error}.") from None
    if root.tag != name(PROTOCOL, "AuthnRequest") or root.get("Version") != "2.0":
        raise BadRequest("The SAMLRequest is no AuthnRequest of SAML 2.0.")
    request_id, issuer = root.get("ID") or "", text_of(root, "saml:Issuer")
    if not _ID.fullmatch(request_id) or not issuer:
        raise BadRequest("The AuthnRequest lacks an ID or its Issuer.")
    world, acs_url = current_world(), root.get("AssertionConsumerServiceURL") or ""
    found = applications.find(world, issuer)
    if found is None:
        raise NotRegistered(shorten(issuer), shorten(acs_url, 1_024))
    local = world.addresses.local
    if acs_url and local(acs_url) != local(found.acs_url):
        raise BadRequest(
            f"The application {found.name} is registered with the address {found.acs_url}, and "
            f"asks to be answered at {shorten(acs_url)}."
        )
    return AuthnRequest(
        id=request_id, issuer=issuer, acs_url=acs_url or found.acs_url, application=found
    )


def _unpack(text: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=-15)
    try:
        document = unpacker.decompress(base64.b64decode(text, validate=True), _LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        raise BadRequest("There is no SAMLRequest, deflated and in Base64, in the query.") from None
    if unpacker.unconsumed_tail:
        raise BadRequest(f"The SAMLRequest has more than {_LARGEST // 1024} KiB.")
    return document
