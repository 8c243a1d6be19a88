"""Calls of recipe functions are counted while they are under way."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0057'
down_revision = '0056'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'function_calls',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('recipe_id', sa.Integer(), nullable=False),
        sa.Column('deadline', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_function_calls_recipe_id', 'function_calls', ['recipe_id'])
    op.create_index('ix_function_calls_deadline', 'function_calls', ['deadline'])
