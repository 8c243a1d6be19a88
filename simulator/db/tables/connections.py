"""Connections: parents made by builders, children made by end users, and flows under way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base
from simulator.db.tables.oauth_profiles import CustomOAuthProfile
from simulator.db.tables.people import EndUser
from simulator.db.tables.workspaces import Project


class ConnectionStatus(StrEnum):
    """How a connection stands; the values are what pages show."""

    CONNECTED = "Connected"
    #: Tokens were given up on purpose.
    DISCONNECTED = "Disconnected"
    #: The app refuses the tokens or the client.
    LOST = "Connection lost"
    #: The first authorization was denied or refused.
    FAILED = "Not connected: failed"
    #: Never authorized.
    UNFINISHED = "Not connected"


#: `authorization_status` of a connection that was not authorized: refused, or not answered.
REFUSED = FAILED, EXCEPTION = "failed", "exception"


class LostCause(StrEnum):
    """Why a connection is lost."""

    DISCONNECTED = "disconnected"
    SETTINGS_CHANGED = "settings_changed"
    #: The app has no such OAuth client any more.
    CLIENT_DELETED = "client_deleted"
    #: The app knows the client and refuses its secret.
    WRONG_SECRET = "wrong_secret"
    #: The app knows the client, which may not use this grant any more.
    CLIENT_CHANGED = "client_changed"
    #: The person, or an admin of the app, took back what was granted.
    GRANT_REVOKED = "grant_revoked"
    #: The access token expired, and there is no refresh token.
    EXPIRED = "expired"
    #: The app refuses an access token that it has just issued.
    TOKEN_REFUSED = "token_refused"

    @property
    def is_the_clients(self) -> bool:
        """Whether the builder's OAuth client is refused, and so everybody who depends on it."""
        return self in (LostCause.CLIENT_DELETED, LostCause.WRONG_SECRET, LostCause.CLIENT_CHANGED)


class Connection(Base):
    """A connection to an app.

    A builder's connection has no parent. A runtime user connection (child) has one and inherits its
    OAuth settings; its key is (parent, environment, who it is for) (Workato docs, verified user
    access).
    """

    __tablename__ = "connections"
    __table_args__ = (
        Index("ix_connections_newest", "workspace_id", "id"),
        Index("ix_connections_in_workspace", "workspace_id", "parent_id", "provider"),
        Index("ix_connections_in_environment", "environment_id", "parent_id", "id"),
        Index("ix_connections_children", "parent_id", "environment_id", "end_user_id"),
        Index(
            "uq_connections_child",
            "external_id",
            "parent_id",
            "environment_id",
            unique=True,
        ),
        LASTING_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id"))
    provider: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("connections.id"))
    #: Of a child: the end user who acts with it in MCP tools; None for somebody whom a program
    #: knows by another name.
    end_user_id: Mapped[str | None] = mapped_column(ForeignKey("end_users.id"), index=True)
    #: In the Developer API: of a child, whom it is for: the end user's id, or a program's text; of
    #: any other, what a program calls it.
    external_id: Mapped[str | None]
    #: What the form asked for, secrets aside: auth_type, client_id, host, scopes (list) …
    input: Mapped[dict[str, Any]]
    client_secret_sealed: Mapped[str | None]
    #: Whose OAuth client it has instead of one of its own.
    custom_oauth_profile_id: Mapped[int | None] = mapped_column(
        ForeignKey("custom_oauth_profiles.id"), index=True
    )
    access_token_sealed: Mapped[str | None]
    refresh_token_sealed: Mapped[str | None]
    token_expires_at: Mapped[datetime | None]
    #: Of whoever refreshes the tokens at the moment; see `simulator.domain.refresh_claims`.
    refresh_claim: Mapped[str | None]
    #: `success`, `failed` where the app refused, `exception` where it did not answer (our choice of
    #: what it means), or None before the first authorization (Workato docs, connections).
    authorization_status: Mapped[str | None]
    authorization_error: Mapped[str | None]
    authorized_at: Mapped[datetime | None]
    #: E-mail of the collaborator who authorized a builder's connection, where it is known.
    authorized_by: Mapped[str | None]
    #: The account in the app that the tokens belong to; None if the app did not say.
    account: Mapped[str | None]
    #: Where the app's API takes the tokens; None where that is the host of the settings.
    api_url: Mapped[str | None]
    #: When the tokens were last handed out for a call; exact to a minute, so that it costs little.
    last_used_at: Mapped[datetime | None]
    #: E-mail of the collaborator who began a builder's connection, where it is known.
    created_by: Mapped[str | None]
    connection_lost_at: Mapped[datetime | None]
    #: Why, for those who build and administer.
    connection_lost_reason: Mapped[str | None]
    #: Why, for programs: a `LostCause`.
    connection_lost_cause: Mapped[str | None]
    #: Where a program that began a child wants to hear of its tokens, and the browser to end up.
    callback_url: Mapped[str | None]
    redirect_url: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    parent: Mapped["Connection | None"] = relationship(remote_side="Connection.id")
    project: Mapped[Project] = relationship()
    custom_oauth_profile: Mapped[CustomOAuthProfile | None] = relationship()
    end_user: Mapped[EndUser | None] = relationship()

    @property
    def owner_name(self) -> str:
        """Whom a child is for, as people read it; empty for a builder's connection."""
        return self.end_user.name if self.end_user else self.external_id or ""

    @property
    def connected(self) -> bool:
        """Whether the connection was authorized and not lost since."""
        return self.authorization_status == "success" and self.connection_lost_at is None

    @property
    def status(self) -> ConnectionStatus:
        """How the connection stands."""
        if self.connected:
            return ConnectionStatus.CONNECTED
        if self.connection_lost_cause == LostCause.DISCONNECTED:
            return ConnectionStatus.DISCONNECTED
        if self.connection_lost_at is not None:
            return ConnectionStatus.LOST
        if self.authorization_status in REFUSED:
            return ConnectionStatus.FAILED
        return ConnectionStatus.UNFINISHED


class AttemptStatus(StrEnum):
    """How a connection attempt stands."""

    PENDING = "pending"
    #: Every connection that it is about was stored.
    DONE = "done"
    #: The person did not allow it at the app.
    DENIED = "denied"
    #: The app, or Workato, could not do it.
    FAILED = "failed"
    #: Given up before the app was asked for anything.
    CANCELLED = "cancelled"


class ConnectionAttempt(Base):
    """A setup link: one person's way through the consents that a tool needs."""

    __tablename__ = "connection_attempts"
    __table_args__ = (Index("ix_connection_attempts_expires_at", "expires_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    #: Fingerprint of the secret in the link.
    link_hash: Mapped[str] = mapped_column(unique=True)
    server_number: Mapped[int] = mapped_column(ForeignKey("mcp_servers.number"))
    end_user_id: Mapped[str] = mapped_column(ForeignKey("end_users.id"), index=True)
    tool: Mapped[str]
    #: Ids of the parent connections to be authorized, in order.
    parent_ids: Mapped[list[Any]]
    #: An `AttemptStatus`.
    status: Mapped[str] = mapped_column(default=AttemptStatus.PENDING.value)
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    @property
    def is_pending(self) -> bool:
        """Whether its link still leads on, unless it has expired."""
        return self.status == AttemptStatus.PENDING


class OAuthState(Base):
    """One flow of a browser to an app's consent page and back; `state` is used once."""

    __tablename__ = "oauth_states"
    __table_args__ = (
        Index("ix_oauth_states_expires_at", "expires_at"),
        Index("ix_oauth_states_attempt_id", "attempt_id"),
    )

    #: Fingerprint of the `state` parameter.
    state_hash: Mapped[str] = mapped_column(primary_key=True)
    #: The connection being authorized: a builder's own, or the parent of a child to be.
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    #: Who started it: exactly one of the three is set; the last one for a program, which began
    #: this child; it goes with it.
    collaborator_id: Mapped[int | None] = mapped_column(ForeignKey("collaborators.id"))
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("connection_attempts.id"))
    runtime_connection_id: Mapped[int | None]
    #: For a builder: the recipe and step that the editor shows again.
    recipe_id: Mapped[int | None] = mapped_column(ForeignKey("recipes.id"))
    step: Mapped[int | None]
    #: What came back, until it is exchanged: the code (sealed) or the error.
    code_sealed: Mapped[str | None]
    error: Mapped[str | None]
    #: Whether that error is the person's own no (RFC 6749 §4.1.2.1, `access_denied`).
    is_denied: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: Fingerprint of the completion token of the browser that came back; the column keeps the
    #: name it had before.
    completion_token_hash: Mapped[str | None] = mapped_column("ticket_hash", unique=True)
    #: When the browser came back, and when the completion token was redeemed.
    returned_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
