"""The classic incidents by name, each made of a fault or two."""

import json
from dataclasses import dataclass
from typing import Any, Self

_APP, _IDENTITY, _MCP = "app:*", "identity", "mcp"
_API = "/api/*"
#: Where an app asks for consent, and where tokens come from, whatever app it is.
_CONSENT, _TOKEN = "* *authori*", "POST *token"
_REFRESH = {"grant_type": "refresh_token"}
_JSON = {"Content-Type": "application/json"}
_BUSY = {**_JSON, "Retry-After": "30"}
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_MAINTENANCE = b"<!doctype html><title>Maintenance</title><p>We will be back soon.</p>\n"
_DENIED = {
    "code": None,
    "error": "access_denied",
    "error_description": "The user denied the request.",
}
#: How an incident may be narrowed down, and made rarer.
_HOW = ("person", "tool", "times", "probability", "seed")
_PERSON, _BOTH = ("person",), ("person", "tool")


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Something that goes wrong in the field.

    Attributes:
        name: what it is called.
        told: what happens, and what a good client makes of it.
        parts: the attributes of its faults.
        narrowed: what it can be limited to: `person`, `tool`.
    """

    name: str
    told: str
    parts: tuple[dict[str, Any], ...]
    narrowed: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> "Incident":
        """The incident of this name.

        Raises:
            ValueError: there is none.
        """
        for each in INCIDENTS:
            if each.name == name:
                return each
        known = ", ".join(each.name for each in INCIDENTS)
        raise ValueError(f"There is no incident '{name}'. There are: {known}.")

    def faults(self: Self, **how: Any) -> list[dict[str, Any]]:
        """The attributes of the faults that it is made of.

        Args:
            **how: `person`, `tool`, `times`, `probability` and `seed`, for every one of them; None
                is as good as unsaid.

        Raises:
            ValueError: it cannot happen like this.
        """
        said = {name: value for name, value in how.items() if value is not None}
        for name in said:
            if name not in _HOW:
                raise ValueError(f"An incident has no '{name}'; it has {', '.join(_HOW)}.")
            if name in _BOTH and name not in self.narrowed:
                raise ValueError(f"The incident '{self.name}' cannot be limited to a {name}.")
        return [{**part, **said} for part in self.parts]


def _one(name: str, told: str, *narrowed: str, **fault: Any) -> Incident:
    return Incident(name=name, told=told, parts=(fault,), narrowed=narrowed)


INCIDENTS = (
    _one(
        "app-down",
        "The app answers 503. The tool fails and says so; the connection stays.",
        *_BOTH,
        system=_APP,
        status=503,
    ),
    _one(
        "app-hangs-up",
        "The app ends the connection without an answer.",
        *_BOTH,
        system=_APP,
        reset=True,
    ),
    _one(
        "app-slow",
        "The app's API takes 90 simulated seconds, more than a tool call may.",
        *_BOTH,
        system=_APP,
        request=_API,
        passes=90,
    ),
    _one(
        "app-rate-limited",
        "The app's API answers 429 with `Retry-After`.",
        *_BOTH,
        system=_APP,
        request=_API,
        status=429,
        headers=_BUSY,
        body=json.dumps({"errors": {"error": ["Too many requests."]}}).encode(),
    ),
    _one(
        "app-answers-html",
        "The app's API answers 200 with a maintenance page instead of JSON.",
        *_BOTH,
        system=_APP,
        request=_API,
        headers=_HTML,
        body=_MAINTENANCE,
    ),
    _one(
        "app-malformed",
        "The app's API answers JSON that is none.",
        *_BOTH,
        system=_APP,
        request=_API,
        body=b'[{"id": 1, ',
    ),
    _one(
        "app-cut-off",
        "The connection to the app's API breaks in the middle of the answer.",
        *_BOTH,
        system=_APP,
        request=_API,
        truncated=True,
    ),
    _one(
        "app-token-expired",
        "The app takes an access token for expired, once: Workato refreshes it, nobody notices.",
        *_BOTH,
        system=_APP,
        request=_API,
        token="expired",
        times=1,
    ),
    _one(
        "app-token-revoked",
        "The grant was revoked in the app: the next call asks the person to connect again.",
        *_BOTH,
        system=_APP,
        request=_API,
        token="revoked",
        times=1,
    ),
    Incident(
        name="app-refresh-refused",
        told="The access token has expired and the app refuses to refresh it (`invalid_grant`): "
        "the person has to connect again.",
        parts=(
            {"system": _APP, "request": _API, "token": "expired", "times": 1},
            {"system": _APP, "request": _TOKEN, "fields": _REFRESH, "token": "revoked"},
        ),
        narrowed=_BOTH,
    ),
    Incident(
        name="app-refresh-down",
        told="The access token has expired and the app's token endpoint answers 503: the tool "
        "fails, the connection stays.",
        parts=(
            {"system": _APP, "request": _API, "token": "expired", "times": 1},
            {"system": _APP, "request": _TOKEN, "fields": _REFRESH, "status": 503},
        ),
        narrowed=_BOTH,
    ),
    _one(
        "mix-up",
        "Workato calls the app with another person's token, or with the builder's if nobody else "
        "is connected: what the isolation oracle finds out.",
        *_BOTH,
        system=_APP,
        request=_API,
        token="swapped",
    ),
    _one(
        "app-consent-denied",
        "Whatever the person clicks, the app sends `access_denied` back.",
        *_PERSON,
        system=_APP,
        request=_CONSENT,
        redirect=_DENIED,
    ),
    _one(
        "app-consent-slow",
        "The person takes 11 simulated minutes to consent: the setup link has expired meanwhile.",
        *_PERSON,
        system=_APP,
        request="POST *authori*",
        passes=660,
    ),
    _one(
        "app-wrong-state",
        "The app sends another `state` back than it was given: Workato finishes nothing.",
        *_PERSON,
        system=_APP,
        request=_CONSENT,
        redirect={"state": "not-the-one-that-was-sent"},
    ),
    _one(
        "identity-down",
        "Workato Identity answers 503: nobody can sign in or refresh.",
        system=_IDENTITY,
        status=503,
    ),
    _one(
        "identity-consent-denied",
        "Whatever the person clicks, the client gets `access_denied`.",
        system=_IDENTITY,
        request=_CONSENT,
        redirect=_DENIED,
    ),
    _one(
        "identity-wrong-state",
        "The client gets another `state` back than it sent: it must stop there.",
        system=_IDENTITY,
        request=_CONSENT,
        redirect={"state": "not-the-one-that-was-sent"},
    ),
    _one(
        "identity-wrong-iss",
        "The client gets another issuer's `iss` (RFC 9207): it must stop there.",
        system=_IDENTITY,
        request=_CONSENT,
        redirect={"iss": "https://attacker.example"},
    ),
    _one(
        "identity-refresh-refused",
        "The grant was revoked when the client refreshes (`invalid_grant`): the person has to "
        "sign in again.",
        *_PERSON,
        system=_IDENTITY,
        request=_TOKEN,
        fields=_REFRESH,
        token="revoked",
    ),
    _one(
        "identity-keys-rotated",
        "Workato Identity signs the next tokens with a new key: who keeps the JWKS has to fetch it "
        "again.",
        system=_IDENTITY,
        request=_TOKEN,
        rotates_keys=True,
        times=1,
    ),
    _one(
        "identity-clock-ahead",
        "Workato Identity's clock is five minutes ahead: its tokens come from the future.",
        system=_IDENTITY,
        skew=300,
    ),
    _one(
        "identity-clock-behind",
        "Workato Identity's clock is five minutes behind.",
        system=_IDENTITY,
        skew=-300,
    ),
    _one(
        "mcp-token-expired",
        "The MCP server takes a client's access token for expired, once: the client refreshes.",
        *_BOTH,
        system=_MCP,
        token="expired",
        times=1,
    ),
    _one(
        "mcp-token-revoked",
        "The client's grant was revoked: it cannot refresh, and the person signs in again.",
        *_BOTH,
        system=_MCP,
        token="revoked",
        times=1,
    ),
    _one(
        "mcp-down",
        "The MCP server answers 503.",
        *_BOTH,
        system=_MCP,
        status=503,
    ),
    _one(
        "mcp-rate-limited",
        "A gateway in front of the MCP server answers 429 with `Retry-After`, in JSON of its own.",
        *_BOTH,
        system=_MCP,
        status=429,
        headers=_BUSY,
        body=json.dumps({"error": "too_many_requests"}).encode(),
    ),
    _one(
        "mcp-answers-html",
        "A proxy in front of the MCP server answers 200 with a page.",
        *_BOTH,
        system=_MCP,
        headers=_HTML,
        body=_MAINTENANCE,
    ),
    _one(
        "mcp-hangs-up",
        "The MCP server ends the connection without an answer.",
        *_BOTH,
        system=_MCP,
        reset=True,
    ),
)
