-- The peer's tables: the columns and indexes of the product's, without its foreign keys, triggers, row-level security and CHECKs but one.
CREATE TABLE capacity (
  machine_id text PRIMARY KEY,
  gpus_total int NOT NULL,
  gpus_allocated int NOT NULL DEFAULT 0,
  CHECK (gpus_allocated >= 0 AND gpus_allocated <= gpus_total)
) WITH (fillfactor = 50);

CREATE TABLE instance (
  id text PRIMARY KEY, tenant_id text NOT NULL, project_id text NOT NULL, order_id text NOT NULL, name text NOT NULL, region_id text NOT NULL,
  datacenter_id text NOT NULL, cluster_id text NOT NULL, pool_id text NOT NULL, shape_id text NOT NULL, machine_id text NOT NULL, rack_id text NOT NULL,
  gpus int NOT NULL, reserved_w int NOT NULL, image text NOT NULL, ssh_keys text[] NOT NULL, lease_end timestamptz(3) NOT NULL,
  interruptible boolean NOT NULL DEFAULT false, desired text NOT NULL, status text NOT NULL, status_history jsonb NOT NULL DEFAULT '[]',
  conditions jsonb NOT NULL DEFAULT '[]', decision_id text NOT NULL, generation int NOT NULL DEFAULT 1, created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ON instance (project_id, name);
CREATE INDEX ON instance (tenant_id, created_at, id);
CREATE INDEX ON instance (machine_id);

CREATE TABLE outbox (
  seq bigserial PRIMARY KEY, id text UNIQUE NOT NULL, tenant_id text, region_code text NOT NULL, noun text NOT NULL, object_id text NOT NULL, verb text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TABLE audit_event (
  seq bigserial PRIMARY KEY, id text UNIQUE NOT NULL, tenant_id text, type text NOT NULL, outcome text NOT NULL, actor_id text NOT NULL, target_id text NOT NULL,
  body bytea NOT NULL, time_recorded timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO capacity (machine_id, gpus_total) SELECT 'machine_' || lpad(n::text, 26, '0'), 1000000 FROM generate_series(1, :machines) n;
VACUUM ANALYZE;
