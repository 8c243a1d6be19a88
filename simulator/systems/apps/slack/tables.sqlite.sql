CREATE TABLE slack_workspaces (
  host VARCHAR NOT NULL,
  has_rate_limits BOOLEAN NOT NULL,
  CONSTRAINT pk_slack_workspaces PRIMARY KEY (host),
  CONSTRAINT fk_slack_workspaces_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE TABLE slack_call_counts (
  host VARCHAR NOT NULL,
  client_id VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  begins BIGINT NOT NULL,
  count INTEGER NOT NULL,
  CONSTRAINT pk_slack_call_counts PRIMARY KEY (host, client_id, method, begins),
  CONSTRAINT fk_slack_call_counts_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE TABLE slack_conversations (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  topic VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  creator_id INTEGER NOT NULL,
  is_archived BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_slack_conversations PRIMARY KEY (id),
  CONSTRAINT uq_slack_conversations_host_name UNIQUE (host, name),
  CONSTRAINT fk_slack_conversations_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_slack_conversations_creator_id_app_users FOREIGN KEY(creator_id) REFERENCES app_users (id)
);

CREATE TABLE slack_files (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  owner_id INTEGER NOT NULL,
  upload_key VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  alt_text VARCHAR NOT NULL,
  size INTEGER NOT NULL,
  content BLOB,
  uploaded_at DATETIME,
  completed_at DATETIME,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_slack_files PRIMARY KEY (id),
  CONSTRAINT uq_slack_files_upload_key UNIQUE (upload_key),
  CONSTRAINT fk_slack_files_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_slack_files_owner_id_app_users FOREIGN KEY(owner_id) REFERENCES app_users (id)
);

CREATE INDEX ix_slack_files_of_owner ON slack_files (owner_id, id);

CREATE TABLE slack_members (
  conversation_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  CONSTRAINT pk_slack_members PRIMARY KEY (conversation_id, user_id),
  CONSTRAINT fk_slack_members_conversation_id_slack_conversations FOREIGN KEY(conversation_id) REFERENCES slack_conversations (id),
  CONSTRAINT fk_slack_members_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_slack_members_user_id ON slack_members (user_id);

CREATE TABLE slack_messages (
  id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  text VARCHAR NOT NULL,
  extras JSON NOT NULL,
  ts BIGINT NOT NULL,
  thread_ts BIGINT,
  edited_ts BIGINT,
  CONSTRAINT pk_slack_messages PRIMARY KEY (id),
  CONSTRAINT uq_slack_messages_conversation_id_ts UNIQUE (conversation_id, ts),
  CONSTRAINT fk_slack_messages_conversation_id_slack_conversations FOREIGN KEY(conversation_id) REFERENCES slack_conversations (id),
  CONSTRAINT fk_slack_messages_author_id_app_users FOREIGN KEY(author_id) REFERENCES app_users (id)
);

CREATE INDEX ix_slack_messages_of_a_thread ON slack_messages (conversation_id, thread_ts);

CREATE TABLE slack_file_shares (
  file_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  ts BIGINT NOT NULL,
  CONSTRAINT pk_slack_file_shares PRIMARY KEY (file_id, conversation_id, ts),
  CONSTRAINT fk_slack_file_shares_file_id_slack_files FOREIGN KEY(file_id) REFERENCES slack_files (id),
  CONSTRAINT fk_slack_file_shares_conversation_id_slack_conversations FOREIGN KEY(conversation_id) REFERENCES slack_conversations (id)
);

CREATE INDEX ix_slack_file_shares_of_message ON slack_file_shares (conversation_id, ts);

CREATE TABLE slack_reactions (
  message_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  user_id INTEGER NOT NULL,
  CONSTRAINT pk_slack_reactions PRIMARY KEY (message_id, name, user_id),
  CONSTRAINT fk_slack_reactions_message_id_slack_messages FOREIGN KEY(message_id) REFERENCES slack_messages (id),
  CONSTRAINT fk_slack_reactions_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

INSERT INTO app_versions (app, version) VALUES ('slack', 3);

