"""The connection of a proxy server to the external MCP server that it is in front of."""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('mcp_servers', sa.Column('proxy_connection_id', sa.Integer(), nullable=True))
