"""Refusals in answers with status 200."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class BodyErrors:
    """How an app says in an answer with status 200 that it refused.

    Attributes:
        read: the error's code, from the members of an answer; empty where it went well.
        token: the codes that say that the access token is not taken: for them status 401.
    """

    read: Callable[[Mapping[str, Any]], str]
    token: tuple[str, ...]

    def refuses_token(self, members: Mapping[str, Any]) -> bool:
        """Return whether an answer says that the access token is not taken."""
        return self.read(members) in self.token
