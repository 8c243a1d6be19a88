"""MCP servers, their tools and the end-user groups that may use them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base
from simulator.db.tables.people import EndUserGroup
from simulator.db.tables.recipes import Recipe
from simulator.db.tables.workspaces import Environment, Project

#: `auth_type` as the Developer API names it (Workato docs, Developer API).
WORKATO_IDP = "workato_idp"
HASHED_TOKEN = "hashed_token"
LEGACY_TOKEN = "token"


class McpServer(Base):
    """A remote MCP server; `number` is the first label of its production host."""

    __tablename__ = "mcp_servers"
    __table_args__ = (Index("ix_mcp_servers_by_name", "workspace_id", "name", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    #: Of the API collection whose endpoints are its tools; None for a server of project assets.
    collection_id: Mapped[int | None]
    #: The namespace and the collection in its address (`acme/procurement-v1`); None likewise.
    collection_path: Mapped[str | None]
    #: Of the connection to the external MCP server that it is in front of; None for any other.
    proxy_connection_id: Mapped[int | None]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    #: HASHED_TOKEN (the default of a new server), LEGACY_TOKEN or WORKATO_IDP.
    auth_type: Mapped[str] = mapped_column(default=HASHED_TOKEN)
    #: Fingerprint of the one live MCP token; None when there is none.
    token_hash: Mapped[str | None]
    #: The same token, to be shown again; None unless it is a legacy one.
    token_sealed: Mapped[str | None]
    token_created_at: Mapped[datetime | None]
    #: Addresses and CIDR blocks that may call (all, when empty), and those that may not.
    ip_allow_list: Mapped[list[str]] = mapped_column(default=list)
    ip_deny_list: Mapped[list[str]] = mapped_column(default=list)
    #: Whether who authorized a parent connection may act with it as an end user of the same e-mail.
    allow_same_user_token_inheritance: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    environment: Mapped[Environment] = relationship()
    project: Mapped[Project] = relationship()
    groups: Mapped[list[EndUserGroup]] = relationship(
        secondary="server_groups", order_by=EndUserGroup.name, passive_deletes=True
    )
    tools: Mapped[list["McpTool"]] = relationship(
        back_populates="server", order_by="McpTool.position"
    )
    apps: Mapped[list["McpApp"]] = relationship(order_by="McpApp.name, McpApp.id", viewonly=True)

    @property
    def uses_workato_identity(self) -> bool:
        """Whether the access method is Workato Identity (else: token-based access)."""
        return self.auth_type == WORKATO_IDP

    @property
    def url_path(self) -> str:
        """What follows the number in its Remote MCP URL: nothing, or `/namespace/collection-v1`.

        The latter with token-based access; a server at which people sign in is named by its number
        alone (Workato MCP servers as seen live).
        """
        if self.collection_path is None or self.uses_workato_identity:
            return ""
        return f"/{self.collection_path}"

    @property
    def shows_its_token(self) -> bool:
        """Whether the MCP token is a legacy one, which stands in the Remote MCP URL."""
        return self.auth_type == LEGACY_TOKEN


class DeletedServer(Base):
    """A server that was deleted: its number is nobody else's, and history still names it."""

    __tablename__ = "deleted_servers"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    handle: Mapped[str]
    name: Mapped[str]
    #: The collaborator's e-mail address, or the name of the API client.
    deleted_by: Mapped[str]
    deleted_at: Mapped[datetime]


class McpTool(Base):
    """A recipe published as a tool of one server."""

    __tablename__ = "mcp_tools"
    __table_args__ = (
        Index("ix_mcp_tools_in_order", "server_number", "position", "id"),
        LASTING_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    server_number: Mapped[int] = mapped_column(ForeignKey("mcp_servers.number"))
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id"), index=True)
    #: The tool's name on the wire: the recipe's, non-alphanumerics turned into `_`.
    name: Mapped[str] = mapped_column(index=True)
    #: What `tools/list` returns; the recipe keeps its own description.
    description: Mapped[str]
    position: Mapped[int]
    #: The tool's own switch; see `live`.
    enabled: Mapped[bool] = mapped_column(default=True)
    #: `read_only`, `destructive`, `idempotent` and `open_world` as booleans: all four, or none.
    hints: Mapped[dict[str, Any]] = mapped_column(default=dict)

    server: Mapped[McpServer] = relationship(back_populates="tools")
    recipe: Mapped[Recipe] = relationship(lazy="joined", innerjoin=True)

    @property
    def live(self) -> bool:
        """Whether models see it and may call it: it is started, and its recipe runs."""
        return self.enabled and self.recipe.running


class McpApp(Base):
    """One HTML document that a server serves, and that clients show when a tool is called."""

    __tablename__ = "mcp_apps"
    __table_args__ = (UniqueConstraint("server_number", "slug"), LASTING_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    server_number: Mapped[int] = mapped_column(ForeignKey("mcp_servers.number", ondelete="CASCADE"))
    #: The linked tool; none opens two apps.
    tool_id: Mapped[int] = mapped_column(
        ForeignKey("mcp_tools.id", ondelete="CASCADE"), unique=True
    )
    name: Mapped[str]
    #: What its address is made of: `ui://<slug>`.
    slug: Mapped[str]
    #: Read where it is served or edited alone.
    html: Mapped[str] = mapped_column(deferred=True)
    #: Of its content security policy: directive → origins, such as those of `resourceDomains`.
    csp: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    tool: Mapped[McpTool] = relationship()

    @property
    def uri(self) -> str:
        """Where clients read it (MCP Apps: a resource of the scheme `ui`)."""
        return f"ui://{self.slug}"


class ServerGroup(Base):
    """An end-user group's access to a server."""

    __tablename__ = "server_groups"

    server_number: Mapped[int] = mapped_column(
        ForeignKey("mcp_servers.number", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(
        ForeignKey("end_user_groups.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ServerEndUser(Base):
    """One person's access to a server, without a group."""

    __tablename__ = "server_end_users"

    server_number: Mapped[int] = mapped_column(
        ForeignKey("mcp_servers.number", ondelete="CASCADE"), primary_key=True
    )
    end_user_id: Mapped[str] = mapped_column(
        ForeignKey("end_users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
