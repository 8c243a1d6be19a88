"""Incidents on the way to the first token: discovery, registration, consent, ID tokens."""

import json
from typing import Any

from simulator.faults.incident import (
    CONSENT,
    DENIED,
    HTML,
    IDENTITY,
    JSON,
    MCP,
    TOKEN,
    Incident,
    incident,
)

_METADATA = "GET *.well-known/o*"
_RESOURCE = "GET *.well-known/oauth-protected-resource*"
_REGISTER = "POST /oauth/register"
_NOT_FOUND = b"<!doctype html><title>404</title><h1>Not Found</h1>\n"
_STOP = "Stops before it sends anybody anywhere, and names what does not fit."
_NO_SIGN_IN = "Rejects the token and everything that came with it, and signs nobody in."


def _registration(name: str, description: str, status: int, error: str, sentence: str) -> Incident:
    return incident(
        name,
        description,
        sees=f"{status} with `{error}` from the registration endpoint; there is no `client_id`.",
        does="Shows `error_description`, and offers to enter a client ID that an admin registered. "
        "Does not register again and again.",
        system=IDENTITY,
        request=_REGISTER,
        status=status,
        headers=JSON,
        body=json.dumps({"error": error, "error_description": sentence}).encode(),
    )


def _discovery(
    name: str, description: str, sees: str, does: str = _STOP, **members: Any
) -> Incident:
    return incident(
        name, description, sees=sees, does=does, system=IDENTITY, request=_METADATA, members=members
    )


def _id_token(name: str, description: str, sees: str, **fault: Any) -> Incident:
    return incident(
        name, description, sees=sees, does=_NO_SIGN_IN, system=IDENTITY, request=TOKEN, **fault
    )


SIGN_IN_INCIDENTS: tuple[Incident, ...] = (
    incident(
        "discovery-wrong-resource",
        "The protected resource metadata is that of another server (RFC 9728 §3.3).",
        sees="A `resource` that is not the URL of the MCP server.",
        does=_STOP,
        system=MCP,
        request=_RESOURCE,
        members={"resource": "https://another.example/mcp"},
    ),
    _discovery(
        "discovery-wrong-issuer",
        "Workato Identity's metadata spells its issuer with a slash at the end (RFC 8414 §3.3).",
        "An `issuer` that is not, letter by letter, the one that the metadata was asked for.",
        issuer="{}/",
    ),
    _discovery(
        "discovery-no-s256",
        "Workato Identity's metadata offers PKCE without S256.",
        '`code_challenge_methods_supported` is `["plain"]`.',
        code_challenge_methods_supported=["plain"],
    ),
    _discovery(
        "discovery-no-pkce",
        "Workato Identity's metadata says nothing of PKCE (MCP Authorization, PKCE).",
        "`code_challenge_methods_supported` is missing.",
        code_challenge_methods_supported=None,
    ),
    Incident(
        name="discovery-answers-html",
        description="Every `.well-known` address of the MCP server and of Workato Identity answers "
        "404 with a page.",
        client_sees="401 with a challenge, and then HTML with 404 where metadata should be.",
        client_does="Says that the server does not tell how to sign in. Does not fail at the HTML, "
        "nor send it to the person.",
        parts=tuple(
            {
                "system": system,
                "request": "GET *.well-known/*",
                "status": 404,
                "headers": HTML,
                "body": _NOT_FOUND,
            }
            for system in (MCP, IDENTITY)
        ),
    ),
    _registration(
        "registration-refused",
        "Workato Identity refuses the client's metadata (RFC 7591 §3.2.2).",
        400,
        "invalid_client_metadata",
        "This client may not be registered.",
    ),
    _registration(
        "registration-forbidden",
        "An admin has switched dynamic registration off for clients that nobody knows.",
        403,
        "access_denied",
        "Dynamic client registration is not allowed here. Ask an admin for a client ID.",
    ),
    Incident(
        name="registration-missing",
        description="Workato Identity has no dynamic registration: its metadata names no endpoint, "
        "and the usual address answers 404.",
        client_sees="No `registration_endpoint`.",
        client_does="Uses a client ID that it was given, or its client ID metadata document; else "
        "says that it needs one. Does not guess `/register`.",
        parts=(
            {"system": IDENTITY, "request": _METADATA, "members": {"registration_endpoint": None}},
            {"system": IDENTITY, "request": _REGISTER, "status": 404},
        ),
    ),
    incident(
        "client-deleted",
        "Workato Identity forgets the registered client, for real, when it asks for a token.",
        sees="401 `invalid_client` from the token endpoint; its tokens are revoked, too.",
        does="Forgets its `client_id`, registers anew, and has the person sign in again.",
        system=IDENTITY,
        request=TOKEN,
        effect="client-deleted",
        times=1,
    ),
    incident(
        "identity-consent-denied",
        "Whatever the person clicks, the client gets `access_denied`.",
        sees="The redirect brings `error=access_denied` and no `code`.",
        does="Says that access was denied, and stays signed out until the person tries again.",
        system=IDENTITY,
        request=CONSENT,
        redirect=DENIED,
    ),
    incident(
        "identity-consent-left-open",
        "The person allows, and the page stays where it is: nobody is sent back to the client.",
        sees="Nothing: its redirect URI is never called.",
        does="Stops waiting after a while or when the person cancels, closes its listener, and can "
        "start anew.",
        system=IDENTITY,
        request=CONSENT,
        left_open=True,
    ),
    incident(
        "identity-wrong-state",
        "The client gets another `state` back than it sent: it must stop there.",
        sees="A redirect whose `state` it never made.",
        does="Does not redeem the code (RFC 6749 §10.12).",
        system=IDENTITY,
        request=CONSENT,
        redirect={"state": "not-the-one-that-was-sent"},
    ),
    incident(
        "identity-wrong-iss",
        "The client gets another issuer's `iss` (RFC 9207): it must stop there.",
        sees="A redirect whose `iss` is not the issuer that it asked.",
        does="Does not redeem the code.",
        system=IDENTITY,
        request=CONSENT,
        redirect={"iss": "https://attacker.example"},
    ),
    _id_token(
        "id-token-wrong-signature",
        "The ID token is signed with a key that nobody published.",
        "A signature that the published key of that `kid` does not verify.",
        foreign_key=True,
    ),
    _id_token(
        "id-token-wrong-audience",
        "The ID token is for another client.",
        "An `aud` without its `client_id`.",
        claims={"aud": "another-client"},
    ),
    _id_token(
        "id-token-wrong-nonce",
        "The ID token has another `nonce` than the client sent.",
        "A `nonce` that it never made.",
        claims={"nonce": "not-the-one-that-was-sent"},
    ),
    _id_token(
        "id-token-wrong-issuer",
        "The ID token is from another issuer.",
        "An `iss` that is not the issuer of the metadata.",
        claims={"iss": "https://attacker.example"},
    ),
    _id_token(
        "id-token-expired",
        "The ID token has been expired for years.",
        "An `exp` in the past.",
        claims={"iat": 946_684_800, "exp": 946_688_400},
    ),
)
