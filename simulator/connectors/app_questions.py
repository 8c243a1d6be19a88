"""What Workato asks an app beside the actions of recipes: whose a token is, where its API is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.validation.parsing import shorten


@dataclass(frozen=True, kw_only=True)
class AccountEndpoint:
    """Where an app says whom an access token belongs to.

    Attributes:
        path: answers GET with a JSON object; an address as those of a `Connector`.
        scopes: what the token must have been granted for it.
        members: which members of the object name the account: its name, login and e-mail address,
            with dots for members of members; empty for what it does not say.
    """

    path: str
    scopes: frozenset[str]
    members: tuple[str, str, str]

    def account(self, answer: Mapping[str, Any]) -> str | None:
        """Return the account that an answer names, or None."""
        return account_label(*(_find_text(answer, member) for member in self.members))


def _find_text(answer: Any, path: str) -> str:
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer if isinstance(answer, str) else ""


def account_label(name: str, login: str, email: str) -> str | None:
    """Return an account as people tell it from others: `Ada Lovelace (ada, ada@acme.example)`.

    Args:
        name: the name of its owner; empty where the app did not say, as in the others.
        login: what they sign in to the app with.
        email: their address there.
    """
    parts = [shorten(part.strip()) for part in (name, login, email) if part.strip()]
    first, *more = dict.fromkeys(parts) or [""]
    return (f"{first} ({', '.join(more)})" if more else first) or None


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """Where an app says, once it has granted a token, at which address that token can be used.

    Attributes:
        url: answers GET with JSON.
        find: (that JSON, the connection's host) → base URL of the API; None where there is none.
        missing: the sentence for whoever consented with an account that has none there.
    """

    url: str
    find: Callable[[Any, str], str | None]
    missing: str


@dataclass(frozen=True, kw_only=True)
class PickList:
    """A list of values for a field, as the app has them at the moment.

    Attributes:
        path: answers GET with a JSON array; with `{parameter}` where a parameter belongs.
        query: parameters sent in the query string, when given.
        label: the member that people read.
        value: the member that recipes store.
    """

    path: str
    query: tuple[str, ...] = ()
    label: str = "name"
    value: str = "id"

    @property
    def needed(self) -> tuple[str, ...]:
        """The parameters without which it cannot be asked for."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    def read(self, answer: Any) -> list[tuple[str, str]]:
        """Return label and value of each row of the app's JSON answer; what is none is left out."""
        rows = answer if isinstance(answer, list) else []
        return [
            (str(each[self.label]), str(each[self.value]))
            for each in rows
            if isinstance(each, Mapping) and self.label in each and self.value in each
        ]
