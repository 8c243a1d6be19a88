"""People who were provisioned with selected environments have none that comes later."""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('end_users', sa.Column('has_selected_environments', sa.Boolean(), server_default=sa.false(), nullable=False))
