"""Workspaces have roles of their own, and collaborators one in each environment."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0051'
down_revision = '0050'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'collaborator_roles',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('handle', sa.String(), server_default='', nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('privileges', Json, nullable=False),
        sa.Column('project_ids', Json, nullable=True),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('workspace_id', 'kind', 'name'),
    )
    op.create_table(
        'roles_in_environments',
        sa.Column('collaborator_id', sa.Integer(), nullable=False),
        sa.Column('environment_id', sa.Integer(), nullable=False),
        sa.Column('system_role', sa.String(), nullable=False),
        sa.Column('role_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['collaborator_id'], ['collaborators.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['role_id'], ['collaborator_roles.id']),
        sa.PrimaryKeyConstraint('collaborator_id', 'environment_id'),
    )
    op.create_index(
        'ix_roles_in_environments_environment_id', 'roles_in_environments', ['environment_id']
    )
    op.create_index('ix_roles_in_environments_role_id', 'roles_in_environments', ['role_id'])
