"""Recipes have test cases, which are run on request; builds bring them along."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0049'
down_revision = '0048'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'recipe_test_cases',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('handle', sa.String(), nullable=False),
        sa.Column('recipe_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('event', sa.JSON(), nullable=False),
        sa.Column('mocks', sa.JSON(), nullable=False),
        sa.Column('checks', sa.JSON(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('handle'),
    )
    op.create_index('ix_recipe_test_cases_recipe_id', 'recipe_test_cases', ['recipe_id'])
    op.create_table(
        'run_requests',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('handle', sa.String(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('steps', sa.Integer(), nullable=False),
        sa.Column('performed', sa.Integer(), nullable=False),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('handle'),
    )
    op.create_table(
        'case_results',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('request_id', sa.Integer(), nullable=False),
        sa.Column('recipe_id', sa.Integer(), nullable=False),
        sa.Column('case_handle', sa.String(), nullable=False),
        sa.Column('case_name', sa.String(), nullable=False),
        sa.Column('job_id', sa.String(), nullable=True),
        sa.Column('succeeded', sa.Boolean(), nullable=False),
        sa.Column('mistakes', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['request_id'], ['run_requests.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_case_results_recipe_id', 'case_results', ['recipe_id'])
    op.create_index('ix_case_results_request_id', 'case_results', ['request_id'])
    op.add_column(
        'project_builds',
        sa.Column('test_cases', sa.JSON(), server_default='[]', nullable=False),
    )
