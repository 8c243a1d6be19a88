"""Versions of recipes, and when a recipe was stopped."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0025'
down_revision = '0024'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('recipes', sa.Column('stopped_at', UtcDateTime(), nullable=True))
    op.create_table('recipe_versions',
    sa.Column('recipe_id', sa.Integer(), nullable=False),
    sa.Column('version_no', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('code', Json, nullable=False),
    sa.Column('config', Json, nullable=False),
    sa.Column('comment', sa.String(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], name=op.f('fk_recipe_versions_recipe_id_recipes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('recipe_id', 'version_no', name=op.f('pk_recipe_versions'))
    )
