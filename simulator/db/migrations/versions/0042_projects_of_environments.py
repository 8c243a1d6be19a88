"""Projects that were deployed to an environment, the builds and the deployments."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0042'
down_revision = '0041'


def upgrade() -> None:
    """Bring the schema to this version."""
    # In SQL, which both databases understand: SQLite adds no constraint to a table that is there.
    op.execute(
        'ALTER TABLE projects ADD COLUMN environment_id INTEGER'
        ' CONSTRAINT fk_projects_environment_id_environments REFERENCES environments (id)'
    )
    op.create_index(op.f('ix_projects_environment_id'), 'projects', ['environment_id'], unique=False)
    op.add_column('projects', sa.Column('deployed_from_id', sa.Integer(), nullable=True))
    op.create_table(
        'project_builds',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('project_id', sa.Integer(), nullable=False),
        sa.Column('description', sa.String(), nullable=True),
        sa.Column('include_test_cases', sa.Boolean(), nullable=True),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('performed_by_name', sa.String(), nullable=False),
        sa.Column('content', sa.String(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_project_builds_workspace_id_workspaces')),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_builds_project_id_projects')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_project_builds')),
    )
    op.create_index(op.f('ix_project_builds_project_id'), 'project_builds', ['project_id'], unique=False)
    op.create_table(
        'deployments',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('project_id', sa.Integer(), nullable=False),
        sa.Column('project_build_id', sa.Integer(), nullable=False),
        sa.Column('environment_type', sa.String(), nullable=False),
        sa.Column('target_id', sa.Integer(), nullable=True),
        sa.Column('description', sa.String(), nullable=True),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('error', sa.String(), nullable=True),
        sa.Column('performed_by_name', sa.String(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_deployments_workspace_id_workspaces')),
        sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_deployments_project_id_projects')),
        sa.ForeignKeyConstraint(['project_build_id'], ['project_builds.id'], name=op.f('fk_deployments_project_build_id_project_builds')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deployments')),
    )
    op.create_index(op.f('ix_deployments_project_id'), 'deployments', ['project_id'], unique=False)
