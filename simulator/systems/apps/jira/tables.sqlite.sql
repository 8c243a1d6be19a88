CREATE TABLE jira_projects (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  "key" VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  CONSTRAINT pk_jira_projects PRIMARY KEY (id),
  CONSTRAINT fk_jira_projects_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE TABLE jira_tokens (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  token_hash VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  CONSTRAINT pk_jira_tokens PRIMARY KEY (id),
  CONSTRAINT fk_jira_tokens_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id),
  CONSTRAINT uq_jira_tokens_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_jira_tokens_user_id ON jira_tokens (user_id);

CREATE TABLE jira_components (
  id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  CONSTRAINT pk_jira_components PRIMARY KEY (id),
  CONSTRAINT uq_jira_components_project_id_name UNIQUE (project_id, name),
  CONSTRAINT fk_jira_components_project_id_jira_projects FOREIGN KEY(project_id) REFERENCES jira_projects (id)
);

CREATE TABLE jira_issues (
  id INTEGER NOT NULL,
  project_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  issue_type VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  priority VARCHAR NOT NULL,
  summary VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  reporter_id INTEGER NOT NULL,
  assignee_id INTEGER,
  comments JSON NOT NULL,
  due_on DATE,
  parent_id INTEGER,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_jira_issues PRIMARY KEY (id),
  CONSTRAINT uq_jira_issues_project_id_number UNIQUE (project_id, number),
  CONSTRAINT fk_jira_issues_project_id_jira_projects FOREIGN KEY(project_id) REFERENCES jira_projects (id),
  CONSTRAINT fk_jira_issues_reporter_id_app_users FOREIGN KEY(reporter_id) REFERENCES app_users (id),
  CONSTRAINT fk_jira_issues_assignee_id_app_users FOREIGN KEY(assignee_id) REFERENCES app_users (id)
);

CREATE INDEX ix_jira_issues_assignee_id ON jira_issues (assignee_id);

CREATE INDEX ix_jira_issues_parent_id ON jira_issues (parent_id);

CREATE INDEX ix_jira_issues_reporter_id ON jira_issues (reporter_id);

CREATE TABLE jira_issue_components (
  issue_id INTEGER NOT NULL,
  component_id INTEGER NOT NULL,
  CONSTRAINT pk_jira_issue_components PRIMARY KEY (issue_id, component_id),
  CONSTRAINT fk_jira_issue_components_issue_id_jira_issues FOREIGN KEY(issue_id) REFERENCES jira_issues (id),
  CONSTRAINT fk_jira_issue_components_component_id_jira_components FOREIGN KEY(component_id) REFERENCES jira_components (id)
);

CREATE INDEX ix_jira_issue_components_component_id ON jira_issue_components (component_id);

CREATE TABLE jira_labels (
  issue_id INTEGER NOT NULL,
  label VARCHAR NOT NULL,
  folded VARCHAR NOT NULL,
  CONSTRAINT pk_jira_labels PRIMARY KEY (issue_id, label),
  CONSTRAINT fk_jira_labels_issue_id_jira_issues FOREIGN KEY(issue_id) REFERENCES jira_issues (id)
);

CREATE INDEX ix_jira_labels_folded ON jira_labels (folded);

CREATE TABLE jira_changes (
  id INTEGER NOT NULL,
  issue_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  items JSON NOT NULL,
  CONSTRAINT pk_jira_changes PRIMARY KEY (id),
  CONSTRAINT fk_jira_changes_issue_id_jira_issues FOREIGN KEY(issue_id) REFERENCES jira_issues (id),
  CONSTRAINT fk_jira_changes_author_id_app_users FOREIGN KEY(author_id) REFERENCES app_users (id)
);

CREATE INDEX ix_jira_changes_issue_id ON jira_changes (issue_id);

CREATE TABLE jira_attachments (
  id INTEGER NOT NULL,
  issue_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  filename VARCHAR NOT NULL,
  mime_type VARCHAR NOT NULL,
  size INTEGER NOT NULL,
  content BLOB NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_jira_attachments PRIMARY KEY (id),
  CONSTRAINT fk_jira_attachments_issue_id_jira_issues FOREIGN KEY(issue_id) REFERENCES jira_issues (id),
  CONSTRAINT fk_jira_attachments_author_id_app_users FOREIGN KEY(author_id) REFERENCES app_users (id)
);

CREATE INDEX ix_jira_attachments_issue_id ON jira_attachments (issue_id);

INSERT INTO app_versions (app, version) VALUES ('jira', 6);

