"""MCP servers made from an API collection remember which."""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('mcp_servers', sa.Column('collection_id', sa.Integer(), nullable=True))
