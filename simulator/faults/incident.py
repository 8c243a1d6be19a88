"""What an incident is: something that goes wrong in the field, made of a fault or two."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulator import installed_apps
from simulator.installed_apps import Traffic

APP, IDENTITY, MCP, IDP = "app:*", "identity", "mcp", "idp"
#: Where Workato Identity asks for consent, and where tokens come from.
CONSENT, TOKEN = "* *authori*", "POST *token"
#: In the place of a request's pattern: routes of each app, as it declares them. So an incident of
#: apps strikes every app that is there once the incident happens.
API, APP_CONSENT, APP_DECISION, APP_TOKEN = "<api>", "<consent>", "<decision>", "<token>"
_ROUTES: dict[str, Callable[[Traffic], Iterable[str]]] = {
    API: lambda app: app.api,
    APP_CONSENT: lambda app: [f"* {app.authorize}"],
    APP_DECISION: lambda app: [f"POST {app.authorize}"],
    APP_TOKEN: lambda app: [f"POST {app.token}"],
}
REFRESH = {"grant_type": "refresh_token"}
JSON = {"Content-Type": "application/json"}
BUSY = {**JSON, "Retry-After": "30"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
MAINTENANCE = b"<!doctype html><title>Maintenance</title><p>We will be back soon.</p>\n"
DENIED = {
    "code": None,
    "error": "access_denied",
    "error_description": "The user denied the request.",
}
#: Twice 503, then 429, then fine.
RECOVERS: list[dict[str, Any]] = [
    {"status": 503, "times": 2},
    {"status": 429, "headers": {**JSON, "Retry-After": "1"}, "body": b'{"error": "busy"}'},
]
#: How an incident may be narrowed down, and made rarer.
_HOW = ("person", "tool", "times", "probability", "seed")
PERSON, BOTH = ("person",), ("person", "tool")


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Something that goes wrong in the field.

    Attributes:
        name: what it is called.
        description: what happens.
        client_sees: what an MCP client, or the person who uses it, gets to see of it.
        client_does: what a good client does then.
        parts: the attributes of its faults.
        narrowed: what it can be limited to: `person`, `tool`.
    """

    name: str
    description: str
    client_sees: str
    client_does: str
    parts: tuple[dict[str, Any], ...]
    narrowed: tuple[str, ...] = ()

    def faults(self, **how: Any) -> list[dict[str, Any]]:
        """The attributes of the faults that it is made of.

        Args:
            **how: `person`, `tool`, `times`, `probability` and `seed`, for every one of them; None
                is as good as unsaid.

        Raises:
            ValueError: it cannot happen like this.
        """
        limits = {name: value for name, value in how.items() if value is not None}
        for name in limits:
            if name not in _HOW:
                raise ValueError(f"An incident has no '{name}'; it has {', '.join(_HOW)}.")
            if name in BOTH and name not in self.narrowed:
                raise ValueError(f"The incident '{self.name}' cannot be limited to a {name}.")
            if name == "times" and any("plan" in part for part in self.parts):
                raise ValueError(
                    f"The incident '{self.name}' is a plan, and says itself how often each step "
                    "happens. With other numbers: faults.add(plan=[…])."
                )
        return [{**_routed(part), **limits} for part in self.parts]


def _routed(part: dict[str, Any]) -> dict[str, Any]:
    routes = _ROUTES.get(part.get("request", ""))
    if routes is None:
        return part
    requests = dict.fromkeys(each for app in installed_apps.traffic() for each in routes(app))
    return {**part, "request": " | ".join(requests)}


def incident(
    name: str, description: str, *narrowed: str, sees: str, does: str, **fault: Any
) -> Incident:
    """One that is made of one fault.

    Args:
        name: see `Incident.name`.
        description: see `Incident.description`.
        *narrowed: as `Incident.narrowed`.
        sees: see `Incident.client_sees`.
        does: see `Incident.client_does`.
        **fault: the attributes of the fault.
    """
    return Incident(
        name=name,
        description=description,
        client_sees=sees,
        client_does=does,
        parts=(fault,),
        narrowed=narrowed,
    )
