"""API clients with roles, projects and addresses."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0031'
down_revision = '0030'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'api_client_roles',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('endpoints', Json, nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_api_client_roles_workspace_id_workspaces')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_client_roles')),
        sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_api_client_roles_workspace_id_name')),
    )
    # A column with a reference, for which SQLite needs no new table; Alembic would make one.
    op.execute(
        'ALTER TABLE api_clients ADD COLUMN role_id INTEGER '
        'CONSTRAINT fk_api_clients_role_id_api_client_roles REFERENCES api_client_roles (id)'
    )
    op.add_column('api_clients', sa.Column('project_ids', Json, nullable=True))
    op.add_column('api_clients', sa.Column('ip_allow_list', Json, server_default='[]', nullable=False))
    op.add_column('api_clients', sa.Column('updated_at', UtcDateTime(), nullable=True))
    op.add_column('api_clients', sa.Column('token_created_at', UtcDateTime(), nullable=True))
