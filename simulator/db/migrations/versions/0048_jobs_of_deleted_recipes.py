"""Jobs outlive their recipe, and name it still."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0048'
down_revision = '0047'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'deleted_recipes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('project_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('deleted_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_deleted_recipes_workspace_id_workspaces')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deleted_recipes')),
    )
    op.create_index(op.f('ix_deleted_recipes_workspace_id'), 'deleted_recipes', ['workspace_id'], unique=False)
    with op.batch_alter_table('jobs', table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('recipe_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('deleted_recipe_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f('fk_jobs_deleted_recipe_id_deleted_recipes'), 'deleted_recipes', ['deleted_recipe_id'], ['id']
        )
