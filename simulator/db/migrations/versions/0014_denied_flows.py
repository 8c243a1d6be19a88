"""Flows that a person denied say so in a column, not at the beginning of their error."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'

_PREFIX = 'access_denied: '


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column(
        'oauth_states',
        sa.Column('is_denied', sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    denied = sa.column('error', sa.String()).like(f'{_PREFIX}%')
    flows = sa.table('oauth_states', sa.column('error'), sa.column('is_denied', sa.Boolean()))
    attempts = sa.table('connection_attempts', sa.column('error'))
    op.execute(flows.update().where(denied).values(is_denied=True))
    for table in (flows, attempts):
        without = sa.func.substr(table.c.error, len(_PREFIX) + 1)
        op.execute(table.update().where(denied).values(error=without))
