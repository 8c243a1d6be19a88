"""What an app's instance does with used refresh tokens can be set."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('app_instances', sa.Column('refresh_policy', sa.String(), nullable=True))
    op.add_column('app_instances', sa.Column('refresh_leeway', sa.Integer(), nullable=True))
