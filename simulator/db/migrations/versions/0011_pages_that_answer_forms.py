"""Pages that answer a form, kept for the browser that sent it."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('posted_pages',
    sa.Column('id_hash', sa.String(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.String(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_posted_pages'))
    )
    op.create_index(op.f('ix_posted_pages_expires_at'), 'posted_pages', ['expires_at'])
