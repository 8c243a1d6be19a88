"""Sessions of MCP clients in the handshake era."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class McpSession(Base):
    """One initialized client: bound to a server and a person, it remembers what she declared."""

    __tablename__ = "mcp_sessions"

    #: Fingerprint of the `Mcp-Session-Id`.
    id_hash: Mapped[str] = mapped_column(primary_key=True)
    #: The last part of the MCP server's address: its number.
    place: Mapped[str]
    end_user_id: Mapped[str | None] = mapped_column(ForeignKey("end_users.id"))
    #: `capabilities` of the client's `initialize`.
    capabilities: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
