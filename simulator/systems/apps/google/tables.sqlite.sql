CREATE TABLE gmail_mailboxes (
  user_id INTEGER NOT NULL,
  history_id BIGINT NOT NULL,
  last_label INTEGER NOT NULL,
  CONSTRAINT pk_gmail_mailboxes PRIMARY KEY (user_id),
  CONSTRAINT fk_gmail_mailboxes_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE TABLE gmail_messages (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  message_id VARCHAR NOT NULL,
  thread_id VARCHAR NOT NULL,
  draft_id VARCHAR,
  at BIGINT NOT NULL,
  history_id BIGINT NOT NULL,
  raw BLOB NOT NULL,
  snippet VARCHAR NOT NULL,
  has_attachment BOOLEAN NOT NULL,
  rfc822_id VARCHAR NOT NULL,
  size INTEGER NOT NULL,
  sender_words VARCHAR NOT NULL,
  to_words VARCHAR NOT NULL,
  cc_words VARCHAR NOT NULL,
  bcc_words VARCHAR NOT NULL,
  subject_words VARCHAR NOT NULL,
  file_words VARCHAR NOT NULL,
  list_words VARCHAR NOT NULL,
  body_words VARCHAR NOT NULL,
  CONSTRAINT pk_gmail_messages PRIMARY KEY (id),
  CONSTRAINT uq_gmail_messages_user_id_message_id UNIQUE (user_id, message_id),
  CONSTRAINT fk_gmail_messages_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_gmail_messages_at ON gmail_messages (user_id, at);

CREATE INDEX ix_gmail_messages_draft ON gmail_messages (user_id, draft_id);

CREATE INDEX ix_gmail_messages_rfc822_id ON gmail_messages (user_id, rfc822_id);

CREATE INDEX ix_gmail_messages_thread ON gmail_messages (user_id, thread_id);

CREATE TABLE gmail_changes (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  history_id BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  message_id VARCHAR NOT NULL,
  thread_id VARCHAR NOT NULL,
  labels VARCHAR NOT NULL,
  added VARCHAR NOT NULL,
  removed VARCHAR NOT NULL,
  CONSTRAINT pk_gmail_changes PRIMARY KEY (id),
  CONSTRAINT fk_gmail_changes_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_gmail_changes_history ON gmail_changes (user_id, history_id);

CREATE TABLE gmail_labels (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  label_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  normalized_name VARCHAR NOT NULL,
  looks JSON NOT NULL,
  CONSTRAINT pk_gmail_labels PRIMARY KEY (id),
  CONSTRAINT uq_gmail_labels_user_id_label_id UNIQUE (user_id, label_id),
  CONSTRAINT uq_gmail_labels_user_id_normalized_name UNIQUE (user_id, normalized_name),
  CONSTRAINT fk_gmail_labels_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE TABLE google_calendar_events (
  id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  event_id VARCHAR NOT NULL,
  ical_uid VARCHAR NOT NULL,
  organizer VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  begins_at DATETIME NOT NULL,
  ends_at DATETIME NOT NULL,
  change BIGINT NOT NULL,
  sequence INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  members JSON NOT NULL,
  summary_words VARCHAR NOT NULL,
  CONSTRAINT pk_google_calendar_events PRIMARY KEY (id),
  CONSTRAINT uq_google_calendar_events_user_id_event_id UNIQUE (user_id, event_id),
  CONSTRAINT fk_google_calendar_events_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_google_calendar_events_begins ON google_calendar_events (user_id, begins_at);

CREATE TABLE google_drive_files (
  id INTEGER NOT NULL,
  file_id VARCHAR NOT NULL,
  owner_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  mime_type VARCHAR NOT NULL,
  parent_id VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  content BLOB NOT NULL,
  is_trashed BOOLEAN NOT NULL,
  is_starred BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  modified_at DATETIME NOT NULL,
  CONSTRAINT pk_google_drive_files PRIMARY KEY (id),
  CONSTRAINT uq_google_drive_files_file_id UNIQUE (file_id),
  CONSTRAINT fk_google_drive_files_owner_id_app_users FOREIGN KEY(owner_id) REFERENCES app_users (id)
);

CREATE INDEX ix_google_drive_files_owner ON google_drive_files (owner_id, modified_at);

CREATE INDEX ix_google_drive_files_parent ON google_drive_files (parent_id);

CREATE TABLE google_uploads (
  id INTEGER NOT NULL,
  upload_id VARCHAR NOT NULL,
  owner_id INTEGER NOT NULL,
  path VARCHAR NOT NULL,
  metadata_ JSON NOT NULL,
  media_type VARCHAR NOT NULL,
  content BLOB NOT NULL,
  expires_at DATETIME NOT NULL,
  CONSTRAINT pk_google_uploads PRIMARY KEY (id),
  CONSTRAINT uq_google_uploads_upload_id UNIQUE (upload_id),
  CONSTRAINT fk_google_uploads_owner_id_app_users FOREIGN KEY(owner_id) REFERENCES app_users (id)
);

CREATE INDEX ix_google_uploads_owner_id ON google_uploads (owner_id);

CREATE TABLE gmail_message_labels (
  message_key INTEGER NOT NULL,
  label_id VARCHAR NOT NULL,
  CONSTRAINT pk_gmail_message_labels PRIMARY KEY (message_key, label_id),
  CONSTRAINT fk_gmail_message_labels_message_key_gmail_messages FOREIGN KEY(message_key) REFERENCES gmail_messages (id)
);

CREATE INDEX ix_gmail_message_labels_label ON gmail_message_labels (label_id, message_key);

CREATE TABLE google_drive_permissions (
  file_key INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  role VARCHAR NOT NULL,
  CONSTRAINT pk_google_drive_permissions PRIMARY KEY (file_key, user_id),
  CONSTRAINT fk_google_drive_permissions_file_key_google_drive_files FOREIGN KEY(file_key) REFERENCES google_drive_files (id),
  CONSTRAINT fk_google_drive_permissions_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_google_drive_permissions_user_id ON google_drive_permissions (user_id);

INSERT INTO app_versions (app, version) VALUES ('google', 3);

