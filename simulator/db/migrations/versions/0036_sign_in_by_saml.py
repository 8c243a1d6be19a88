"""Sign-in by SAML, and the accounts of the sandbox's identity provider."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0036'
down_revision = '0035'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('idp_accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('normalized_email', sa.String(), nullable=False),
    sa.Column('groups', Json, nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idp_accounts')),
    sa.UniqueConstraint('normalized_email', name=op.f('uq_idp_accounts_normalized_email'))
    )
    op.create_table('idp_applications',
    sa.Column('entity_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('acs_url', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('entity_id', name=op.f('pk_idp_applications'))
    )
    op.create_table('saml_assertions',
    sa.Column('id_hash', sa.String(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_saml_assertions'))
    )
    op.create_index(op.f('ix_saml_assertions_expires_at'), 'saml_assertions', ['expires_at'], unique=False)
    op.create_table('saml_providers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('metadata_url', sa.String(), nullable=False),
    sa.Column('entity_id', sa.String(), nullable=False),
    sa.Column('sso_url', sa.String(), nullable=False),
    sa.Column('certificates', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_saml_providers_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saml_providers')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_saml_providers_workspace_id_name')),
    sqlite_autoincrement=True
    )
    op.create_table('saml_requests',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('browser_hash', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('end_user_id', sa.String(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_saml_requests_end_user_id_end_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_saml_requests_environment_id_environments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['provider_id'], ['saml_providers.id'], name=op.f('fk_saml_requests_provider_id_saml_providers'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saml_requests'))
    )
    op.create_index(op.f('ix_saml_requests_end_user_id'), 'saml_requests', ['end_user_id'], unique=False)
    op.create_index(op.f('ix_saml_requests_expires_at'), 'saml_requests', ['expires_at'], unique=False)
    op.create_table('saml_setups',
    sa.Column('environment_id', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=True),
    sa.Column('is_enabled', sa.Boolean(), nullable=False),
    sa.Column('domains', Json, nullable=False),
    sa.Column('provisions_users', sa.Boolean(), nullable=False),
    sa.Column('syncs_groups', sa.Boolean(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_saml_setups_environment_id_environments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['provider_id'], ['saml_providers.id'], name=op.f('fk_saml_setups_provider_id_saml_providers')),
    sa.PrimaryKeyConstraint('environment_id', name=op.f('pk_saml_setups'))
    )
    op.add_column('sign_ins', sa.Column('saml_provider_id', sa.Integer(), nullable=True))
