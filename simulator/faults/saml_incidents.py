"""Incidents of the identity provider: what it can get wrong when it signs a person in by SAML."""

from typing import Any

from simulator.faults.incident import HTML, IDP, MAINTENANCE, Incident, incident

#: Where it says who somebody is; they are signed in there by then.
_RESPOND = "GET /saml/respond"
_DOES = (
    "Stops waiting after a while or when the person cancels, and can start anew. Nothing is "
    "its own fault."
)


def _saml(name: str, description: str, sees: str, does: str = _DOES) -> Incident:
    fault: dict[str, Any] = {"system": IDP, "request": _RESPOND, "effect": name}
    return incident(name, description, sees=sees, does=does, **fault)


def _refused(reason: str) -> str:
    return (
        "The person gets a page of Workato Identity that says they are not signed in, and the "
        f"audit log says why: {reason}. The client's redirect URI is never called."
    )


SAML_INCIDENTS: tuple[Incident, ...] = (
    incident(
        "idp-down",
        "The identity provider answers 503 when people are sent there to sign in.",
        sees="Nothing: its redirect URI is never called. The person sees the error.",
        does=_DOES,
        system=IDP,
        request="GET /saml/*",
        status=503,
        headers=HTML,
        body=MAINTENANCE,
    ),
    _saml(
        "saml-wrong-audience",
        "The identity provider's assertion is for another service provider.",
        _refused("another audience"),
    ),
    _saml(
        "saml-wrong-issuer",
        "The identity provider calls itself otherwise than its metadata did.",
        _refused("another issuer"),
    ),
    _saml(
        "saml-wrong-signature",
        "The identity provider signs with a key that is not in its metadata, as after a rollover "
        "that nobody was told of.",
        _refused("a signature that does not fit"),
    ),
    _saml(
        "saml-expired",
        "The identity provider's clock is an hour behind: its assertions have expired when they "
        "come.",
        _refused("an assertion that has expired"),
    ),
    _saml(
        "saml-no-attributes",
        "The identity provider sends neither name nor groups of the person.",
        "Tokens as ever: the person keeps name and groups; who is new is named by their address.",
        "Nothing: it is not told.",
    ),
)
