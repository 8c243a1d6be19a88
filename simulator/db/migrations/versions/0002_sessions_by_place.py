"""Sessions of MCP clients belong to the place of a server; old ones are initialized anew."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.drop_table('mcp_sessions')
    op.create_table('mcp_sessions',
    sa.Column('id_hash', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('end_user_id', sa.String(), nullable=True),
    sa.Column('capabilities', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_mcp_sessions_end_user_id_end_users')),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_mcp_sessions'))
    )
