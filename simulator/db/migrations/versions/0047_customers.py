"""Customers of embedded vendors."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0047'
down_revision = '0046'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'customers',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('external_id', sa.String(), nullable=True),
        sa.Column('notification_email', sa.String(), nullable=False),
        sa.Column('error_notification_emails', sa.String(), nullable=True),
        sa.Column('admin_notification_emails', sa.String(), nullable=True),
        sa.Column('plan_id', sa.String(), nullable=False),
        sa.Column('origin_url', sa.String(), nullable=True),
        sa.Column('frame_ancestors', sa.String(), nullable=True),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['workspaces.id'], name=op.f('fk_customers_vendor_id_workspaces')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
        sa.UniqueConstraint('vendor_id', 'external_id', name=op.f('uq_customers_vendor_id_external_id')),
    )
