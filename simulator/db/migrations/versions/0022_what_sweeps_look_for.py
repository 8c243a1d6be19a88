"""Indexes of what is swept, and of connections as their page lists them."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'

_INDEXES = (
    ('ix_oauth_states_expires_at', 'oauth_states', ['expires_at']),
    ('ix_oauth_states_attempt_id', 'oauth_states', ['attempt_id']),
    ('ix_connection_attempts_expires_at', 'connection_attempts', ['expires_at']),
    ('ix_oauth_codes_expires_at', 'oauth_codes', ['expires_at']),
    ('ix_oauth_tokens_expires_at', 'oauth_tokens', ['expires_at']),
    ('ix_oauth_tokens_of_client', 'oauth_tokens', ['provider', 'client_id']),
    ('ix_mcp_sessions_created_at', 'mcp_sessions', ['created_at']),
    ('ix_sign_ins_expires_at', 'sign_ins', ['expires_at']),
    ('ix_connections_newest', 'connections', ['workspace_id', 'id']),
)
_OF_SOME_ROWS = (
    ('ix_oauth_tokens_used', 'oauth_tokens', ['refresh_used_at'], 'refresh_used_at IS NOT NULL'),
    ('ix_oauth_tokens_revoked', 'oauth_tokens', ['revoked_at'], 'revoked_at IS NOT NULL'),
    ('ix_oauth_tokens_lone', 'oauth_tokens', ['expires_at'], 'refresh_hash IS NULL'),
    ('ix_mcp_sessions_ended', 'mcp_sessions', ['ended_at'], 'ended_at IS NOT NULL'),
    ('ix_oauth_clients_registered', 'oauth_clients', ['provider', 'id'], 'registration_token_hash IS NOT NULL'),
)


def upgrade() -> None:
    """Bring the schema to this version."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns, unique=False)
    for name, table, columns, where in _OF_SOME_ROWS:
        op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
