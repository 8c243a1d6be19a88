"""MCP servers have apps: pages that clients show for a tool."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0060'
down_revision = '0059'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'mcp_apps',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('server_number', sa.Integer(), nullable=False),
        sa.Column('tool_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('slug', sa.String(), nullable=False),
        sa.Column('html', sa.String(), nullable=False),
        sa.Column('csp', Json, nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['tool_id'], ['mcp_tools.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('server_number', 'slug'),
        sa.UniqueConstraint('tool_id'),
        sqlite_autoincrement=True,
    )
