"""An app in a scenario file: what all apps have in common there.

The part `scenario` of an app has `MODEL`, a subclass of `App` whose `data` are the app's records;
`rows(seed, app)`, the rows of these records; and `mistakes(apps)`, what pydantic cannot see.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticKnownError

from simulator import installed_apps
from simulator.net.addresses import OAUTH_CALLBACK
from simulator.systems.apps._kit.seeding import FIRST_BULK_ID
from simulator.validation.fields import (
    Email,
    Host,
    Name,
    Password,
    RedirectUri,
    Strict,
    Text,
    matches,
)

#: The number of a record that a scenario spells out.
RecordId = Annotated[int, Field(gt=0, lt=FIRST_BULK_ID)]
_LOGIN = r"[^\s@]{1,60}|[^\s@]{1,60}@[^\s@]{1,60}"


def _installed(kind: object) -> object:
    known = [f"'{name}'" for name in installed_apps.packages()]
    if not isinstance(kind, str) or f"'{kind}'" not in known:
        *more, last = known
        expected = f"{', '.join(more)} or {last}" if more else last
        raise PydanticKnownError("literal_error", {"expected": expected})
    return kind


class AppUser(Strict):
    """An account in an app."""

    login: Annotated[str, matches(_LOGIN, "a login name without spaces, or an e-mail address")]
    name: Name
    email: Email
    password: Password
    role: Literal["admin", "user"] = "user"


class Client(Strict):
    """An OAuth client registered at an app."""

    name: Name
    identifier: Text
    secret: Text
    redirect_uris: list[RedirectUri] = [OAUTH_CALLBACK]
    grant_types: Annotated[
        list[Literal["authorization_code", "refresh_token", "client_credentials"]],
        Field(min_length=1),
    ] = ["authorization_code", "refresh_token"]
    scopes: Annotated[list[Text], Field(min_length=1)]


class RefreshTokens(Strict):
    """What becomes of refresh tokens that are used."""

    policy: Annotated[
        Literal["none", "rotate", "rotate_with_leeway", "delete_pair"],
        Field(
            description="`none`: a used one works on, and a refresh brings no other. `rotate`: it "
            "is over, a new one comes, and whoever uses it again ends the grant. "
            "`rotate_with_leeway`: the same, and it works on for a while. `delete_pair`: it is "
            "deleted together with its access token."
        ),
    ]
    leeway_seconds: Annotated[
        int | None,
        Field(ge=1, le=31_536_000, description="Of `rotate_with_leeway` alone; by default 600."),
    ] = None

    @model_validator(mode="after")
    def _has_leeway_where_it_counts(self) -> Self:
        if self.leeway_seconds is not None and self.policy != "rotate_with_leeway":
            raise ValueError("expected no leeway_seconds: only rotate_with_leeway has a leeway")
        return self

    @property
    def leeway(self) -> int | None:
        """How long a used one works on, in seconds; None where it does not."""
        return (self.leeway_seconds or 600) if self.policy == "rotate_with_leeway" else None


class App(Strict):
    """One instance of an app; what its `data` may be, the app's own model says."""

    kind: Annotated[str, BeforeValidator(_installed)]
    host: Host
    name: Name
    users: Annotated[list[AppUser], Field(min_length=1)]
    clients: list[Client] = []
    refresh_tokens: RefreshTokens | None = None
    data: Any = None

    @classmethod
    def narrowed(cls, written: object) -> "type[App]":
        """Return the model of the app that is written there; this one where there is no such app.

        Args:
            written: what stands in the file, of any type.
        """
        kind = written.get("kind") if isinstance(written, dict) else None
        if not isinstance(kind, str) or kind not in installed_apps.packages():
            return App
        model: type[App] = installed_apps.part(kind, "scenario").MODEL
        return model
