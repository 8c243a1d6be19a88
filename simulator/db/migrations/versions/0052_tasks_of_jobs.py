"""Jobs keep their tasks, recipes what their trigger picked up, customers their environments."""

import sqlalchemy as sa
from alembic import op

revision = '0052'
down_revision = '0051'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('jobs', sa.Column('tasks', sa.Integer(), nullable=True))
    op.add_column('recipes', sa.Column('picked_up', sa.String(), nullable=True))
    op.add_column('customers', sa.Column('test_id', sa.Integer(), nullable=True))
    op.add_column('customers', sa.Column('production_id', sa.Integer(), nullable=True))
