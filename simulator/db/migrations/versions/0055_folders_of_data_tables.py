"""Data tables are in folders of their projects."""

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('data_tables', sa.Column('folder_id', sa.Integer(), nullable=True))
