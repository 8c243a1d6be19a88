"""Jobs that take long are seen while they run, and cancelled."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0054'
down_revision = '0053'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'running_jobs',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('recipe_id', sa.Integer(), nullable=False),
        sa.Column('end_user_id', sa.String(), nullable=True),
        sa.Column('tool', sa.String(), nullable=False),
        sa.Column('started_at', UtcDateTime(), nullable=False),
        sa.Column('deadline', UtcDateTime(), nullable=False),
        sa.Column('is_cancelled', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_running_jobs_recipe_id', 'running_jobs', ['recipe_id'])
    op.create_index('ix_running_jobs_deadline', 'running_jobs', ['deadline'])
