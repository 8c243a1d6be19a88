"""A consent's time was never read."""

from alembic import op

revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.drop_column('oauth_consents', 'granted_at')
