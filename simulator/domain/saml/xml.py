"""XML of SAML as it comes from outside: read without entities, names of its elements, its time.

Importing this takes no time: lxml waits for the first document.
"""

from datetime import UTC, datetime
from typing import Any

from simulator.errors import SimulatorError

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
EMAIL_ADDRESS = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
NAMESPACES = {"saml": ASSERTION, "samlp": PROTOCOL, "md": METADATA, "ds": SIGNATURE}
#: An element of lxml, which has no types.
Element = Any


class NotXml(SimulatorError):
    """A document cannot be read as XML, or has what SAML forbids."""


def parse(data: bytes) -> Element:
    """Return the root of a document; comments are left out, as canonical XML does.

    Args:
        data: the document.

    Raises:
        NotXml: it is none, is nested too deeply, or has a document type (SAML 2.0 Core has none):
            that is where entities would come from.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    if b"<!DOCTYPE" in data:  # in another encoding, it is seen below
        raise NotXml("it has a document type declaration, which SAML does not allow")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(f"it is no XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise NotXml("it has a document type declaration, which SAML does not allow")
    return root


def name(namespace: str, local: str) -> str:
    """Return the name of an element as lxml has it.

    Args:
        namespace: its URI.
        local: its name there.
    """
    return f"{{{namespace}}}{local}"


def find_all(element: Element, path: str) -> list[Element]:
    """Return the elements at a path with the prefixes of `NAMESPACES`.

    Args:
        element: the element whose descendants are looked through.
        path: such as `saml:Subject/saml:NameID`.
    """
    return list(element.findall(path, NAMESPACES))


def text_of(element: Element, path: str) -> str:
    """Return the trimmed text of the first element at a path; empty without one.

    Args:
        element: the element whose descendants are looked through.
        path: see `find_all`.
    """
    return (element.findtext(path, "", NAMESPACES) or "").strip()


def read_time(text: str) -> datetime:
    """Return a moment (SAML 2.0 Core §1.3.3: UTC, with or without fractions).

    Args:
        text: the text of an attribute.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write_time(moment: datetime) -> str:
    """Return a moment to the second, as SAML spells it.

    Args:
        moment: aware.
    """
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
