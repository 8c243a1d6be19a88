CREATE TABLE jira_projects (
  id SERIAL NOT NULL,
  host VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  CONSTRAINT pk_jira_projects PRIMARY KEY (id),
  CONSTRAINT fk_jira_projects_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE TABLE jira_issues (
  id SERIAL NOT NULL,
  project_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  issue_type VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  priority VARCHAR NOT NULL,
  summary VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  reporter_id INTEGER NOT NULL,
  assignee_id INTEGER,
  comments JSONB NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_jira_issues PRIMARY KEY (id),
  CONSTRAINT uq_jira_issues_project_id_number UNIQUE (project_id, number),
  CONSTRAINT fk_jira_issues_project_id_jira_projects FOREIGN KEY(project_id) REFERENCES jira_projects (id),
  CONSTRAINT fk_jira_issues_reporter_id_app_users FOREIGN KEY(reporter_id) REFERENCES app_users (id),
  CONSTRAINT fk_jira_issues_assignee_id_app_users FOREIGN KEY(assignee_id) REFERENCES app_users (id)
);

CREATE INDEX ix_jira_issues_assignee_id ON jira_issues (assignee_id);

CREATE INDEX ix_jira_issues_reporter_id ON jira_issues (reporter_id);

