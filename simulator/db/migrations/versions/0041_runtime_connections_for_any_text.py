"""Runtime user connections by the text that a program knows its users by."""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('connections', sa.Column('external_id', sa.String(), nullable=True))
    op.execute('UPDATE connections SET external_id = end_user_id WHERE parent_id IS NOT NULL')
    op.drop_index('uq_connections_child', table_name='connections')
    op.create_index('ix_connections_children', 'connections', ['parent_id', 'environment_id', 'end_user_id'], unique=False)
    op.create_index('uq_connections_child', 'connections', ['external_id', 'parent_id', 'environment_id'], unique=True)
