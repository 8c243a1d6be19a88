"""Documents of clients, failed sign-ins, granted scopes; a seal is bound to its purpose."""

import base64

import sqlalchemy as sa
from alembic import context, op
from cryptography.fernet import Fernet, InvalidToken

from simulator.db.base import Json, UtcDateTime
from simulator.crypto import Keys, Purpose, SealError

revision = '0003'
down_revision = '0002'

_SEALED = (
    ('signing_keys', 'kid', 'private_jwk_sealed', Purpose.SIGNING_KEY),
    ('oauth_clients', 'id', 'secret_sealed', Purpose.OAUTH_CLIENT_SECRET),
    ('connections', 'id', 'client_secret_sealed', Purpose.CONNECTION_CLIENT_SECRET),
    ('connections', 'id', 'access_token_sealed', Purpose.CONNECTION_ACCESS_TOKEN),
    ('connections', 'id', 'refresh_token_sealed', Purpose.CONNECTION_REFRESH_TOKEN),
    ('oauth_states', 'state_hash', 'code_sealed', Purpose.CALLBACK_CODE),
)


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('client_documents',
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('document', Json, nullable=False),
    sa.Column('fresh_until', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('url', name=op.f('pk_client_documents'))
    )
    op.create_table('failed_sign_ins',
    sa.Column('email_hash', sa.String(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('locked_until', UtcDateTime(), nullable=True),
    sa.Column('forgotten_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('email_hash', name=op.f('pk_failed_sign_ins'))
    )
    # Never by copying the table: dropping the old one would cascade into the group members.
    with op.batch_alter_table('end_users', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('locked_until')
        batch_op.drop_column('failed_sign_ins')

    with op.batch_alter_table('oauth_clients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('registration_token_hash', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('default_resource', sa.String(), nullable=True))

    with op.batch_alter_table('oauth_tokens', schema=None) as batch_op:
        batch_op.add_column(sa.Column('granted_scope', sa.String(), nullable=False, server_default=''))
    op.execute("UPDATE oauth_tokens SET granted_scope = scope")
    _bind_seals(context.config.attributes['keys'])


def _bind_seals(keys: Keys) -> None:
    """Seal anew for its purpose what version 0001 sealed with one key for all."""
    old = Fernet(base64.urlsafe_b64encode(keys.derive('at-rest')))
    connection = op.get_bind()
    for name, key, column, purpose in _SEALED:
        table = sa.table(name, sa.column(key), sa.column(column))
        sealed = sa.select(table.c[key], table.c[column]).where(table.c[column].is_not(None))
        for row_key, text in connection.execute(sealed).all():
            try:
                secret = old.decrypt(text.encode()).decode()
            except InvalidToken:
                raise SealError from None
            again = {column: keys.seal(purpose, secret)}
            connection.execute(table.update().where(table.c[key] == row_key).values(again))
