"""What projects hold beside recipes: folders, imported files, tables, properties; packages."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0017'
down_revision = '0016'


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('data_tables',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('columns', Json, nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_data_tables_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_data_tables_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_tables'))
    )
    op.create_index(op.f('ix_data_tables_name'), 'data_tables', ['name'], unique=False)
    op.create_index(op.f('ix_data_tables_workspace_id'), 'data_tables', ['workspace_id'], unique=False)
    op.create_table('export_manifests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('zip_names', Json, nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.Column('last_exported_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_export_manifests_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_export_manifests_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_manifests'))
    )
    op.create_table('folders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_folders_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_folders')),
    sa.UniqueConstraint('project_id', 'path', name=op.f('uq_folders_project_id_path'))
    )
    op.create_table('lookup_tables',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('columns', Json, nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_lookup_tables_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_lookup_tables_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lookup_tables'))
    )
    op.create_index(op.f('ix_lookup_tables_name'), 'lookup_tables', ['name'], unique=False)
    op.create_index(op.f('ix_lookup_tables_workspace_id'), 'lookup_tables', ['workspace_id'], unique=False)
    op.create_table('properties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_properties_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_properties_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_properties')),
    sa.UniqueConstraint('workspace_id', 'project_id', 'name', name=op.f('uq_properties_workspace_id_project_id_name'))
    )
    op.create_table('data_records',
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=False),
    sa.Column('fields', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['table_id'], ['data_tables.id'], name=op.f('fk_data_records_table_id_data_tables'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_data_records')),
    sa.UniqueConstraint('id', name=op.f('uq_data_records_id'))
    )
    op.create_index(op.f('ix_data_records_table_id'), 'data_records', ['table_id'], unique=False)
    op.create_table('lookup_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('table_id', sa.Integer(), nullable=False),
    sa.Column('fields', Json, nullable=False),
    sa.ForeignKeyConstraint(['table_id'], ['lookup_tables.id'], name=op.f('fk_lookup_entries_table_id_lookup_tables'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lookup_entries'))
    )
    op.create_index(op.f('ix_lookup_entries_table_id'), 'lookup_entries', ['table_id'], unique=False)
    op.create_table('package_assets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('zip_name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('document', Json, nullable=True),
    sa.Column('content', sa.String(), nullable=True),
    sa.Column('recipe_id', sa.Integer(), nullable=True),
    sa.Column('connection_id', sa.Integer(), nullable=True),
    sa.Column('server_number', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['connection_id'], ['connections.id'], name=op.f('fk_package_assets_connection_id_connections'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_package_assets_project_id_projects')),
    sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], name=op.f('fk_package_assets_recipe_id_recipes')),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_package_assets_server_number_mcp_servers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_package_assets')),
    sa.UniqueConstraint('project_id', 'zip_name', name=op.f('uq_package_assets_project_id_zip_name'))
    )
    op.create_index(op.f('ix_package_assets_connection_id'), 'package_assets', ['connection_id'], unique=False)
    op.create_index('ix_package_assets_kind', 'package_assets', ['project_id', 'kind'], unique=False)
    op.create_index(op.f('ix_package_assets_recipe_id'), 'package_assets', ['recipe_id'], unique=False)
    op.create_index(op.f('ix_package_assets_server_number'), 'package_assets', ['server_number'], unique=False)
    op.create_table('packages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('operation', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('manifest_id', sa.Integer(), nullable=True),
    sa.Column('recipe_status', Json, nullable=False),
    sa.Column('content', sa.String(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['manifest_id'], ['export_manifests.id'], name=op.f('fk_packages_manifest_id_export_manifests')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_packages_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packages'))
    )
