CREATE TABLE salesforce_objects (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  plural VARCHAR NOT NULL,
  prefix VARCHAR NOT NULL,
  sharing VARCHAR NOT NULL,
  fields JSON NOT NULL,
  CONSTRAINT pk_salesforce_objects PRIMARY KEY (id),
  CONSTRAINT uq_salesforce_objects_host_name UNIQUE (host, name),
  CONSTRAINT fk_salesforce_objects_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE TABLE salesforce_field_limits (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  object VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  user_id INTEGER NOT NULL,
  can_read BOOLEAN NOT NULL,
  CONSTRAINT pk_salesforce_field_limits PRIMARY KEY (id),
  CONSTRAINT uq_salesforce_field_limits_host_object_field_user_id UNIQUE (host, object, field, user_id),
  CONSTRAINT fk_salesforce_field_limits_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_salesforce_field_limits_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_salesforce_field_limits_user_id ON salesforce_field_limits (user_id);

CREATE TABLE salesforce_records (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  record_id VARCHAR,
  owner_id INTEGER,
  is_deleted BOOLEAN NOT NULL,
  fields JSON NOT NULL,
  CONSTRAINT pk_salesforce_records PRIMARY KEY (id),
  CONSTRAINT uq_salesforce_records_host_record_id UNIQUE (host, record_id),
  CONSTRAINT fk_salesforce_records_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_salesforce_records_owner_id_app_users FOREIGN KEY(owner_id) REFERENCES app_users (id)
);

CREATE INDEX ix_salesforce_records_host_kind ON salesforce_records (host, kind);

CREATE INDEX ix_salesforce_records_owner_id ON salesforce_records (owner_id);

CREATE TABLE salesforce_queries (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  user_id INTEGER NOT NULL,
  text VARCHAR NOT NULL,
  batch_size INTEGER NOT NULL,
  has_deleted BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_salesforce_queries PRIMARY KEY (id),
  CONSTRAINT fk_salesforce_queries_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_salesforce_queries_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_salesforce_queries_user_id ON salesforce_queries (user_id);

CREATE TABLE salesforce_shares (
  id INTEGER NOT NULL,
  record_number INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  can_edit BOOLEAN NOT NULL,
  CONSTRAINT pk_salesforce_shares PRIMARY KEY (id),
  CONSTRAINT uq_salesforce_shares_record_number_user_id UNIQUE (record_number, user_id),
  CONSTRAINT fk_salesforce_shares_record_number_salesforce_records FOREIGN KEY(record_number) REFERENCES salesforce_records (id),
  CONSTRAINT fk_salesforce_shares_user_id_app_users FOREIGN KEY(user_id) REFERENCES app_users (id)
);

CREATE INDEX ix_salesforce_shares_user_id ON salesforce_shares (user_id);

INSERT INTO app_versions (app, version) VALUES ('salesforce', 2);

