"""Sign-ins that can be ended, and where a consent's page said that the answer goes.

Whoever was signed in signs in again, and every consent is asked for once more: neither says enough
of itself.
"""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('sign_ins',
    sa.Column('id_hash', sa.String(), nullable=False),
    sa.Column('system', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('signed_in_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('unseen_secret', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_sign_ins'))
    )
    op.add_column('oauth_consents', sa.Column('redirect_hosts', Json, nullable=False, server_default='[]'))
