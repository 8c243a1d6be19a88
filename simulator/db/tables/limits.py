"""The limits of MCP servers, and what was counted against them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base

#: The two kinds of limit, as the Limits section has them (Workato docs, MCP servers).
RATE_LIMIT = "rate_limit"
USAGE_QUOTA = "usage_quota"


class CallLimit(Base):
    """How many tool calls a server takes in an interval, all users together.

    The same row counts them, so that checking a call touches one row a limit.
    """

    __tablename__ = "mcp_call_limits"

    server_number: Mapped[int] = mapped_column(
        ForeignKey("mcp_servers.number", ondelete="CASCADE"), primary_key=True
    )
    #: RATE_LIMIT or USAGE_QUOTA.
    kind: Mapped[str] = mapped_column(primary_key=True)
    tool_calls: Mapped[int]
    #: A name of `simulator.domain.limits.INTERVALS`.
    interval: Mapped[str]
    #: When the window that is counted now began, and the calls in it; None before the first call.
    opened_at: Mapped[datetime | None]
    counted: Mapped[int] = mapped_column(default=0)
