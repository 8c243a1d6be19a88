"""Limits and legacy tokens of servers, hints of tools, who authorized a connection."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('mcp_call_limits',
    sa.Column('server_number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('tool_calls', sa.Integer(), nullable=False),
    sa.Column('interval', sa.String(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_mcp_call_limits_server_number_mcp_servers'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('server_number', 'kind', name=op.f('pk_mcp_call_limits'))
    )
    # Columns are added in place, with a value for the rows there are: making a table of SQLite anew
    # would take the rows that refer to it along.
    op.add_column('connections', sa.Column('authorized_by', sa.String(), nullable=True))
    op.add_column('mcp_servers', sa.Column('token_sealed', sa.String(), nullable=True))
    op.add_column('mcp_servers', sa.Column('ip_allow_list', Json, nullable=False, server_default='[]'))
    op.add_column('mcp_servers', sa.Column('ip_deny_list', Json, nullable=False, server_default='[]'))
    op.add_column('mcp_servers', sa.Column('allow_same_user_token_inheritance', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('mcp_tools', sa.Column('hints', Json, nullable=False, server_default='{}'))
