"""What an MCP session agreed on, and the calls that its client cancelled."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('mcp_sessions', sa.Column('protocol_version', sa.String(), nullable=True))
    op.create_table('mcp_cancellations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_hash', sa.String(), nullable=False),
    sa.Column('request_id', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['session_hash'], ['mcp_sessions.id_hash'], name=op.f('fk_mcp_cancellations_session_hash_mcp_sessions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mcp_cancellations'))
    )
    op.create_index(op.f('ix_mcp_cancellations_session_hash'), 'mcp_cancellations', ['session_hash'], unique=False)
