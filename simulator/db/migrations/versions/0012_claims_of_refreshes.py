"""Who refreshes a connection at the moment, for other processes on the same database."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    """Bring the schema to this version; nobody refreshes a connection meanwhile."""
    op.add_column('connections', sa.Column('refresh_claim', sa.String(), nullable=True))
