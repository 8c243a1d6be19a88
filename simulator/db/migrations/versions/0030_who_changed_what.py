"""The activity audit log, and the client of each tool call."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0030'
down_revision = '0029'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'activity_logs',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('event_type', sa.String(), nullable=False),
        sa.Column('resource_type', sa.String(), nullable=False),
        sa.Column('resource_id', sa.String(), nullable=False),
        sa.Column('resource_name', sa.String(), nullable=False),
        sa.Column('actor_kind', sa.String(), nullable=False),
        sa.Column('actor_id', sa.String(), nullable=False),
        sa.Column('actor_name', sa.String(), nullable=False),
        sa.Column('actor_email', sa.String(), nullable=False),
        sa.Column('ip_address', sa.String(), nullable=False),
        sa.Column('user_agent', sa.String(), nullable=False),
        sa.Column('search_text', sa.String(), nullable=False),
        sa.Column('details', Json, nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_activity_logs_workspace_id_workspaces')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_logs')),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_activity_logs_newest', 'activity_logs', ['workspace_id', 'id'], unique=False)
    op.create_index('ix_activity_logs_created_at', 'activity_logs', ['created_at'], unique=False)
    op.add_column('jobs', sa.Column('client_id', sa.String(), nullable=True))
