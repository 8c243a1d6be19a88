"""Faults, and the processes that serve a database, are known to all of them."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'planted_faults',
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('token', sa.String(), nullable=False),
        sa.Column('attributes', Json, nullable=False),
        sa.Column('hits', sa.Integer(), nullable=False),
        sa.Column('step_hits', Json, nullable=False),
        sa.Column('draws', sa.Integer(), nullable=False),
        sa.Column('cleared', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_planted_faults')),
    )
    op.create_table(
        'serving_processes',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('pid', sa.Integer(), nullable=False),
        sa.Column('machine', sa.String(), nullable=False),
        sa.Column('control', sa.String(), nullable=False),
        sa.Column('seen_at', UtcDateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_serving_processes')),
    )
