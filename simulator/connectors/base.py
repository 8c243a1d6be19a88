"""The shape of a connector and its actions."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from simulator.errors import FieldError
from simulator.validation.parsing import shorten


@dataclass(frozen=True, kw_only=True)
class AppRequest:
    """An HTTP request that a step wants to make; `path` begins with a slash."""

    method: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)
    json: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of a connector.

    Attributes:
        name: as recipes write it.
        title: as people read it.
        method: the HTTP method.
        path: with `{input}` where an input belongs.
        query: inputs sent in the query string, when given.
        body: input name → the app's name of it, sent as JSON.
        wrap: name under which a list answer becomes the step's output.
        scopes: scopes that the app asks for.
    """

    name: str
    title: str
    method: str
    path: str
    query: tuple[str, ...] = ()
    body: Mapping[str, str] = field(default_factory=dict)
    wrap: str | None = None
    scopes: tuple[str, ...] = ()

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the HTTP request for these inputs; inputs that are None are left out."""
        given = {name: value for name, value in inputs.items() if value is not None}
        path = re.sub(r"{(\w+)}", lambda m: quote(str(given.get(m[1], "")), safe=""), self.path)
        body = {app_name: given[name] for name, app_name in self.body.items() if name in given}
        return AppRequest(
            method=self.method,
            path=path,
            params={name: given[name] for name in self.query if name in given},
            json=body if self.body else None,
        )

    def output(self, answer: Any) -> Any:
        """Return the step's output made of the app's JSON answer."""
        return {self.wrap: answer} if self.wrap else answer


@dataclass(frozen=True, kw_only=True)
class AccountEndpoint:
    """Where an app says whom an access token belongs to.

    Attributes:
        path: answers GET with a JSON object.
        scopes: what the token must have been granted for it.
        members: which members of the object name the account: its name, login and e-mail address.
    """

    path: str
    scopes: frozenset[str]
    members: tuple[str, str, str]

    def account(self, answer: Mapping[str, Any]) -> str | None:
        """Return the account that an answer names, or None."""
        found = (answer.get(member) for member in self.members)
        return account_label(*(text if isinstance(text, str) else "" for text in found))


def account_label(name: str, login: str, email: str) -> str | None:
    """Return an account as people tell it from others: `Ada Lovelace (ada, ada@acme.example)`.

    Args:
        name: of its owner; empty where the app did not say, as in the others.
        login: what they sign in to the app with.
        email: their address there.
    """
    parts = [shorten(part.strip()) for part in (name, login, email) if part.strip()]
    first, *more = dict.fromkeys(parts) or [""]
    return (f"{first} ({', '.join(more)})" if more else first) or None


@dataclass(frozen=True, kw_only=True)
class Connector:
    """An app as Workato sees it.

    Attributes:
        provider: internal name.
        name: the app's name.
        host_label: label of the field that names the instance.
        host_hint: what belongs there.
        host_pattern: what a right value looks like (matched whole).
        host_error: the sentence for a wrong one.
        authorize_path: of the authorization endpoint.
        token_path: of the token endpoint.
        scopes: what the Scopes drop-down offers.
        required_scopes: what no connection works without.
        client_page: where an admin of the app finds client ID and secret.
        actions: its actions by name.
        revoke_path: of the revocation endpoint (RFC 7009); None if the app has none.
        account_endpoints: where the app says whose token it is; the first whose scopes are granted
            is asked.
    """

    provider: str
    name: str
    host_label: str
    host_hint: str
    host_pattern: str
    host_error: str
    authorize_path: str
    token_path: str
    scopes: tuple[str, ...]
    required_scopes: tuple[str, ...]
    client_page: str
    actions: Mapping[str, Action]
    revoke_path: str | None = None
    account_endpoints: tuple[AccountEndpoint, ...] = ()

    def account_endpoint(self, granted: Collection[str]) -> AccountEndpoint | None:
        """Return where the app says whose token it is, given these scopes; None if nowhere."""
        fitting = (each for each in self.account_endpoints if each.scopes <= set(granted))
        return next(fitting, None)

    def host(self, typed: str) -> str:
        """Return the typed host, trimmed, once it has the app's format.

        Raises:
            FieldError: on `host`, when it has another format.
        """
        value = typed.strip().rstrip("/")
        if not value:
            raise FieldError("host", f"{self.host_label} is required. {self.host_hint}")
        if not re.fullmatch(self.host_pattern, value):
            raise FieldError("host", self.host_error)
        return value.lower()
