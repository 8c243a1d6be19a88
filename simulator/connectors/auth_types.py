"""Authentication types of connections: what their forms ask for, and how requests carry it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from simulator.connectors.form_fields import FormField


class Scheme(StrEnum):
    """How a connection comes to what its requests carry."""

    #: A person's consent, for an OAuth client (RFC 6749 §4.1).
    CONSENT = "consent"
    #: An OAuth client by itself (RFC 6749 §4.4).
    CLIENT = "client"
    #: A name and a secret are sent as they are (RFC 7617).
    BASIC = "basic"
    #: A secret is sent as it is (RFC 6750 §2.1).
    BEARER = "bearer"


@dataclass(frozen=True, kw_only=True)
class AuthType:
    """One of an app's authentication types.

    Attributes:
        value: the value as the input of a connection has it.
        label: the label as people read it.
        scheme: how it works.
        account: the field that names the account, of `Scheme.BASIC`.
        secret: the field with the secret, of `Scheme.BASIC` and `Scheme.BEARER`.
        instead: what programs write in place of the value.
    """

    value: str
    label: str
    scheme: Scheme
    account: FormField | None = None
    secret: FormField | None = None
    instead: tuple[str, ...] = ()

    @property
    def needs_consent(self) -> bool:
        """Whether a person gives consent at the app: what end users' connections need."""
        return self.scheme is Scheme.CONSENT

    @property
    def has_client(self) -> bool:
        """Whether the form asks for an OAuth client and scopes."""
        return self.scheme in (Scheme.CONSENT, Scheme.CLIENT)

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields of its own, the secret last."""
        return tuple(each for each in (self.account, self.secret) if each is not None)

    def header(self, settings: Mapping[str, Any], token: str) -> str:
        """Return the `Authorization` header of a request.

        Args:
            settings: the input of the connection that holds them.
            token: an access token, or the secret.
        """
        if self.scheme is not Scheme.BASIC or self.account is None:
            return f"Bearer {token}"
        pair = f"{settings.get(self.account.name, '')}:{token}"
        return f"Basic {b64encode(pair.encode()).decode()}"


AUTHORIZATION_CODE_GRANT = "Authorization code grant"
AUTHORIZATION_CODE = AuthType(
    value=AUTHORIZATION_CODE_GRANT, label=AUTHORIZATION_CODE_GRANT, scheme=Scheme.CONSENT
)
CLIENT_CREDENTIALS = AuthType(
    value="Client credentials",
    label="Client credentials",
    scheme=Scheme.CLIENT,
    instead=("client_credentials",),
)
