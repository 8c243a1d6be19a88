"""Each entry of a lookup table has times of its own; those of before have their table's."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0044'
down_revision = '0043'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('lookup_entries', sa.Column('created_at', UtcDateTime(), nullable=True))
    op.add_column('lookup_entries', sa.Column('updated_at', UtcDateTime(), nullable=True))
    op.execute(
        'UPDATE lookup_entries SET '
        'created_at = (SELECT created_at FROM lookup_tables WHERE id = lookup_entries.table_id), '
        'updated_at = (SELECT created_at FROM lookup_tables WHERE id = lookup_entries.table_id)'
    )
