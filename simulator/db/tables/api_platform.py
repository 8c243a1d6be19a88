"""The API platform: who may call the endpoints of API collections, and with which keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import LASTING_IDS, Base


class ApiPlatformClient(Base):
    """A client of API collections (Workato docs, API platform); no client of the Developer API."""

    __tablename__ = "api_platform_clients"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"))
    name: Mapped[str]
    description: Mapped[str]
    email: Mapped[str | None]
    #: `token`, `jwt`, `oauth2` or `oidc`.
    auth_type: Mapped[str]
    #: Ids of API collections.
    collection_ids: Mapped[list[Any]]
    #: What else was said of it, such as `mtls_enabled`; no secrets.
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ApiPlatformKey(Base):
    """A key of a client; its token is shown when it is made, and never again."""

    __tablename__ = "api_platform_keys"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(
        ForeignKey("api_platform_clients.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    active: Mapped[bool]
    active_since: Mapped[datetime]
    token_hash: Mapped[str] = mapped_column(unique=True)
    #: The last characters of the token, by which people know it again.
    token_end: Mapped[str]
    ip_allow_list: Mapped[list[str]]
    ip_deny_list: Mapped[list[str]]
    created_at: Mapped[datetime]
