"""Custom OAuth profiles, and connections that have one instead of a client of their own."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0050'
down_revision = '0049'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        'custom_oauth_profiles',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.Column('provider', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('client_id', sa.String(), nullable=False),
        sa.Column('client_secret_sealed', sa.String(), nullable=False),
        sa.Column('verification_token_sealed', sa.String(), nullable=True),
        sa.Column('created_at', UtcDateTime(), nullable=False),
        sa.Column('updated_at', UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_custom_oauth_profiles_workspace_id_workspaces')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_oauth_profiles')),
    )
    op.create_index(op.f('ix_custom_oauth_profiles_workspace_id'), 'custom_oauth_profiles', ['workspace_id'])
    op.create_table(
        'custom_oauth_profile_assignments',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('profile_id', sa.Integer(), nullable=False),
        sa.Column('workspace_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['profile_id'], ['custom_oauth_profiles.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('profile_id', 'workspace_id'),
    )
    op.create_index('ix_custom_oauth_profile_assignments_workspace_id', 'custom_oauth_profile_assignments', ['workspace_id'])
    # In SQL, which both databases understand: SQLite adds no constraint to a table that is there.
    op.execute(
        'ALTER TABLE connections ADD COLUMN custom_oauth_profile_id INTEGER'
        ' CONSTRAINT fk_connections_custom_oauth_profile_id_custom_oauth_profiles'
        ' REFERENCES custom_oauth_profiles (id)'
    )
    op.create_index(op.f('ix_connections_custom_oauth_profile_id'), 'connections', ['custom_oauth_profile_id'])
