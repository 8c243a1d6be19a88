"""Runtime user connections that a program begins: where their browser and the news of them go."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('connections', sa.Column('callback_url', sa.String(), nullable=True))
    op.add_column('connections', sa.Column('redirect_url', sa.String(), nullable=True))
    op.add_column('oauth_states', sa.Column('runtime_connection_id', sa.Integer(), nullable=True))
