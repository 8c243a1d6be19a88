"""Incidents of Workato Identity as a whole, and of its tokens, keys and clock."""

import json

from simulator.faults.incident import (
    BUSY,
    HTML,
    IDENTITY,
    MAINTENANCE,
    PERSON,
    RECOVERS,
    REFRESH,
    TOKEN,
    Incident,
    incident,
)

_RETRY = "Tries again a few times, more slowly each time, and keeps its refresh token."

IDENTITY_INCIDENTS: tuple[Incident, ...] = (
    incident(
        "identity-down",
        "Workato Identity answers 503: nobody can sign in or refresh.",
        sees="503 from the token endpoint; MCP calls go on until the access token expires.",
        does=_RETRY,
        system=IDENTITY,
        status=503,
    ),
    incident(
        "identity-slow",
        "Workato Identity answers ten real seconds late.",
        sees="Its requests for metadata, registration and tokens take ten seconds each.",
        does="Has a timeout of its own, shows that it waits, and can be cancelled meanwhile.",
        system=IDENTITY,
        delay=10,
    ),
    incident(
        "identity-rate-limited",
        "A gateway in front of Workato Identity answers 429 with `Retry-After`.",
        sees="429 with a `Retry-After` of 30 seconds.",
        does="Waits as long as `Retry-After` says, and keeps its refresh token.",
        system=IDENTITY,
        status=429,
        headers=BUSY,
        body=json.dumps({"error": "too_many_requests"}).encode(),
    ),
    incident(
        "identity-answers-html",
        "A proxy in front of Workato Identity's token endpoint answers 200 with a page.",
        sees="HTML with status 200 where a token response should be.",
        does="Takes nothing from it, and says that the answer was no token response.",
        system=IDENTITY,
        request=TOKEN,
        headers=HTML,
        body=MAINTENANCE,
    ),
    incident(
        "identity-recovers",
        "Workato Identity's token endpoint answers 503 twice, then 429, then as ever.",
        *PERSON,
        sees="503, 503, 429 with `Retry-After: 1`, then tokens.",
        does=_RETRY + " A code or refresh token that was not used yet still is good.",
        system=IDENTITY,
        request=TOKEN,
        plan=RECOVERS,
    ),
    incident(
        "identity-refresh-refused",
        "The grant was revoked when the client refreshes (`invalid_grant`): the person has to "
        "sign in again.",
        *PERSON,
        sees="400 `invalid_grant` from the token endpoint.",
        does="Drops its tokens, and has the person sign in again, once.",
        system=IDENTITY,
        request=TOKEN,
        fields=REFRESH,
        token="revoked",
    ),
    incident(
        "identity-keys-rotated",
        "Workato Identity signs the next tokens with a new key: who keeps the JWKS has to fetch it "
        "again.",
        sees="An ID token whose `kid` is not in the JWKS that it has.",
        does="Fetches the JWKS again, once, before it rejects the token.",
        system=IDENTITY,
        request=TOKEN,
        rotates_keys=True,
        times=1,
    ),
    incident(
        "identity-clock-ahead",
        "Workato Identity's clock is five minutes ahead: its tokens come from the future.",
        sees="ID tokens whose `iat` is in the future.",
        does="Allows for a few minutes of difference, and no more.",
        system=IDENTITY,
        skew=300,
    ),
    incident(
        "identity-clock-behind",
        "Workato Identity's clock is five minutes behind.",
        sees="ID tokens that seem to be older than they are.",
        does="Takes `expires_in` for the lifetime of its access token, not its own reckoning.",
        system=IDENTITY,
        skew=-300,
    ),
)
