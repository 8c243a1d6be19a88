"""Whose account a connection is, when it was last used, who began it, and why it was lost."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import UtcDateTime

revision = '0010'
down_revision = '0009'

_BY_HAND = ('Disconnected through the Developer API.',)
_SETTINGS = ("A builder changed the connection's OAuth settings.",)


def upgrade() -> None:
    """Bring the schema to this version; connections that were lost before get their cause."""
    for name in ('account', 'created_by', 'connection_lost_cause'):
        op.add_column('connections', sa.Column(name, sa.String(), nullable=True))
    op.add_column('connections', sa.Column('last_used_at', UtcDateTime(), nullable=True))
    reason = sa.column('connection_lost_reason', sa.String())
    cause = sa.column('connection_lost_cause', sa.String())
    table = sa.table('connections', reason, cause)
    for value, reasons in (('disconnected', _BY_HAND), ('settings_changed', _SETTINGS)):
        found = table.update().where(reason.in_(reasons))
        op.get_bind().execute(found.values(connection_lost_cause=value))
