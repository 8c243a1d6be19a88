"""Tags, clients of API collections, and how programs name data tables."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime
from simulator.randomness import Randomness

revision = '0028'
down_revision = '0027'

_TABLES = sa.table('data_tables', sa.column('id', sa.Integer), sa.column('handle', sa.String))


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('tags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('handle', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('color', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_tags_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('handle', name=op.f('uq_tags_handle'))
    )
    op.create_index(op.f('ix_tags_workspace_id'), 'tags', ['workspace_id'], unique=False)
    op.create_table('tag_assignments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('recipe_id', sa.Integer(), nullable=True),
    sa.Column('connection_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['connection_id'], ['connections.id'], name=op.f('fk_tag_assignments_connection_id_connections'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], name=op.f('fk_tag_assignments_recipe_id_recipes'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_tag_assignments_tag_id_tags'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag_assignments')),
    sa.UniqueConstraint('tag_id', 'connection_id', name=op.f('uq_tag_assignments_tag_id_connection_id')),
    sa.UniqueConstraint('tag_id', 'recipe_id', name=op.f('uq_tag_assignments_tag_id_recipe_id'))
    )
    op.create_index(op.f('ix_tag_assignments_connection_id'), 'tag_assignments', ['connection_id'], unique=False)
    op.create_index(op.f('ix_tag_assignments_recipe_id'), 'tag_assignments', ['recipe_id'], unique=False)
    op.create_table('api_platform_clients',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('auth_type', sa.String(), nullable=False),
    sa.Column('collection_ids', Json, nullable=False),
    sa.Column('settings', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_api_platform_clients_project_id_projects'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_api_platform_clients_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_platform_clients'))
    )
    op.create_index(op.f('ix_api_platform_clients_workspace_id'), 'api_platform_clients', ['workspace_id'], unique=False)
    op.create_table('api_platform_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('active_since', UtcDateTime(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('token_end', sa.String(), nullable=False),
    sa.Column('ip_allow_list', Json, nullable=False),
    sa.Column('ip_deny_list', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['api_platform_clients.id'], name=op.f('fk_api_platform_keys_client_id_api_platform_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_platform_keys')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_platform_keys_token_hash'))
    )
    op.create_index(op.f('ix_api_platform_keys_client_id'), 'api_platform_keys', ['client_id'], unique=False)
    for table in ('lookup_tables', 'data_tables'):
        op.add_column(table, sa.Column('created_at', UtcDateTime(), nullable=True))
        op.add_column(table, sa.Column('updated_at', UtcDateTime(), nullable=True))
    op.add_column('data_tables', sa.Column('handle', sa.String(), nullable=True))
    connection, randomness = op.get_bind(), Randomness()
    for number in connection.scalars(sa.select(_TABLES.c.id)).all():
        own = sa.update(_TABLES).where(_TABLES.c.id == number)
        connection.execute(own.values(handle=randomness.uuid('data table')))
    with op.batch_alter_table('data_tables') as batch:
        batch.alter_column('handle', nullable=False)
        batch.create_unique_constraint(op.f('uq_data_tables_handle'), ['handle'])
