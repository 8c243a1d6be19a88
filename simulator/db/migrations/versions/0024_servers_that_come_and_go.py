"""Servers are deleted: their numbers are not used again, and jobs outlive them."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0024'
down_revision = '0023'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('deleted_servers',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('handle', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('deleted_by', sa.String(), nullable=False),
    sa.Column('deleted_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_deleted_servers_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_deleted_servers'))
    )
    key = op.f('fk_jobs_server_number_mcp_servers')
    with op.batch_alter_table('jobs', table_kwargs={'sqlite_autoincrement': True}) as batch:
        batch.drop_constraint(key, type_='foreignkey')
