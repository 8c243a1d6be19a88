"""What an OAuth provider keeps; each row belongs to one provider (such as one Coupa)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base, partial_index


class OAuthClient(Base):
    """A registered client (RFC 6749 §2, RFC 7591)."""

    __tablename__ = "oauth_clients"
    __table_args__ = (
        UniqueConstraint("provider", "client_id"),
        partial_index(
            "ix_oauth_clients_registered",
            ("provider", "id"),
            "registration_token_hash IS NOT NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The provider's system name: `identity` or `app:acme.coupacloud.com`.
    provider: Mapped[str]
    client_id: Mapped[str]
    secret_sealed: Mapped[str | None]
    name: Mapped[str]
    redirect_uris: Mapped[list[str]]
    grant_types: Mapped[list[str]]
    scopes: Mapped[list[str]]
    #: `none`, `client_secret_basic` or `client_secret_post` (the last two are interchangeable).
    token_endpoint_auth_method: Mapped[str]
    #: Further registered metadata, echoed as it came.
    client_metadata: Mapped[dict[str, Any]]
    #: Fingerprint of the token that manages the registration (RFC 7592); None: nobody does.
    registration_token_hash: Mapped[str | None]
    #: The resource of requests that name none (RFC 8707): where the client registered.
    default_resource: Mapped[str | None]
    created_at: Mapped[datetime]


class ClientDocument(Base):
    """A client ID metadata document as it was fetched, until it has to be fetched again."""

    __tablename__ = "client_documents"

    #: Its address, which is the `client_id`.
    url: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    fresh_until: Mapped[datetime] = mapped_column(index=True)


class OAuthCode(Base):
    """An authorization code: single use; a replay revokes what was issued from it."""

    __tablename__ = "oauth_codes"
    __table_args__ = (Index("ix_oauth_codes_expires_at", "expires_at"),)

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str]
    client_id: Mapped[str]
    subject: Mapped[str]
    redirect_uri: Mapped[str | None]
    scope: Mapped[str]
    nonce: Mapped[str | None]
    code_challenge: Mapped[str | None]
    code_challenge_method: Mapped[str | None]
    #: RFC 8707 resource that the tokens will be for.
    resource: Mapped[str | None]
    auth_time: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthToken(Base):
    """An access token and its refresh token; a family shares the code they came from."""

    __tablename__ = "oauth_tokens"
    #: But for the last two, each is of few rows: those that a sweep deletes.
    __table_args__ = (
        partial_index("ix_oauth_tokens_used", ("refresh_used_at",), "refresh_used_at IS NOT NULL"),
        partial_index("ix_oauth_tokens_revoked", ("revoked_at",), "revoked_at IS NOT NULL"),
        partial_index("ix_oauth_tokens_lone", ("expires_at",), "refresh_hash IS NULL"),
        Index("ix_oauth_tokens_expires_at", "expires_at"),
        Index("ix_oauth_tokens_of_client", "provider", "client_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    client_id: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    #: Of the access token; a refresh may ask for less than was granted.
    scope: Mapped[str]
    #: What the person granted: the scope of the refresh token.
    granted_scope: Mapped[str]
    resource: Mapped[str | None]
    #: Fingerprint of the code the family began with.
    family: Mapped[str] = mapped_column(index=True)
    access_hash: Mapped[str] = mapped_column(unique=True)
    refresh_hash: Mapped[str | None] = mapped_column(unique=True)
    auth_time: Mapped[datetime]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    refresh_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OAuthConsent(Base):
    """A person's remembered consent for a client."""

    __tablename__ = "oauth_consents"
    __table_args__ = (UniqueConstraint("provider", "client_id", "subject", "resource"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str]
    client_id: Mapped[str]
    subject: Mapped[str]
    #: The RFC 8707 resource that the consent page named; empty for sign-in alone.
    resource: Mapped[str]
    scope: Mapped[str]
    #: Where a page said that the answer goes: hosts with their ports, or whole URIs of apps.
    redirect_hosts: Mapped[list[str]]


class SigningKey(Base):
    """A provider's key for signing tokens; the last one added signs, the others still verify."""

    __tablename__ = "signing_keys"
    __table_args__ = {"sqlite_autoincrement": True}

    #: In the order of insertion: the simulated time of two keys may be the same, or go backwards.
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str]
    private_jwk_sealed: Mapped[str]
    created_at: Mapped[datetime]
