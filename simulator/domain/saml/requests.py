"""AuthnRequests: sign-ins that Workato Identity begins, and what becomes of them.

SAML 2.0 Core §3.4.1, Bindings §3.4 (HTTP-Redirect). A request can be answered once, and the browser
that it began in alone is signed in: the answer comes by a form from another site, without a cookie.
"""

import base64
import zlib
from datetime import timedelta
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.claim import claim
from simulator.db.tables import SamlRequest
from simulator.domain.saml import setups
from simulator.domain.saml.setups import SingleSignOn
from simulator.domain.saml.xml import ASSERTION, EMAIL_ADDRESS, POST, PROTOCOL, write_time
from simulator.errors import SimulatorError
from simulator.world import World

#: How long somebody has to sign in at the identity provider (our choice).
LENGTH = timedelta(minutes=15)
#: Longer addresses of pages are not come back to.
_LONGEST_TARGET = 8_000


class NotBegunHere(SimulatorError):
    """A sign-in that nobody began with this browser, or that has ended."""

    status = 400


def begin(world: World, sso: SingleSignOn, *, browser: str, target: str) -> str:
    """Return the address at the identity provider that a browser is sent to.

    Args:
        sso: how the environment has people signed in.
        browser: a secret that the browser's cookie holds.
        target: path of the page that it asked for.
    """
    row = SamlRequest(
        id=f"_{world.randomness.hex('saml request', 16)}",
        environment_id=sso.environment_id,
        provider_id=sso.provider_id,
        browser_hash=fingerprint(browser),
        target=target if len(target) <= _LONGEST_TARGET else "/",
        expires_at=world.clock.now() + LENGTH,
    )
    world.db.session.add(row)
    address = world.addresses.local(sso.sso_url)
    query = urlencode({"SAMLRequest": encode(_document(world, row, address)), "RelayState": row.id})
    return f"{address}{'&' if '?' in address else '?'}{query}"


def encode(document: str) -> str:
    """Return a message as the binding HTTP-Redirect has it: deflated, in Base64 (§3.4.4.1).

    Args:
        document: the message, as XML.
    """
    packer = zlib.compressobj(wbits=-15)
    return base64.b64encode(packer.compress(document.encode()) + packer.flush()).decode()


def _document(world: World, row: SamlRequest, destination: str) -> str:
    entity_id, _ = setups.entity_ids(world, row.environment_id)
    acs_url, _ = setups.acs_urls(world, row.environment_id)
    return (
        f'<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{row.id}" '
        f'Version="2.0" IssueInstant="{write_time(world.clock.now())}" '
        f"Destination={quoteattr(destination)} ProtocolBinding={quoteattr(POST)} "
        f"AssertionConsumerServiceURL={quoteattr(acs_url)}>"
        f"<saml:Issuer>{escape(entity_id)}</saml:Issuer>"
        f'<samlp:NameIDPolicy Format="{EMAIL_ADDRESS}" AllowCreate="true"/>'
        "</samlp:AuthnRequest>"
    )


def find(world: World, request_id: str, environment_id: int) -> SamlRequest | None:
    """Return a request of an environment, answered or not, or None.

    Args:
        request_id: its id.
        environment_id: the environment's id.
    """
    row = world.db.session.get(SamlRequest, request_id) if request_id else None
    return row if row is not None and row.environment_id == environment_id else None


def is_over(world: World, row: SamlRequest) -> bool:
    """Return whether it is too late to answer a request.

    Args:
        world: the world whose time it is.
        row: the row of the request.
    """
    return has_expired(row.expires_at, world.clock.now())


def finish(world: World, request_id: str, browser: str) -> SamlRequest:
    """Let the browser that began be signed in, once; returns the request with its person.

    Args:
        request_id: its id.
        browser: see `begin`.

    Raises:
        NotBegunHere: the browser is another one; nobody was named yet; or it has ended.
    """
    row = world.db.session.get(SamlRequest, request_id)
    if row is None or row.end_user_id is None or row.browser_hash != fingerprint(browser):
        raise NotBegunHere(
            "This sign-in was not begun with this browser, or you signed in or out in another tab "
            "meanwhile. Begin it again here."
        )
    if is_over(world, row):
        raise NotBegunHere("This sign-in took too long. Begin it again.")
    if not claim(world.db.session, row, "finished_at", world.clock.now()):
        raise NotBegunHere("This sign-in has ended already. Begin it again.")
    return row
