"""Sessions: of MCP clients in the handshake era, and of people in their browsers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base, partial_index


class McpSession(Base):
    """One initialized client: bound to a server and a person, it keeps what they declared."""

    __tablename__ = "mcp_sessions"
    __table_args__ = (
        Index("ix_mcp_sessions_created_at", "created_at"),
        partial_index("ix_mcp_sessions_ended", ("ended_at",), "ended_at IS NOT NULL"),
    )

    #: Fingerprint of the `Mcp-Session-Id`.
    id_hash: Mapped[str] = mapped_column(primary_key=True)
    #: The last part of the MCP server's address: its number.
    place: Mapped[str]
    end_user_id: Mapped[str | None] = mapped_column(ForeignKey("end_users.id"))
    #: `capabilities` of the client's `initialize`.
    capabilities: Mapped[dict[str, Any]]
    #: What `initialize` agreed on; None in sessions from before this was kept.
    protocol_version: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class McpCancellation(Base):
    """A `notifications/cancelled`: it stops calls of its session and id that came before it."""

    __tablename__ = "mcp_cancellations"

    #: Grows with each; a call remembers the newest when it arrives.
    id: Mapped[int] = mapped_column(primary_key=True)
    session_hash: Mapped[str] = mapped_column(
        ForeignKey("mcp_sessions.id_hash", ondelete="CASCADE"), index=True
    )
    #: The id of the request that is cancelled, as JSON: `1` is not `"1"`.
    request_id: Mapped[str]


class SignIn(Base):
    """One browser that somebody signed in with, at one system."""

    __tablename__ = "sign_ins"

    #: Fingerprint of what the browser's cookie holds.
    id_hash: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str]
    #: The person's id at that system.
    person: Mapped[str]
    signed_in_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    #: The SAML identity provider that said who it is; None where a password did.
    saml_provider_id: Mapped[int | None]
    #: A sealed secret that no page has shown yet.
    unseen_secret: Mapped[str | None]


class PostedPage(Base):
    """What answered a form, for the browser that sent it."""

    __tablename__ = "posted_pages"

    #: Fingerprint of what its address holds.
    id_hash: Mapped[str] = mapped_column(primary_key=True)
    #: Fingerprint of the system, the browser, and who is signed in with it.
    owner: Mapped[str]
    #: Of HTTP.
    status: Mapped[int]
    #: The page's HTML.
    sealed: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
