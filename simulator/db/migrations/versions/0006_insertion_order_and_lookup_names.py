"""Keys and jobs in the order of their insertion; names as people are looked up, with indexes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from simulator.db.base import UtcDateTime, normalized

revision = '0006'
down_revision = '0005'

_LOOKED_UP = (
    ('collaborators', ('email',)),
    ('end_users', ('email',)),
    ('app_users', ('login', 'email')),
)


def upgrade() -> None:
    """Bring the schema to this version."""
    _number_keys()
    _number_jobs()
    for table, columns in _LOOKED_UP:
        _normalize(table, columns)
    for table in ('collaborators', 'end_users'):
        op.create_index(op.f(f'ix_{table}_normalized_email'), table, ['normalized_email'])
    for column in ('normalized_login', 'normalized_email'):
        op.create_index(op.f(f'ix_app_users_host_{column}'), 'app_users', ['host', column])


def _number_keys() -> None:
    _number('signing_keys', sa.column('created_at'),
    sa.Column('kid', sa.String(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('private_jwk_sealed', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.UniqueConstraint('kid', name=op.f('uq_signing_keys_kid'))
    )


def _number_jobs() -> None:
    _number('jobs', sa.column('completed_at'),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('recipe_id', sa.Integer(), nullable=False),
    sa.Column('server_number', sa.Integer(), nullable=True),
    sa.Column('end_user_id', sa.String(), nullable=True),
    sa.Column('tool', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('ip_address', sa.String(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('completed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_jobs_end_user_id_end_users')),
    sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], name=op.f('fk_jobs_recipe_id_recipes')),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_jobs_server_number_mcp_servers')),
    sa.UniqueConstraint('id', name=op.f('uq_jobs_id'))
    )
    op.create_index(op.f('ix_jobs_recipe_id'), 'jobs', ['recipe_id'], unique=False)


def _number(name: str, moment: sa.ColumnClause[Any], *parts: SchemaItem) -> None:
    """Make a table that no other refers to anew, its rows numbered in the order of insertion.

    SQLite counted them (`rowid`); of PostgreSQL's rows only the moment that they name is known.
    """
    connection = op.get_bind()
    known = sa.literal_column('rowid') if connection.dialect.name == 'sqlite' else moment
    columns = [sa.column(part.name, part.type) for part in parts if isinstance(part, sa.Column)]
    rows = connection.execute(sa.select(*columns).select_from(sa.table(name)).order_by(known))
    kept = [dict(row) for row in rows.mappings()]
    op.drop_table(name)
    table = op.create_table(name,
    sa.Column('sequence', sa.Integer(), nullable=False),
    *parts,
    sa.PrimaryKeyConstraint('sequence', name=op.f(f'pk_{name}')),
    sqlite_autoincrement=True
    )
    for row in kept:  # one by one: rows that are inserted at once may be numbered in any order
        connection.execute(table.insert().values(row))


def _normalize(name: str, columns: tuple[str, ...]) -> None:
    """Add the columns in place, with a value for the rows there are (see 0004)."""
    added = [f'normalized_{column}' for column in columns]
    for column in added:
        op.add_column(name, sa.Column(column, sa.String(), nullable=False, server_default=''))
    table = sa.table(name, *(sa.column(each) for each in ('id', *columns, *added)))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).mappings().all():
        values = {f'normalized_{column}': normalized(row[column]) for column in columns}
        connection.execute(table.update().where(table.c.id == row['id']).values(values))
