"""The first schema."""

import sqlalchemy as sa
from alembic import op

from simulator.db.base import Json, UtcDateTime

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table('app_instances',
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_app_instances'))
    )
    op.create_table('oauth_clients',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('secret_sealed', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('redirect_uris', Json, nullable=False),
    sa.Column('grant_types', Json, nullable=False),
    sa.Column('scopes', Json, nullable=False),
    sa.Column('token_endpoint_auth_method', sa.String(), nullable=False),
    sa.Column('client_metadata', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth_clients')),
    sa.UniqueConstraint('provider', 'client_id', name=op.f('uq_oauth_clients_provider_client_id'))
    )
    op.create_table('oauth_codes',
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('redirect_uri', sa.String(), nullable=True),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=True),
    sa.Column('code_challenge', sa.String(), nullable=True),
    sa.Column('code_challenge_method', sa.String(), nullable=True),
    sa.Column('resource', sa.String(), nullable=True),
    sa.Column('auth_time', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_oauth_codes'))
    )
    op.create_table('oauth_consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('resource', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('granted_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth_consents')),
    sa.UniqueConstraint('provider', 'client_id', 'subject', 'resource', name=op.f('uq_oauth_consents_provider_client_id_subject_resource'))
    )
    op.create_table('oauth_tokens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('resource', sa.String(), nullable=True),
    sa.Column('family', sa.String(), nullable=False),
    sa.Column('access_hash', sa.String(), nullable=False),
    sa.Column('refresh_hash', sa.String(), nullable=True),
    sa.Column('auth_time', UtcDateTime(), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('refresh_used_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth_tokens')),
    sa.UniqueConstraint('access_hash', name=op.f('uq_oauth_tokens_access_hash')),
    sa.UniqueConstraint('refresh_hash', name=op.f('uq_oauth_tokens_refresh_hash'))
    )
    with op.batch_alter_table('oauth_tokens', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_oauth_tokens_family'), ['family'], unique=False)
        batch_op.create_index(batch_op.f('ix_oauth_tokens_subject'), ['subject'], unique=False)

    op.create_table('sandbox_facts',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_sandbox_facts'))
    )
    op.create_table('signing_keys',
    sa.Column('kid', sa.String(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('private_jwk_sealed', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('kid', name=op.f('pk_signing_keys'))
    )
    op.create_table('workspaces',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workspaces'))
    )
    op.create_table('app_users',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('login', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['host'], ['app_instances.host'], name=op.f('fk_app_users_host_app_instances')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_app_users')),
    sa.UniqueConstraint('host', 'login', name=op.f('uq_app_users_host_login'))
    )
    op.create_table('collaborators',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_collaborators_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collaborators')),
    sa.UniqueConstraint('workspace_id', 'email', name=op.f('uq_collaborators_workspace_id_email'))
    )
    with op.batch_alter_table('collaborators', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collaborators_email'), ['email'], unique=False)

    op.create_table('end_users',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('failed_sign_ins', sa.Integer(), nullable=False),
    sa.Column('locked_until', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_end_users_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_end_users')),
    sa.UniqueConstraint('workspace_id', 'email', name=op.f('uq_end_users_workspace_id_email'))
    )
    with op.batch_alter_table('end_users', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_end_users_email'), ['email'], unique=False)

    op.create_table('environments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_environments_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_environments')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_environments_workspace_id_name'))
    )
    with op.batch_alter_table('environments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_environments_workspace_id'), ['workspace_id'], unique=False)

    op.create_table('projects',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_projects_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_projects')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_projects_workspace_id_name'))
    )
    with op.batch_alter_table('projects', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_projects_workspace_id'), ['workspace_id'], unique=False)

    op.create_table('connections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('end_user_id', sa.String(), nullable=True),
    sa.Column('input', Json, nullable=False),
    sa.Column('client_secret_sealed', sa.String(), nullable=True),
    sa.Column('access_token_sealed', sa.String(), nullable=True),
    sa.Column('refresh_token_sealed', sa.String(), nullable=True),
    sa.Column('token_expires_at', UtcDateTime(), nullable=True),
    sa.Column('authorization_status', sa.String(), nullable=True),
    sa.Column('authorization_error', sa.String(), nullable=True),
    sa.Column('authorized_at', UtcDateTime(), nullable=True),
    sa.Column('connection_lost_at', UtcDateTime(), nullable=True),
    sa.Column('connection_lost_reason', sa.String(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_connections_end_user_id_end_users')),
    sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_connections_environment_id_environments')),
    sa.ForeignKeyConstraint(['parent_id'], ['connections.id'], name=op.f('fk_connections_parent_id_connections')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_connections_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_connections_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connections'))
    )
    with op.batch_alter_table('connections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_connections_end_user_id'), ['end_user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_connections_workspace_id'), ['workspace_id'], unique=False)
        batch_op.create_index('uq_connections_child', ['parent_id', 'environment_id', 'end_user_id'], unique=True)

    op.create_table('coupa_requisitions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('requester_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('justification', sa.String(), nullable=False),
    sa.Column('department', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('total_cents', sa.Integer(), nullable=False),
    sa.Column('lines', Json, nullable=False),
    sa.Column('need_by_date', sa.Date(), nullable=True),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['host'], ['app_instances.host'], name=op.f('fk_coupa_requisitions_host_app_instances')),
    sa.ForeignKeyConstraint(['requester_id'], ['app_users.id'], name=op.f('fk_coupa_requisitions_requester_id_app_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupa_requisitions'))
    )
    with op.batch_alter_table('coupa_requisitions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupa_requisitions_host'), ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_coupa_requisitions_requester_id'), ['requester_id'], unique=False)

    op.create_table('end_user_groups',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_end_user_groups_environment_id_environments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_end_user_groups')),
    sa.UniqueConstraint('environment_id', 'name', name=op.f('uq_end_user_groups_environment_id_name'))
    )
    with op.batch_alter_table('end_user_groups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_end_user_groups_environment_id'), ['environment_id'], unique=False)

    op.create_table('mcp_servers',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('handle', sa.String(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('environment_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('auth_type', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('token_created_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['environment_id'], ['environments.id'], name=op.f('fk_mcp_servers_environment_id_environments')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_mcp_servers_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_mcp_servers_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_mcp_servers')),
    sa.UniqueConstraint('handle', name=op.f('uq_mcp_servers_handle'))
    )
    with op.batch_alter_table('mcp_servers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mcp_servers_workspace_id'), ['workspace_id'], unique=False)

    op.create_table('recipes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('code', Json, nullable=False),
    sa.Column('config', Json, nullable=False),
    sa.Column('version_no', sa.Integer(), nullable=False),
    sa.Column('running', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_recipes_project_id_projects')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_recipes_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipes'))
    )
    with op.batch_alter_table('recipes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recipes_workspace_id'), ['workspace_id'], unique=False)

    op.create_table('connection_attempts',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('link_hash', sa.String(), nullable=False),
    sa.Column('server_number', sa.Integer(), nullable=False),
    sa.Column('end_user_id', sa.String(), nullable=False),
    sa.Column('tool', sa.String(), nullable=False),
    sa.Column('parent_ids', Json, nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_connection_attempts_end_user_id_end_users')),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_connection_attempts_server_number_mcp_servers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connection_attempts')),
    sa.UniqueConstraint('link_hash', name=op.f('uq_connection_attempts_link_hash'))
    )
    with op.batch_alter_table('connection_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_connection_attempts_end_user_id'), ['end_user_id'], unique=False)

    op.create_table('coupa_purchase_orders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('requester_id', sa.Integer(), nullable=False),
    sa.Column('requisition_id', sa.Integer(), nullable=True),
    sa.Column('po_number', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('total_cents', sa.Integer(), nullable=False),
    sa.Column('lines', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['host'], ['app_instances.host'], name=op.f('fk_coupa_purchase_orders_host_app_instances')),
    sa.ForeignKeyConstraint(['requester_id'], ['app_users.id'], name=op.f('fk_coupa_purchase_orders_requester_id_app_users')),
    sa.ForeignKeyConstraint(['requisition_id'], ['coupa_requisitions.id'], name=op.f('fk_coupa_purchase_orders_requisition_id_coupa_requisitions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupa_purchase_orders'))
    )
    with op.batch_alter_table('coupa_purchase_orders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupa_purchase_orders_host'), ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_coupa_purchase_orders_requester_id'), ['requester_id'], unique=False)

    op.create_table('group_members',
    sa.Column('group_id', sa.String(), nullable=False),
    sa.Column('end_user_id', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_group_members_end_user_id_end_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['end_user_groups.id'], name=op.f('fk_group_members_group_id_end_user_groups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'end_user_id', name=op.f('pk_group_members'))
    )
    with op.batch_alter_table('group_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_members_end_user_id'), ['end_user_id'], unique=False)

    op.create_table('jobs',
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
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_jobs_recipe_id'), ['recipe_id'], unique=False)

    op.create_table('mcp_sessions',
    sa.Column('id_hash', sa.String(), nullable=False),
    sa.Column('server_number', sa.Integer(), nullable=False),
    sa.Column('end_user_id', sa.String(), nullable=True),
    sa.Column('capabilities', Json, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['end_user_id'], ['end_users.id'], name=op.f('fk_mcp_sessions_end_user_id_end_users')),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_mcp_sessions_server_number_mcp_servers')),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_mcp_sessions'))
    )
    op.create_table('mcp_tools',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('server_number', sa.Integer(), nullable=False),
    sa.Column('recipe_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], name=op.f('fk_mcp_tools_recipe_id_recipes')),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_mcp_tools_server_number_mcp_servers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mcp_tools'))
    )
    with op.batch_alter_table('mcp_tools', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mcp_tools_server_number'), ['server_number'], unique=False)

    op.create_table('server_groups',
    sa.Column('server_number', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['end_user_groups.id'], name=op.f('fk_server_groups_group_id_end_user_groups'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['server_number'], ['mcp_servers.number'], name=op.f('fk_server_groups_server_number_mcp_servers'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('server_number', 'group_id', name=op.f('pk_server_groups'))
    )
    with op.batch_alter_table('server_groups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_server_groups_group_id'), ['group_id'], unique=False)

    op.create_table('coupa_invoices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('requester_id', sa.Integer(), nullable=False),
    sa.Column('purchase_order_id', sa.Integer(), nullable=True),
    sa.Column('invoice_number', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('total_cents', sa.Integer(), nullable=False),
    sa.Column('invoice_date', sa.Date(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['host'], ['app_instances.host'], name=op.f('fk_coupa_invoices_host_app_instances')),
    sa.ForeignKeyConstraint(['purchase_order_id'], ['coupa_purchase_orders.id'], name=op.f('fk_coupa_invoices_purchase_order_id_coupa_purchase_orders')),
    sa.ForeignKeyConstraint(['requester_id'], ['app_users.id'], name=op.f('fk_coupa_invoices_requester_id_app_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupa_invoices'))
    )
    with op.batch_alter_table('coupa_invoices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coupa_invoices_host'), ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_coupa_invoices_requester_id'), ['requester_id'], unique=False)

    op.create_table('oauth_states',
    sa.Column('state_hash', sa.String(), nullable=False),
    sa.Column('connection_id', sa.Integer(), nullable=False),
    sa.Column('collaborator_id', sa.Integer(), nullable=True),
    sa.Column('attempt_id', sa.String(), nullable=True),
    sa.Column('recipe_id', sa.Integer(), nullable=True),
    sa.Column('step', sa.Integer(), nullable=True),
    sa.Column('code_sealed', sa.String(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('ticket_hash', sa.String(), nullable=True),
    sa.Column('returned_at', UtcDateTime(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['connection_attempts.id'], name=op.f('fk_oauth_states_attempt_id_connection_attempts')),
    sa.ForeignKeyConstraint(['collaborator_id'], ['collaborators.id'], name=op.f('fk_oauth_states_collaborator_id_collaborators')),
    sa.ForeignKeyConstraint(['connection_id'], ['connections.id'], name=op.f('fk_oauth_states_connection_id_connections'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recipe_id'], ['recipes.id'], name=op.f('fk_oauth_states_recipe_id_recipes')),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_oauth_states')),
    sa.UniqueConstraint('ticket_hash', name=op.f('uq_oauth_states_ticket_hash'))
    )
