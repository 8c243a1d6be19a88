CREATE TABLE workspaces (
  id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  restricts_tags BOOLEAN DEFAULT 0 NOT NULL,
  CONSTRAINT pk_workspaces PRIMARY KEY (id)
);

CREATE TABLE sandbox_facts (
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_sandbox_facts PRIMARY KEY (name)
);

CREATE TABLE app_instances (
  host VARCHAR NOT NULL,
  provider VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  refresh_policy VARCHAR,
  refresh_leeway INTEGER,
  CONSTRAINT pk_app_instances PRIMARY KEY (host)
);

CREATE TABLE failed_sign_ins (
  email_hash VARCHAR NOT NULL,
  count INTEGER NOT NULL,
  locked_until DATETIME,
  forgotten_at DATETIME NOT NULL,
  CONSTRAINT pk_failed_sign_ins PRIMARY KEY (email_hash)
);

CREATE INDEX ix_failed_sign_ins_forgotten_at ON failed_sign_ins (forgotten_at);

CREATE TABLE oauth_clients (
  id INTEGER NOT NULL,
  provider VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  secret_sealed VARCHAR,
  name VARCHAR NOT NULL,
  redirect_uris JSON NOT NULL,
  grant_types JSON NOT NULL,
  scopes JSON NOT NULL,
  token_endpoint_auth_method VARCHAR NOT NULL,
  client_metadata JSON NOT NULL,
  registration_token_hash VARCHAR,
  default_resource VARCHAR,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_oauth_clients PRIMARY KEY (id),
  CONSTRAINT uq_oauth_clients_provider_client_id UNIQUE (provider, client_id)
);

CREATE INDEX ix_oauth_clients_registered ON oauth_clients (provider, id) WHERE registration_token_hash IS NOT NULL;

CREATE TABLE client_documents (
  url VARCHAR NOT NULL,
  document JSON NOT NULL,
  fresh_until DATETIME NOT NULL,
  CONSTRAINT pk_client_documents PRIMARY KEY (url)
);

CREATE INDEX ix_client_documents_fresh_until ON client_documents (fresh_until);

CREATE TABLE oauth_codes (
  code_hash VARCHAR NOT NULL,
  provider VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  redirect_uri VARCHAR,
  scope VARCHAR NOT NULL,
  nonce VARCHAR,
  code_challenge VARCHAR,
  code_challenge_method VARCHAR,
  resource VARCHAR,
  auth_time DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  used_at DATETIME,
  CONSTRAINT pk_oauth_codes PRIMARY KEY (code_hash)
);

CREATE INDEX ix_oauth_codes_expires_at ON oauth_codes (expires_at);

CREATE TABLE oauth_tokens (
  id INTEGER NOT NULL,
  provider VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  granted_scope VARCHAR NOT NULL,
  resource VARCHAR,
  family VARCHAR NOT NULL,
  access_hash VARCHAR NOT NULL,
  refresh_hash VARCHAR,
  auth_time DATETIME NOT NULL,
  issued_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  refresh_used_at DATETIME,
  revoked_at DATETIME,
  CONSTRAINT pk_oauth_tokens PRIMARY KEY (id),
  CONSTRAINT uq_oauth_tokens_access_hash UNIQUE (access_hash),
  CONSTRAINT uq_oauth_tokens_refresh_hash UNIQUE (refresh_hash)
);

CREATE INDEX ix_oauth_tokens_expires_at ON oauth_tokens (expires_at);

CREATE INDEX ix_oauth_tokens_family ON oauth_tokens (family);

CREATE INDEX ix_oauth_tokens_lone ON oauth_tokens (expires_at) WHERE refresh_hash IS NULL;

CREATE INDEX ix_oauth_tokens_of_client ON oauth_tokens (provider, client_id);

CREATE INDEX ix_oauth_tokens_revoked ON oauth_tokens (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE INDEX ix_oauth_tokens_subject ON oauth_tokens (subject);

CREATE INDEX ix_oauth_tokens_used ON oauth_tokens (refresh_used_at) WHERE refresh_used_at IS NOT NULL;

CREATE TABLE oauth_consents (
  id INTEGER NOT NULL,
  provider VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  resource VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  redirect_hosts JSON NOT NULL,
  CONSTRAINT pk_oauth_consents PRIMARY KEY (id),
  CONSTRAINT uq_oauth_consents_provider_client_id_subject_resource UNIQUE (provider, client_id, subject, resource)
);

CREATE TABLE signing_keys (
  sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kid VARCHAR NOT NULL,
  provider VARCHAR NOT NULL,
  private_jwk_sealed VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT uq_signing_keys_kid UNIQUE (kid)
);

CREATE TABLE saml_assertions (
  id_hash VARCHAR NOT NULL,
  expires_at DATETIME NOT NULL,
  CONSTRAINT pk_saml_assertions PRIMARY KEY (id_hash)
);

CREATE INDEX ix_saml_assertions_expires_at ON saml_assertions (expires_at);

CREATE TABLE idp_accounts (
  id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  email VARCHAR NOT NULL,
  normalized_email VARCHAR NOT NULL,
  groups JSON NOT NULL,
  password_hash VARCHAR NOT NULL,
  is_active BOOLEAN NOT NULL,
  CONSTRAINT pk_idp_accounts PRIMARY KEY (id),
  CONSTRAINT uq_idp_accounts_normalized_email UNIQUE (normalized_email)
);

CREATE TABLE idp_applications (
  entity_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  acs_url VARCHAR NOT NULL,
  CONSTRAINT pk_idp_applications PRIMARY KEY (entity_id)
);

CREATE TABLE sign_ins (
  id_hash VARCHAR NOT NULL,
  system VARCHAR NOT NULL,
  person VARCHAR NOT NULL,
  signed_in_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  saml_provider_id INTEGER,
  unseen_secret VARCHAR,
  CONSTRAINT pk_sign_ins PRIMARY KEY (id_hash)
);

CREATE INDEX ix_sign_ins_expires_at ON sign_ins (expires_at);

CREATE TABLE posted_pages (
  id_hash VARCHAR NOT NULL,
  owner VARCHAR NOT NULL,
  status INTEGER NOT NULL,
  sealed VARCHAR NOT NULL,
  expires_at DATETIME NOT NULL,
  CONSTRAINT pk_posted_pages PRIMARY KEY (id_hash)
);

CREATE INDEX ix_posted_pages_expires_at ON posted_pages (expires_at);

CREATE TABLE planted_faults (
  number INTEGER NOT NULL,
  token VARCHAR NOT NULL,
  attributes JSON NOT NULL,
  hits INTEGER NOT NULL,
  step_hits JSON NOT NULL,
  draws INTEGER NOT NULL,
  cleared BOOLEAN NOT NULL,
  CONSTRAINT pk_planted_faults PRIMARY KEY (number)
);

CREATE TABLE serving_processes (
  id VARCHAR NOT NULL,
  pid INTEGER NOT NULL,
  machine VARCHAR NOT NULL,
  control VARCHAR NOT NULL,
  seen_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
  CONSTRAINT pk_serving_processes PRIMARY KEY (id)
);

CREATE TABLE versions (
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  CONSTRAINT pk_versions PRIMARY KEY (name)
);

CREATE TABLE activity_logs (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  event_type VARCHAR NOT NULL,
  resource_type VARCHAR NOT NULL,
  resource_id VARCHAR NOT NULL,
  resource_name VARCHAR NOT NULL,
  actor_kind VARCHAR NOT NULL,
  actor_id VARCHAR NOT NULL,
  actor_name VARCHAR NOT NULL,
  actor_email VARCHAR NOT NULL,
  ip_address VARCHAR NOT NULL,
  user_agent VARCHAR NOT NULL,
  search_text VARCHAR NOT NULL,
  details JSON NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT fk_activity_logs_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_activity_logs_created_at ON activity_logs (created_at);

CREATE INDEX ix_activity_logs_newest ON activity_logs (workspace_id, id);

CREATE INDEX ix_activity_logs_resource ON activity_logs (workspace_id, resource_type, resource_id, id);

CREATE TABLE environments (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  CONSTRAINT pk_environments PRIMARY KEY (id),
  CONSTRAINT uq_environments_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_environments_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_environments_workspace_id ON environments (workspace_id);

CREATE TABLE login_experiences (
  workspace_id INTEGER NOT NULL,
  primary_color VARCHAR NOT NULL,
  secondary_color VARCHAR NOT NULL,
  logo BLOB,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_login_experiences PRIMARY KEY (workspace_id),
  CONSTRAINT fk_login_experiences_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE api_client_roles (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  endpoints JSON NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT uq_api_client_roles_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_api_client_roles_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE app_users (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  login VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  first_name VARCHAR NOT NULL,
  email VARCHAR NOT NULL,
  normalized_login VARCHAR NOT NULL,
  normalized_email VARCHAR NOT NULL,
  password_hash VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  CONSTRAINT pk_app_users PRIMARY KEY (id),
  CONSTRAINT uq_app_users_host_login UNIQUE (host, login),
  CONSTRAINT fk_app_users_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE INDEX ix_app_users_first_name ON app_users (first_name);

CREATE INDEX ix_app_users_host_normalized_email ON app_users (host, normalized_email);

CREATE INDEX ix_app_users_host_normalized_login ON app_users (host, normalized_login);

CREATE INDEX ix_app_users_name ON app_users (name);

CREATE INDEX ix_app_users_normalized_email ON app_users (normalized_email);

CREATE TABLE custom_oauth_profiles (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  provider VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  client_secret_sealed VARCHAR NOT NULL,
  verification_token_sealed VARCHAR,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_custom_oauth_profiles PRIMARY KEY (id),
  CONSTRAINT fk_custom_oauth_profiles_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_custom_oauth_profiles_workspace_id ON custom_oauth_profiles (workspace_id);

CREATE TABLE collaborators (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  first_name VARCHAR NOT NULL,
  email VARCHAR NOT NULL,
  normalized_email VARCHAR NOT NULL,
  password_hash VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  CONSTRAINT uq_collaborators_workspace_id_email UNIQUE (workspace_id, email),
  CONSTRAINT fk_collaborators_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_collaborators_by_name ON collaborators (workspace_id, name, id);

CREATE INDEX ix_collaborators_email ON collaborators (email);

CREATE INDEX ix_collaborators_first_name ON collaborators (first_name);

CREATE INDEX ix_collaborators_name ON collaborators (name);

CREATE INDEX ix_collaborators_normalized_email ON collaborators (normalized_email);

CREATE TABLE end_users (
  id VARCHAR NOT NULL,
  workspace_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  first_name VARCHAR NOT NULL,
  email VARCHAR NOT NULL,
  normalized_email VARCHAR NOT NULL,
  password_hash VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  invited_at DATETIME,
  has_selected_environments BOOLEAN DEFAULT 0 NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_end_users PRIMARY KEY (id),
  CONSTRAINT uq_end_users_workspace_id_email UNIQUE (workspace_id, email),
  CONSTRAINT fk_end_users_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_end_users_by_name ON end_users (workspace_id, name, id);

CREATE INDEX ix_end_users_email ON end_users (email);

CREATE INDEX ix_end_users_first_name ON end_users (first_name);

CREATE INDEX ix_end_users_name ON end_users (name);

CREATE INDEX ix_end_users_normalized_email ON end_users (normalized_email);

CREATE TABLE deleted_recipes (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  deleted_at DATETIME NOT NULL,
  CONSTRAINT pk_deleted_recipes PRIMARY KEY (id),
  CONSTRAINT fk_deleted_recipes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_deleted_recipes_workspace_id ON deleted_recipes (workspace_id);

CREATE TABLE deleted_servers (
  number INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  deleted_by VARCHAR NOT NULL,
  deleted_at DATETIME NOT NULL,
  CONSTRAINT pk_deleted_servers PRIMARY KEY (number),
  CONSTRAINT fk_deleted_servers_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE customers (
  id INTEGER NOT NULL,
  vendor_id INTEGER NOT NULL,
  external_id VARCHAR,
  notification_email VARCHAR NOT NULL,
  error_notification_emails VARCHAR,
  admin_notification_emails VARCHAR,
  plan_id VARCHAR NOT NULL,
  test_id INTEGER,
  production_id INTEGER,
  origin_url VARCHAR,
  frame_ancestors VARCHAR,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_customers PRIMARY KEY (id),
  CONSTRAINT uq_customers_vendor_id_external_id UNIQUE (vendor_id, external_id),
  CONSTRAINT fk_customers_vendor_id_workspaces FOREIGN KEY(vendor_id) REFERENCES workspaces (id)
);

CREATE TABLE collaborator_roles (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  handle VARCHAR DEFAULT '' NOT NULL,
  name VARCHAR NOT NULL,
  privileges JSON NOT NULL,
  project_ids JSON,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_collaborator_roles PRIMARY KEY (id),
  CONSTRAINT uq_collaborator_roles_workspace_id_kind_name UNIQUE (workspace_id, kind, name),
  CONSTRAINT fk_collaborator_roles_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE collaborator_groups (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  description VARCHAR,
  is_system BOOLEAN DEFAULT 0 NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_collaborator_groups PRIMARY KEY (id),
  CONSTRAINT uq_collaborator_groups_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_collaborator_groups_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT uq_collaborator_groups_handle UNIQUE (handle)
);

CREATE TABLE saml_providers (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  metadata_url VARCHAR NOT NULL,
  entity_id VARCHAR NOT NULL,
  sso_url VARCHAR NOT NULL,
  certificates JSON NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT uq_saml_providers_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_saml_providers_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE run_requests (
  id INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  workspace_id INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  performed INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_run_requests PRIMARY KEY (id),
  CONSTRAINT uq_run_requests_handle UNIQUE (handle),
  CONSTRAINT fk_run_requests_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE projects (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  environment_id INTEGER,
  deployed_from_id INTEGER,
  CONSTRAINT uq_projects_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_projects_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_projects_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id)
);

CREATE INDEX ix_projects_environment_id ON projects (environment_id);

CREATE INDEX ix_projects_workspace_id ON projects (workspace_id);

CREATE TABLE api_clients (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  environment_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  token_hash VARCHAR NOT NULL,
  role_id INTEGER,
  project_ids JSON,
  ip_allow_list JSON DEFAULT '[]' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME,
  token_created_at DATETIME,
  CONSTRAINT uq_api_clients_environment_id_name UNIQUE (environment_id, name),
  CONSTRAINT fk_api_clients_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id),
  CONSTRAINT uq_api_clients_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_api_clients_role_id_api_client_roles FOREIGN KEY(role_id) REFERENCES api_client_roles (id)
);

CREATE INDEX ix_api_clients_environment_id ON api_clients (environment_id);

CREATE TABLE custom_oauth_profile_assignments (
  id INTEGER NOT NULL,
  profile_id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  CONSTRAINT pk_custom_oauth_profile_assignments PRIMARY KEY (id),
  CONSTRAINT uq_custom_oauth_profile_assignments_profile_id_workspace_id UNIQUE (profile_id, workspace_id),
  CONSTRAINT fk_custom_oauth_profile_assignments_profile_id_custom_oauth_profiles FOREIGN KEY(profile_id) REFERENCES custom_oauth_profiles (id) ON DELETE CASCADE,
  CONSTRAINT fk_custom_oauth_profile_assignments_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_custom_oauth_profile_assignments_workspace_id ON custom_oauth_profile_assignments (workspace_id);

CREATE TABLE end_user_groups (
  id VARCHAR NOT NULL,
  environment_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_end_user_groups PRIMARY KEY (id),
  CONSTRAINT uq_end_user_groups_environment_id_name UNIQUE (environment_id, name),
  CONSTRAINT fk_end_user_groups_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id)
);

CREATE INDEX ix_end_user_groups_environment_id ON end_user_groups (environment_id);

CREATE TABLE environment_revocations (
  environment_id INTEGER NOT NULL,
  end_user_id VARCHAR NOT NULL,
  CONSTRAINT pk_environment_revocations PRIMARY KEY (environment_id, end_user_id),
  CONSTRAINT fk_environment_revocations_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id) ON DELETE CASCADE,
  CONSTRAINT fk_environment_revocations_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id) ON DELETE CASCADE
);

CREATE INDEX ix_environment_revocations_end_user_id ON environment_revocations (end_user_id);

CREATE TABLE app_links (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  environment_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT fk_app_links_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id)
);

CREATE INDEX ix_app_links_environment_id ON app_links (environment_id);

CREATE TABLE roles_in_environments (
  collaborator_id INTEGER NOT NULL,
  environment_id INTEGER NOT NULL,
  system_role VARCHAR NOT NULL,
  role_id INTEGER,
  CONSTRAINT pk_roles_in_environments PRIMARY KEY (collaborator_id, environment_id),
  CONSTRAINT fk_roles_in_environments_collaborator_id_collaborators FOREIGN KEY(collaborator_id) REFERENCES collaborators (id) ON DELETE CASCADE,
  CONSTRAINT fk_roles_in_environments_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id) ON DELETE CASCADE,
  CONSTRAINT fk_roles_in_environments_role_id_collaborator_roles FOREIGN KEY(role_id) REFERENCES collaborator_roles (id)
);

CREATE INDEX ix_roles_in_environments_environment_id ON roles_in_environments (environment_id);

CREATE INDEX ix_roles_in_environments_role_id ON roles_in_environments (role_id);

CREATE TABLE collaborator_group_members (
  group_id INTEGER NOT NULL,
  collaborator_id INTEGER NOT NULL,
  CONSTRAINT pk_collaborator_group_members PRIMARY KEY (group_id, collaborator_id),
  CONSTRAINT fk_collaborator_group_members_group_id_collaborator_groups FOREIGN KEY(group_id) REFERENCES collaborator_groups (id) ON DELETE CASCADE,
  CONSTRAINT fk_collaborator_group_members_collaborator_id_collaborators FOREIGN KEY(collaborator_id) REFERENCES collaborators (id) ON DELETE CASCADE
);

CREATE INDEX ix_collaborator_group_members_collaborator_id ON collaborator_group_members (collaborator_id);

CREATE TABLE saml_setups (
  environment_id INTEGER NOT NULL,
  provider_id INTEGER,
  is_enabled BOOLEAN NOT NULL,
  domains JSON NOT NULL,
  provisions_users BOOLEAN NOT NULL,
  provisioned_environments JSON NOT NULL,
  syncs_groups BOOLEAN NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_saml_setups PRIMARY KEY (environment_id),
  CONSTRAINT fk_saml_setups_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id) ON DELETE CASCADE,
  CONSTRAINT fk_saml_setups_provider_id_saml_providers FOREIGN KEY(provider_id) REFERENCES saml_providers (id)
);

CREATE TABLE saml_requests (
  id VARCHAR NOT NULL,
  environment_id INTEGER NOT NULL,
  provider_id INTEGER NOT NULL,
  browser_hash VARCHAR NOT NULL,
  target VARCHAR NOT NULL,
  expires_at DATETIME NOT NULL,
  answered_at DATETIME,
  end_user_id VARCHAR,
  finished_at DATETIME,
  CONSTRAINT pk_saml_requests PRIMARY KEY (id),
  CONSTRAINT fk_saml_requests_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id) ON DELETE CASCADE,
  CONSTRAINT fk_saml_requests_provider_id_saml_providers FOREIGN KEY(provider_id) REFERENCES saml_providers (id) ON DELETE CASCADE,
  CONSTRAINT fk_saml_requests_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id) ON DELETE CASCADE
);

CREATE INDEX ix_saml_requests_end_user_id ON saml_requests (end_user_id);

CREATE INDEX ix_saml_requests_expires_at ON saml_requests (expires_at);

CREATE TABLE mcp_sessions (
  id_hash VARCHAR NOT NULL,
  place VARCHAR NOT NULL,
  end_user_id VARCHAR,
  capabilities JSON NOT NULL,
  protocol_version VARCHAR,
  created_at DATETIME NOT NULL,
  ended_at DATETIME,
  CONSTRAINT pk_mcp_sessions PRIMARY KEY (id_hash),
  CONSTRAINT fk_mcp_sessions_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id)
);

CREATE INDEX ix_mcp_sessions_created_at ON mcp_sessions (created_at);

CREATE INDEX ix_mcp_sessions_ended ON mcp_sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE tags (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  color VARCHAR NOT NULL,
  author_id INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_tags PRIMARY KEY (id),
  CONSTRAINT fk_tags_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT uq_tags_handle UNIQUE (handle),
  CONSTRAINT fk_tags_author_id_collaborators FOREIGN KEY(author_id) REFERENCES collaborators (id)
);

CREATE INDEX ix_tags_workspace_id ON tags (workspace_id);

CREATE TABLE api_windows (
  client_id INTEGER NOT NULL,
  quota VARCHAR NOT NULL,
  opened_at DATETIME NOT NULL,
  counted INTEGER NOT NULL,
  CONSTRAINT pk_api_windows PRIMARY KEY (client_id, quota),
  CONSTRAINT fk_api_windows_client_id_api_clients FOREIGN KEY(client_id) REFERENCES api_clients (id) ON DELETE CASCADE
);

CREATE TABLE api_platform_clients (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER,
  name VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  email VARCHAR,
  auth_type VARCHAR NOT NULL,
  collection_ids JSON NOT NULL,
  settings JSON NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT fk_api_platform_clients_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_api_platform_clients_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id) ON DELETE SET NULL
);

CREATE INDEX ix_api_platform_clients_workspace_id ON api_platform_clients (workspace_id);

CREATE TABLE group_members (
  group_id VARCHAR NOT NULL,
  end_user_id VARCHAR NOT NULL,
  CONSTRAINT pk_group_members PRIMARY KEY (group_id, end_user_id),
  CONSTRAINT fk_group_members_group_id_end_user_groups FOREIGN KEY(group_id) REFERENCES end_user_groups (id) ON DELETE CASCADE,
  CONSTRAINT fk_group_members_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id) ON DELETE CASCADE
);

CREATE INDEX ix_group_members_end_user_id ON group_members (end_user_id);

CREATE TABLE connections (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  environment_id INTEGER NOT NULL,
  provider VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  parent_id INTEGER,
  end_user_id VARCHAR,
  external_id VARCHAR,
  input JSON NOT NULL,
  client_secret_sealed VARCHAR,
  custom_oauth_profile_id INTEGER,
  access_token_sealed VARCHAR,
  refresh_token_sealed VARCHAR,
  token_expires_at DATETIME,
  refresh_claim VARCHAR,
  authorization_status VARCHAR,
  authorization_error VARCHAR,
  authorized_at DATETIME,
  authorized_by VARCHAR,
  account VARCHAR,
  api_url VARCHAR,
  last_used_at DATETIME,
  created_by VARCHAR,
  connection_lost_at DATETIME,
  connection_lost_reason VARCHAR,
  connection_lost_cause VARCHAR,
  callback_url VARCHAR,
  redirect_url VARCHAR,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT fk_connections_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_connections_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id),
  CONSTRAINT fk_connections_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id),
  CONSTRAINT fk_connections_parent_id_connections FOREIGN KEY(parent_id) REFERENCES connections (id),
  CONSTRAINT fk_connections_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id),
  CONSTRAINT fk_connections_custom_oauth_profile_id_custom_oauth_profiles FOREIGN KEY(custom_oauth_profile_id) REFERENCES custom_oauth_profiles (id)
);

CREATE INDEX ix_connections_children ON connections (parent_id, environment_id, end_user_id);

CREATE INDEX ix_connections_custom_oauth_profile_id ON connections (custom_oauth_profile_id);

CREATE INDEX ix_connections_end_user_id ON connections (end_user_id);

CREATE INDEX ix_connections_in_environment ON connections (environment_id, parent_id, id);

CREATE INDEX ix_connections_in_workspace ON connections (workspace_id, parent_id, provider);

CREATE INDEX ix_connections_newest ON connections (workspace_id, id);

CREATE UNIQUE INDEX uq_connections_child ON connections (external_id, parent_id, environment_id);

CREATE TABLE recipes (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  code JSON NOT NULL,
  config JSON NOT NULL,
  version_no INTEGER NOT NULL,
  version_author_name VARCHAR,
  version_author_email VARCHAR,
  running BOOLEAN NOT NULL,
  stubs JSON DEFAULT '[]' NOT NULL,
  picked_up VARCHAR,
  stopped_at DATETIME,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT fk_recipes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_recipes_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_recipes_workspace_id ON recipes (workspace_id);

CREATE TABLE mcp_servers (
  number INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  workspace_id INTEGER NOT NULL,
  environment_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  collection_id INTEGER,
  collection_path VARCHAR,
  proxy_connection_id INTEGER,
  name VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  auth_type VARCHAR NOT NULL,
  token_hash VARCHAR,
  token_sealed VARCHAR,
  token_created_at DATETIME,
  ip_allow_list JSON NOT NULL,
  ip_deny_list JSON NOT NULL,
  allow_same_user_token_inheritance BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_mcp_servers PRIMARY KEY (number),
  CONSTRAINT uq_mcp_servers_handle UNIQUE (handle),
  CONSTRAINT fk_mcp_servers_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_mcp_servers_environment_id_environments FOREIGN KEY(environment_id) REFERENCES environments (id),
  CONSTRAINT fk_mcp_servers_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_mcp_servers_by_name ON mcp_servers (workspace_id, name, number);

CREATE TABLE folders (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER NOT NULL,
  path VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT uq_folders_project_id_path UNIQUE (project_id, path),
  CONSTRAINT fk_folders_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE project_builds (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  description VARCHAR,
  include_test_cases BOOLEAN,
  state VARCHAR NOT NULL,
  performed_by_name VARCHAR NOT NULL,
  content VARCHAR NOT NULL,
  test_cases JSON DEFAULT '[]' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT fk_project_builds_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_project_builds_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_project_builds_project_id ON project_builds (project_id);

CREATE TABLE export_manifests (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  folder VARCHAR NOT NULL,
  zip_names JSON,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  last_exported_at DATETIME,
  CONSTRAINT fk_export_manifests_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_export_manifests_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE properties (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER,
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  CONSTRAINT pk_properties PRIMARY KEY (id),
  CONSTRAINT uq_properties_workspace_id_project_id_name UNIQUE (workspace_id, project_id, name),
  CONSTRAINT fk_properties_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_properties_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE TABLE lookup_tables (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER,
  name VARCHAR NOT NULL,
  columns JSON NOT NULL,
  created_at DATETIME,
  updated_at DATETIME,
  CONSTRAINT fk_lookup_tables_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_lookup_tables_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id)
);

CREATE INDEX ix_lookup_tables_name ON lookup_tables (name);

CREATE INDEX ix_lookup_tables_workspace_id ON lookup_tables (workspace_id);

CREATE TABLE data_tables (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  folder_id INTEGER,
  handle VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  columns JSON NOT NULL,
  created_at DATETIME,
  updated_at DATETIME,
  CONSTRAINT pk_data_tables PRIMARY KEY (id),
  CONSTRAINT fk_data_tables_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_data_tables_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id),
  CONSTRAINT uq_data_tables_handle UNIQUE (handle)
);

CREATE INDEX ix_data_tables_name ON data_tables (name);

CREATE INDEX ix_data_tables_workspace_id ON data_tables (workspace_id);

CREATE TABLE project_grants (
  id INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  project_id INTEGER NOT NULL,
  collaborator_id INTEGER,
  group_id INTEGER,
  role_id INTEGER NOT NULL,
  CONSTRAINT pk_project_grants PRIMARY KEY (id),
  CONSTRAINT uq_project_grants_project_id_collaborator_id UNIQUE (project_id, collaborator_id),
  CONSTRAINT uq_project_grants_project_id_group_id UNIQUE (project_id, group_id),
  CONSTRAINT uq_project_grants_handle UNIQUE (handle),
  CONSTRAINT fk_project_grants_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id) ON DELETE CASCADE,
  CONSTRAINT fk_project_grants_collaborator_id_collaborators FOREIGN KEY(collaborator_id) REFERENCES collaborators (id) ON DELETE CASCADE,
  CONSTRAINT fk_project_grants_group_id_collaborator_groups FOREIGN KEY(group_id) REFERENCES collaborator_groups (id) ON DELETE CASCADE,
  CONSTRAINT fk_project_grants_role_id_collaborator_roles FOREIGN KEY(role_id) REFERENCES collaborator_roles (id)
);

CREATE INDEX ix_project_grants_collaborator_id ON project_grants (collaborator_id);

CREATE INDEX ix_project_grants_group_id ON project_grants (group_id);

CREATE INDEX ix_project_grants_role_id ON project_grants (role_id);

CREATE TABLE mcp_cancellations (
  id INTEGER NOT NULL,
  session_hash VARCHAR NOT NULL,
  request_id VARCHAR NOT NULL,
  CONSTRAINT pk_mcp_cancellations PRIMARY KEY (id),
  CONSTRAINT fk_mcp_cancellations_session_hash_mcp_sessions FOREIGN KEY(session_hash) REFERENCES mcp_sessions (id_hash) ON DELETE CASCADE
);

CREATE INDEX ix_mcp_cancellations_session_hash ON mcp_cancellations (session_hash);

CREATE TABLE api_platform_keys (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  client_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  active BOOLEAN NOT NULL,
  active_since DATETIME NOT NULL,
  token_hash VARCHAR NOT NULL,
  token_end VARCHAR NOT NULL,
  ip_allow_list JSON NOT NULL,
  ip_deny_list JSON NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT fk_api_platform_keys_client_id_api_platform_clients FOREIGN KEY(client_id) REFERENCES api_platform_clients (id) ON DELETE CASCADE,
  CONSTRAINT uq_api_platform_keys_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_api_platform_keys_client_id ON api_platform_keys (client_id);

CREATE TABLE connection_attempts (
  id VARCHAR NOT NULL,
  link_hash VARCHAR NOT NULL,
  server_number INTEGER NOT NULL,
  end_user_id VARCHAR NOT NULL,
  tool VARCHAR NOT NULL,
  parent_ids JSON NOT NULL,
  status VARCHAR NOT NULL,
  error VARCHAR,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  opened_at DATETIME,
  CONSTRAINT pk_connection_attempts PRIMARY KEY (id),
  CONSTRAINT uq_connection_attempts_link_hash UNIQUE (link_hash),
  CONSTRAINT fk_connection_attempts_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number),
  CONSTRAINT fk_connection_attempts_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id)
);

CREATE INDEX ix_connection_attempts_end_user_id ON connection_attempts (end_user_id);

CREATE INDEX ix_connection_attempts_expires_at ON connection_attempts (expires_at);

CREATE TABLE recipe_versions (
  recipe_id INTEGER NOT NULL,
  version_no INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  code JSON NOT NULL,
  config JSON NOT NULL,
  comment VARCHAR,
  author_name VARCHAR,
  author_email VARCHAR,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_recipe_versions PRIMARY KEY (recipe_id, version_no),
  CONSTRAINT fk_recipe_versions_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id) ON DELETE CASCADE
);

CREATE TABLE jobs (
  sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id VARCHAR NOT NULL,
  recipe_id INTEGER,
  deleted_recipe_id INTEGER,
  server_number INTEGER,
  end_user_id VARCHAR,
  tool VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  error VARCHAR,
  ip_address VARCHAR NOT NULL,
  started_at DATETIME NOT NULL,
  completed_at DATETIME NOT NULL,
  calling_job_id VARCHAR,
  calling_recipe_id INTEGER,
  client_id VARCHAR,
  estimated_tokens INTEGER,
  tasks INTEGER,
  steps JSON DEFAULT '[]' NOT NULL,
  CONSTRAINT uq_jobs_id UNIQUE (id),
  CONSTRAINT fk_jobs_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id),
  CONSTRAINT fk_jobs_deleted_recipe_id_deleted_recipes FOREIGN KEY(deleted_recipe_id) REFERENCES deleted_recipes (id)
);

CREATE INDEX ix_jobs_recipe_id ON jobs (recipe_id);

CREATE INDEX ix_jobs_tool_calls ON jobs (started_at, server_number, end_user_id, client_id, estimated_tokens, calling_job_id) WHERE server_number IS NOT NULL AND calling_job_id IS NULL;

CREATE TABLE mcp_tools (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  server_number INTEGER NOT NULL,
  recipe_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  enabled BOOLEAN NOT NULL,
  hints JSON NOT NULL,
  CONSTRAINT fk_mcp_tools_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number),
  CONSTRAINT fk_mcp_tools_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id)
);

CREATE INDEX ix_mcp_tools_in_order ON mcp_tools (server_number, position, id);

CREATE INDEX ix_mcp_tools_name ON mcp_tools (name);

CREATE INDEX ix_mcp_tools_recipe_id ON mcp_tools (recipe_id);

CREATE TABLE server_groups (
  server_number INTEGER NOT NULL,
  group_id VARCHAR NOT NULL,
  CONSTRAINT pk_server_groups PRIMARY KEY (server_number, group_id),
  CONSTRAINT fk_server_groups_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number) ON DELETE CASCADE,
  CONSTRAINT fk_server_groups_group_id_end_user_groups FOREIGN KEY(group_id) REFERENCES end_user_groups (id) ON DELETE CASCADE
);

CREATE INDEX ix_server_groups_group_id ON server_groups (group_id);

CREATE TABLE server_end_users (
  server_number INTEGER NOT NULL,
  end_user_id VARCHAR NOT NULL,
  CONSTRAINT pk_server_end_users PRIMARY KEY (server_number, end_user_id),
  CONSTRAINT fk_server_end_users_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number) ON DELETE CASCADE,
  CONSTRAINT fk_server_end_users_end_user_id_end_users FOREIGN KEY(end_user_id) REFERENCES end_users (id) ON DELETE CASCADE
);

CREATE INDEX ix_server_end_users_end_user_id ON server_end_users (end_user_id);

CREATE TABLE package_assets (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER NOT NULL,
  zip_name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  document JSON,
  content VARCHAR,
  recipe_id INTEGER,
  connection_id INTEGER,
  server_number INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT uq_package_assets_project_id_zip_name UNIQUE (project_id, zip_name),
  CONSTRAINT fk_package_assets_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id),
  CONSTRAINT fk_package_assets_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id),
  CONSTRAINT fk_package_assets_connection_id_connections FOREIGN KEY(connection_id) REFERENCES connections (id) ON DELETE SET NULL,
  CONSTRAINT fk_package_assets_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number)
);

CREATE INDEX ix_package_assets_connection_id ON package_assets (connection_id);

CREATE INDEX ix_package_assets_kind ON package_assets (project_id, kind);

CREATE INDEX ix_package_assets_recipe_id ON package_assets (recipe_id);

CREATE INDEX ix_package_assets_server_number ON package_assets (server_number);

CREATE TABLE deployments (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  project_build_id INTEGER NOT NULL,
  environment_type VARCHAR NOT NULL,
  target_id INTEGER,
  description VARCHAR,
  state VARCHAR NOT NULL,
  error VARCHAR,
  performed_by_name VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT fk_deployments_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_deployments_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id),
  CONSTRAINT fk_deployments_project_build_id_project_builds FOREIGN KEY(project_build_id) REFERENCES project_builds (id)
);

CREATE INDEX ix_deployments_project_id ON deployments (project_id);

CREATE TABLE mcp_call_limits (
  server_number INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  tool_calls INTEGER NOT NULL,
  interval VARCHAR NOT NULL,
  opened_at DATETIME,
  counted INTEGER NOT NULL,
  CONSTRAINT pk_mcp_call_limits PRIMARY KEY (server_number, kind),
  CONSTRAINT fk_mcp_call_limits_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number) ON DELETE CASCADE
);

CREATE TABLE packages (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL,
  project_id INTEGER,
  operation VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  error VARCHAR,
  manifest_id INTEGER,
  recipe_status JSON NOT NULL,
  content VARCHAR,
  created_at DATETIME NOT NULL,
  CONSTRAINT fk_packages_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_packages_manifest_id_export_manifests FOREIGN KEY(manifest_id) REFERENCES export_manifests (id)
);

CREATE TABLE lookup_entries (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  table_id INTEGER NOT NULL,
  fields JSON NOT NULL,
  created_at DATETIME,
  updated_at DATETIME,
  CONSTRAINT fk_lookup_entries_table_id_lookup_tables FOREIGN KEY(table_id) REFERENCES lookup_tables (id) ON DELETE CASCADE
);

CREATE INDEX ix_lookup_entries_table_id ON lookup_entries (table_id);

CREATE TABLE data_records (
  sequence INTEGER NOT NULL,
  id VARCHAR NOT NULL,
  table_id INTEGER NOT NULL,
  fields JSON NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_data_records PRIMARY KEY (sequence),
  CONSTRAINT uq_data_records_id UNIQUE (id),
  CONSTRAINT fk_data_records_table_id_data_tables FOREIGN KEY(table_id) REFERENCES data_tables (id) ON DELETE CASCADE
);

CREATE INDEX ix_data_records_table_id ON data_records (table_id);

CREATE TABLE running_jobs (
  id VARCHAR NOT NULL,
  recipe_id INTEGER NOT NULL,
  end_user_id VARCHAR,
  tool VARCHAR NOT NULL,
  started_at DATETIME NOT NULL,
  deadline DATETIME NOT NULL,
  is_cancelled BOOLEAN NOT NULL,
  CONSTRAINT pk_running_jobs PRIMARY KEY (id),
  CONSTRAINT fk_running_jobs_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id) ON DELETE CASCADE
);

CREATE INDEX ix_running_jobs_deadline ON running_jobs (deadline);

CREATE INDEX ix_running_jobs_recipe_id ON running_jobs (recipe_id);

CREATE TABLE function_calls (
  id VARCHAR NOT NULL,
  recipe_id INTEGER NOT NULL,
  deadline DATETIME NOT NULL,
  CONSTRAINT pk_function_calls PRIMARY KEY (id),
  CONSTRAINT fk_function_calls_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id) ON DELETE CASCADE
);

CREATE INDEX ix_function_calls_deadline ON function_calls (deadline);

CREATE INDEX ix_function_calls_recipe_id ON function_calls (recipe_id);

CREATE TABLE tag_assignments (
  id INTEGER NOT NULL,
  tag_id INTEGER NOT NULL,
  recipe_id INTEGER,
  connection_id INTEGER,
  CONSTRAINT pk_tag_assignments PRIMARY KEY (id),
  CONSTRAINT uq_tag_assignments_tag_id_recipe_id UNIQUE (tag_id, recipe_id),
  CONSTRAINT uq_tag_assignments_tag_id_connection_id UNIQUE (tag_id, connection_id),
  CONSTRAINT fk_tag_assignments_tag_id_tags FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE,
  CONSTRAINT fk_tag_assignments_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id) ON DELETE CASCADE,
  CONSTRAINT fk_tag_assignments_connection_id_connections FOREIGN KEY(connection_id) REFERENCES connections (id) ON DELETE CASCADE
);

CREATE INDEX ix_tag_assignments_connection_id ON tag_assignments (connection_id);

CREATE INDEX ix_tag_assignments_recipe_id ON tag_assignments (recipe_id);

CREATE TABLE recipe_test_cases (
  id INTEGER NOT NULL,
  handle VARCHAR NOT NULL,
  recipe_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  event JSON NOT NULL,
  mocks JSON NOT NULL,
  checks JSON NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_recipe_test_cases PRIMARY KEY (id),
  CONSTRAINT uq_recipe_test_cases_handle UNIQUE (handle),
  CONSTRAINT fk_recipe_test_cases_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id) ON DELETE CASCADE
);

CREATE INDEX ix_recipe_test_cases_recipe_id ON recipe_test_cases (recipe_id);

CREATE TABLE case_results (
  id INTEGER NOT NULL,
  request_id INTEGER NOT NULL,
  recipe_id INTEGER NOT NULL,
  case_handle VARCHAR NOT NULL,
  case_name VARCHAR NOT NULL,
  job_id VARCHAR,
  succeeded BOOLEAN NOT NULL,
  mistakes JSON NOT NULL,
  CONSTRAINT pk_case_results PRIMARY KEY (id),
  CONSTRAINT fk_case_results_request_id_run_requests FOREIGN KEY(request_id) REFERENCES run_requests (id) ON DELETE CASCADE,
  CONSTRAINT fk_case_results_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id) ON DELETE CASCADE
);

CREATE INDEX ix_case_results_recipe_id ON case_results (recipe_id);

CREATE INDEX ix_case_results_request_id ON case_results (request_id);

CREATE TABLE oauth_states (
  state_hash VARCHAR NOT NULL,
  connection_id INTEGER NOT NULL,
  collaborator_id INTEGER,
  attempt_id VARCHAR,
  runtime_connection_id INTEGER,
  recipe_id INTEGER,
  step INTEGER,
  code_sealed VARCHAR,
  error VARCHAR,
  is_denied BOOLEAN DEFAULT 0 NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  ticket_hash VARCHAR,
  returned_at DATETIME,
  finished_at DATETIME,
  CONSTRAINT pk_oauth_states PRIMARY KEY (state_hash),
  CONSTRAINT fk_oauth_states_connection_id_connections FOREIGN KEY(connection_id) REFERENCES connections (id) ON DELETE CASCADE,
  CONSTRAINT fk_oauth_states_collaborator_id_collaborators FOREIGN KEY(collaborator_id) REFERENCES collaborators (id),
  CONSTRAINT fk_oauth_states_attempt_id_connection_attempts FOREIGN KEY(attempt_id) REFERENCES connection_attempts (id),
  CONSTRAINT fk_oauth_states_recipe_id_recipes FOREIGN KEY(recipe_id) REFERENCES recipes (id),
  CONSTRAINT uq_oauth_states_ticket_hash UNIQUE (ticket_hash)
);

CREATE INDEX ix_oauth_states_attempt_id ON oauth_states (attempt_id);

CREATE INDEX ix_oauth_states_expires_at ON oauth_states (expires_at);

CREATE TABLE mcp_apps (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  server_number INTEGER NOT NULL,
  tool_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  slug VARCHAR NOT NULL,
  html VARCHAR NOT NULL,
  csp JSON NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT uq_mcp_apps_server_number_slug UNIQUE (server_number, slug),
  CONSTRAINT fk_mcp_apps_server_number_mcp_servers FOREIGN KEY(server_number) REFERENCES mcp_servers (number) ON DELETE CASCADE,
  CONSTRAINT uq_mcp_apps_tool_id UNIQUE (tool_id),
  CONSTRAINT fk_mcp_apps_tool_id_mcp_tools FOREIGN KEY(tool_id) REFERENCES mcp_tools (id) ON DELETE CASCADE
);

CREATE TABLE connector_versions (
  connector_id INTEGER NOT NULL,
  version_no INTEGER NOT NULL,
  note VARCHAR,
  code VARCHAR,
  author_name VARCHAR,
  created_at DATETIME NOT NULL,
  released_at DATETIME,
  released_by VARCHAR,
  CONSTRAINT pk_connector_versions PRIMARY KEY (connector_id, version_no),
  CONSTRAINT fk_connector_versions_connector_id_package_assets FOREIGN KEY(connector_id) REFERENCES package_assets (id) ON DELETE CASCADE
);

CREATE TABLE app_versions (
  app VARCHAR NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (app)
);

