"""What lists are searched and cut by: first names, and indexes in the order of each list."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import first_name

revision = '0020'
down_revision = '0019'

_PEOPLE = ('collaborators', 'end_users', 'app_users')


def upgrade() -> None:
    for name in _PEOPLE:
        _add_first_names(name)
        op.create_index(op.f(f'ix_{name}_first_name'), name, ['first_name'], unique=False)
        op.create_index(op.f(f'ix_{name}_name'), name, ['name'], unique=False)
    for name in _PEOPLE[:2]:
        op.create_index(f'ix_{name}_by_name', name, ['workspace_id', 'name', 'id'], unique=False)
    op.create_index('ix_app_users_normalized_email', 'app_users', ['normalized_email'], unique=False)
    op.drop_index(op.f('ix_connections_workspace_id'), 'connections')
    op.create_index('ix_connections_in_workspace', 'connections', ['workspace_id', 'parent_id', 'provider'], unique=False)
    op.create_index('ix_connections_in_environment', 'connections', ['environment_id', 'parent_id', 'id'], unique=False)
    op.drop_index(op.f('ix_mcp_servers_workspace_id'), 'mcp_servers')
    op.create_index('ix_mcp_servers_by_name', 'mcp_servers', ['workspace_id', 'name', 'number'], unique=False)
    op.drop_index(op.f('ix_mcp_tools_server_number'), 'mcp_tools')
    op.create_index('ix_mcp_tools_in_order', 'mcp_tools', ['server_number', 'position', 'id'], unique=False)
    op.create_index(op.f('ix_mcp_tools_recipe_id'), 'mcp_tools', ['recipe_id'], unique=False)
    op.create_index(op.f('ix_mcp_tools_name'), 'mcp_tools', ['name'], unique=False)


def _add_first_names(name: str) -> None:
    op.add_column(name, sa.Column('first_name', sa.String(), nullable=False, server_default=''))
    table = sa.table(name, *(sa.column(each) for each in ('id', 'name', 'first_name')))
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, table.c.name)).all()
    values = [{'row': row.id, 'first': first_name(row.name)} for row in rows]
    change = table.update().where(table.c.id == sa.bindparam('row'))
    if values:
        connection.execute(change.values(first_name=sa.bindparam('first')), values)
