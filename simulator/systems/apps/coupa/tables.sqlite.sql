CREATE TABLE coupa_requisitions (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  requester_id INTEGER NOT NULL,
  status VARCHAR NOT NULL,
  justification VARCHAR NOT NULL,
  department VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  total_cents INTEGER NOT NULL,
  lines JSON NOT NULL,
  need_by_date DATE,
  submitted_at DATETIME,
  exported BOOLEAN DEFAULT 0 NOT NULL,
  details JSON DEFAULT '{}' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_coupa_requisitions PRIMARY KEY (id),
  CONSTRAINT fk_coupa_requisitions_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_coupa_requisitions_requester_id_app_users FOREIGN KEY(requester_id) REFERENCES app_users (id)
);

CREATE INDEX ix_coupa_requisitions_host ON coupa_requisitions (host);

CREATE INDEX ix_coupa_requisitions_newest ON coupa_requisitions (host, created_at, id);

CREATE INDEX ix_coupa_requisitions_own_newest ON coupa_requisitions (requester_id, created_at, id);

CREATE INDEX ix_coupa_requisitions_requester_id ON coupa_requisitions (requester_id);

CREATE TABLE coupa_records (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  owner_id INTEGER,
  subject_id INTEGER,
  parent_kind VARCHAR,
  parent_id INTEGER,
  status VARCHAR,
  exported BOOLEAN DEFAULT 0 NOT NULL,
  details JSON DEFAULT '{}' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_coupa_records PRIMARY KEY (id),
  CONSTRAINT fk_coupa_records_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_coupa_records_owner_id_app_users FOREIGN KEY(owner_id) REFERENCES app_users (id),
  CONSTRAINT fk_coupa_records_subject_id_app_users FOREIGN KEY(subject_id) REFERENCES app_users (id)
);

CREATE INDEX ix_coupa_records_of_kind ON coupa_records (host, kind, id);

CREATE INDEX ix_coupa_records_of_owner ON coupa_records (owner_id, kind);

CREATE INDEX ix_coupa_records_of_parent ON coupa_records (parent_kind, parent_id, kind);

CREATE INDEX ix_coupa_records_of_subject ON coupa_records (subject_id, kind);

CREATE TABLE coupa_request_counts (
  host VARCHAR NOT NULL,
  second BIGINT NOT NULL,
  count INTEGER NOT NULL,
  CONSTRAINT pk_coupa_request_counts PRIMARY KEY (host, second),
  CONSTRAINT fk_coupa_request_counts_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host)
);

CREATE TABLE coupa_purchase_orders (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  requester_id INTEGER NOT NULL,
  requisition_id INTEGER,
  po_number VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  supplier VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  total_cents INTEGER NOT NULL,
  lines JSON NOT NULL,
  exported BOOLEAN DEFAULT 0 NOT NULL,
  details JSON DEFAULT '{}' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_coupa_purchase_orders PRIMARY KEY (id),
  CONSTRAINT fk_coupa_purchase_orders_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_coupa_purchase_orders_requester_id_app_users FOREIGN KEY(requester_id) REFERENCES app_users (id),
  CONSTRAINT fk_coupa_purchase_orders_requisition_id_coupa_requisitions FOREIGN KEY(requisition_id) REFERENCES coupa_requisitions (id)
);

CREATE INDEX ix_coupa_purchase_orders_host ON coupa_purchase_orders (host);

CREATE INDEX ix_coupa_purchase_orders_newest ON coupa_purchase_orders (host, created_at, id);

CREATE INDEX ix_coupa_purchase_orders_own_newest ON coupa_purchase_orders (requester_id, created_at, id);

CREATE INDEX ix_coupa_purchase_orders_requester_id ON coupa_purchase_orders (requester_id);

CREATE TABLE coupa_invoices (
  id INTEGER NOT NULL,
  host VARCHAR NOT NULL,
  requester_id INTEGER NOT NULL,
  purchase_order_id INTEGER,
  invoice_number VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  supplier VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  total_cents INTEGER NOT NULL,
  invoice_date DATE NOT NULL,
  exported BOOLEAN DEFAULT 0 NOT NULL,
  details JSON DEFAULT '{}' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  CONSTRAINT pk_coupa_invoices PRIMARY KEY (id),
  CONSTRAINT fk_coupa_invoices_host_app_instances FOREIGN KEY(host) REFERENCES app_instances (host),
  CONSTRAINT fk_coupa_invoices_requester_id_app_users FOREIGN KEY(requester_id) REFERENCES app_users (id),
  CONSTRAINT fk_coupa_invoices_purchase_order_id_coupa_purchase_orders FOREIGN KEY(purchase_order_id) REFERENCES coupa_purchase_orders (id)
);

CREATE INDEX ix_coupa_invoices_host ON coupa_invoices (host);

CREATE INDEX ix_coupa_invoices_newest ON coupa_invoices (host, created_at, id);

CREATE INDEX ix_coupa_invoices_own_newest ON coupa_invoices (requester_id, created_at, id);

CREATE INDEX ix_coupa_invoices_requester_id ON coupa_invoices (requester_id);

INSERT INTO app_versions (app, version) VALUES ('coupa', 3);

