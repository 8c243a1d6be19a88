"""Collaborators have project roles in single projects."""

import sqlalchemy as sa
from alembic import op

revision = '0056'
down_revision = '0055'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'project_grants',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('handle', sa.String(), nullable=False),
        sa.Column('project_id', sa.Integer(), nullable=False),
        sa.Column('collaborator_id', sa.Integer(), nullable=False),
        sa.Column('role_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['collaborator_id'], ['collaborators.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['role_id'], ['collaborator_roles.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('handle'),
        sa.UniqueConstraint('project_id', 'collaborator_id'),
    )
    op.create_index('ix_project_grants_collaborator_id', 'project_grants', ['collaborator_id'])
    op.create_index('ix_project_grants_role_id', 'project_grants', ['role_id'])
