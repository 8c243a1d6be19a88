"""API clients of the Developer API, and their quotas."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('api_clients',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_api_clients_environment_id_environments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_clients')),
    sa.UniqueConstraint('environment_id', 'name', name=op.f('uq_api_clients_environment_id_name')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_clients_token_hash'))
    )
    op.create_index(op.f('ix_api_clients_environment_id'), 'api_clients', ['environment_id'], unique=False)
    op.create_table('api_windows',
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('quota', sa.String(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['api_clients.id'], name=op.f('fk_api_windows_client_id_api_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('client_id', 'quota', name=op.f('pk_api_windows'))
    )
