"""What a client says of itself, however it does: registering or by a document (RFC 7591 §2)."""

import unicodedata
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from simulator.validation.model_errors import list_errors
from simulator.validation.redirect_uris import check_redirect_uri

#: The grant types that there are, and what a client gets that lists none: a client that wants no
#: refresh tokens says so (RFC 7591 §2 lets a server choose; our choice).
GRANT_TYPES = ["authorization_code", "refresh_token"]

#: Format characters that have a text look like another: marks of direction, and overrides.
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _name(text: str) -> str:
    """Return a name as people can read it on the consent page."""
    if not text.strip():
        raise ValueError("must not be blank")
    if any(unicodedata.category(each) == "Cc" or each in _DIRECTIONS for each in text):
        raise ValueError("must not hold control characters or marks of direction")
    return text


def _with_codes(grant_types: list[str]) -> list[str]:
    if "authorization_code" not in grant_types:
        raise ValueError("must contain authorization_code")
    return grant_types


RedirectUri = Annotated[str, AfterValidator(partial(check_redirect_uri, own_schemes=True))]


class ClientMetadata(BaseModel):
    """A client's metadata (RFC 7591 §2); what is not named here and has a value is kept."""

    model_config = ConfigDict(extra="allow", strict=True)

    redirect_uris: list[RedirectUri] = Field(min_length=1, max_length=20)
    post_logout_redirect_uris: list[RedirectUri] = Field(default=[], max_length=20)
    client_name: Annotated[str, AfterValidator(_name)] = Field(
        default="An MCP client", min_length=1, max_length=200
    )
    token_endpoint_auth_method: Literal["none", "client_secret_basic", "client_secret_post"] = (
        "client_secret_basic"
    )
    grant_types: Annotated[list[str], AfterValidator(_with_codes)] = GRANT_TYPES
    response_types: list[Literal["code"]] = ["code"]
    scope: str = ""

    @property
    def further(self) -> dict[str, Any]:
        """What there is no column for: kept as it came.

        Members without a value are as good as left out (RFC 7592 §2.2). Echoed, an empty
        `client_uri` makes the client that sent it refuse its own registration.
        """
        extra = (self.model_extra or {}).items()
        members = {name: value for name, value in extra if value not in (None, "")}
        uris = self.post_logout_redirect_uris
        return members | ({"post_logout_redirect_uris": uris} if uris else {})

    @property
    def granted_types(self) -> list[str]:
        """Return the supported grant types of the list, without the others (RFC 7591 §3.2.1)."""
        return [name for name in GRANT_TYPES if name in self.grant_types]

    @property
    def is_public(self) -> bool:
        """Whether it has no secret."""
        return self.token_endpoint_auth_method == "none"


def complaint(error: ValidationError) -> dict[str, Any]:
    """Return the first mistake, as RFC 7591 §3.2.2 words it: `error` and `error_description`."""
    first = list_errors(error)[0]
    about_uris = first.place[:1] == ("redirect_uris",)
    return {
        "error": "invalid_redirect_uri" if about_uris else "invalid_client_metadata",
        "error_description": f"{first.member or 'body'}: {first.sentence}",
    }
