"""End users with access to a server of their own, and those who lost an environment."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json

revision = '0040'
down_revision = '0039'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'environment_revocations',
        sa.Column('environment_id', sa.Integer(), nullable=False),
        sa.Column('end_user_id', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_environment_revocations_environment_id_environments'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_environment_revocations_end_user_id_end_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('environment_id', 'end_user_id', name=op.f('pk_environment_revocations')),
    )
    op.create_index(op.f('ix_environment_revocations_end_user_id'), 'environment_revocations', ['end_user_id'], unique=False)
    op.create_table(
        'server_end_users',
        sa.Column('server_number', sa.Integer(), nullable=False),
        sa.Column('end_user_id', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_server_end_users_server_number_mcp_servers'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_server_end_users_end_user_id_end_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('server_number', 'end_user_id', name=op.f('pk_server_end_users')),
    )
    op.create_index(op.f('ix_server_end_users_end_user_id'), 'server_end_users', ['end_user_id'], unique=False)
    op.add_column('saml_setups', sa.Column('provisioned_environments', Json, server_default='[]', nullable=False))
