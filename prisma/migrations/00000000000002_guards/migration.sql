-- What the rows may say, whoever writes them. Prisma has no words for any of this; the names are what commit() reports as LIMIT.

-- ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE region
  ADD CONSTRAINT region_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
  ADD CONSTRAINT region_country_form CHECK (country ~ '^[A-Z]{2}$'),
  ADD CONSTRAINT region_generation_positive CHECK (generation >= 1);

ALTER TABLE datacenter
  ADD CONSTRAINT datacenter_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
  ADD CONSTRAINT datacenter_pue_at_least_one CHECK (pue_milli BETWEEN 1000 AND 10000),
  ADD CONSTRAINT datacenter_admits_someone CHECK (cardinality(admitted_tenant_classes) >= 1),
  ADD CONSTRAINT datacenter_lease_in_order CHECK (lease_to > lease_from),
  ADD CONSTRAINT datacenter_on_earth CHECK (latitude_e6 BETWEEN -90000000 AND 90000000 AND longitude_e6 BETWEEN -180000000 AND 180000000),
  ADD CONSTRAINT datacenter_generation_positive CHECK (generation >= 1);

ALTER TABLE hall
  ADD CONSTRAINT hall_cooling_positive CHECK (cooling_capacity_w > 0),
  ADD CONSTRAINT hall_cooling_named CHECK (cardinality(cooling_kinds) >= 1),
  ADD CONSTRAINT hall_derating_percent CHECK (derating_pct BETWEEN 0 AND 100),
  ADD CONSTRAINT hall_generation_positive CHECK (generation >= 1);

ALTER TABLE rack
  ADD CONSTRAINT rack_power_limit CHECK (max_power_w BETWEEN 1 AND 150000),
  ADD CONSTRAINT rack_units_positive CHECK (units BETWEEN 1 AND 100),
  ADD CONSTRAINT rack_position_positive CHECK (position >= 0),
  ADD CONSTRAINT rack_cooling_positive CHECK (cooling_capacity_w > 0),
  ADD CONSTRAINT rack_generation_positive CHECK (generation >= 1);

ALTER TABLE shape
  ADD CONSTRAINT shape_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
  ADD CONSTRAINT shape_gpus_positive CHECK (gpus BETWEEN 1 AND 1024),
  ADD CONSTRAINT shape_power_in_order CHECK (idle_w >= 0 AND max_w >= idle_w AND max_w > 0),
  ADD CONSTRAINT shape_sizes_positive CHECK (gpu_memory_mib > 0 AND cpu_milli > 0 AND ram_mib > 0 AND nvme_gib >= 0 AND nic_mbps >= 0
    AND units > 0 AND nvlink_domain_size >= 0 AND peak_fp16_tflops >= 0),
  ADD CONSTRAINT shape_cooling_named CHECK (cardinality(cooling_kinds) >= 1),
  ADD CONSTRAINT shape_generation_positive CHECK (generation >= 1);

ALTER TABLE machine
  ADD CONSTRAINT machine_name_form CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT machine_units_positive CHECK (units > 0 AND (position_u IS NULL OR position_u >= 1)),
  ADD CONSTRAINT machine_pool_with_cluster CHECK ((pool_id IS NULL) = (cluster_id IS NULL)),
  ADD CONSTRAINT machine_generation_positive CHECK (generation >= 1);

ALTER TABLE cluster
  ADD CONSTRAINT cluster_endpoint_https CHECK (endpoint ~ '^https://'),
  ADD CONSTRAINT cluster_observed_past CHECK (observed_generation BETWEEN 0 AND generation),
  ADD CONSTRAINT cluster_generation_positive CHECK (generation >= 1);

ALTER TABLE node_pool
  ADD CONSTRAINT node_pool_bounds CHECK (minimum >= 0 AND target >= minimum AND maximum >= target),
  ADD CONSTRAINT node_pool_ready_positive CHECK (ready_machines >= 0),
  ADD CONSTRAINT node_pool_observed_past CHECK (observed_generation BETWEEN 0 AND generation),
  ADD CONSTRAINT node_pool_generation_positive CHECK (generation >= 1);

ALTER TABLE organisation
  ADD CONSTRAINT organisation_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
  ADD CONSTRAINT organisation_generation_positive CHECK (generation >= 1);

ALTER TABLE project
  ADD CONSTRAINT project_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
  ADD CONSTRAINT project_observed_past CHECK (observed_generation BETWEEN 0 AND generation),
  ADD CONSTRAINT project_generation_positive CHECK (generation >= 1);

ALTER TABLE gpu_instance
  ADD CONSTRAINT gpu_instance_sizes CHECK (gpus > 0 AND reserved_w >= 0),
  ADD CONSTRAINT gpu_instance_ssh_keys CHECK (cardinality(ssh_keys) BETWEEN 1 AND 16),
  ADD CONSTRAINT gpu_instance_released CHECK ((status = 'RELEASED') = (released_at IS NOT NULL) AND (status <> 'RELEASED' OR desired = 'RELEASED')),
  ADD CONSTRAINT gpu_instance_observed_past CHECK (observed_generation BETWEEN 0 AND generation),
  ADD CONSTRAINT gpu_instance_generation_positive CHECK (generation >= 1);

ALTER TABLE api_key
  ADD CONSTRAINT api_key_digest_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT api_key_directory CHECK ((directory = 'provider') = (tenant_id IS NULL)),
  ADD CONSTRAINT api_key_generation_positive CHECK (generation >= 1);

ALTER TABLE machine_capacity
  ADD CONSTRAINT machine_capacity_gpus CHECK (gpus_allocated >= 0 AND gpus_allocated <= gpus_total),
  ADD CONSTRAINT machine_capacity_watts CHECK (idle_w >= 0 AND reserved_w >= 0);
ALTER TABLE rack_capacity
  ADD CONSTRAINT rack_capacity_limit CHECK (max_power_w BETWEEN 1 AND 150000),
  ADD CONSTRAINT rack_capacity_power CHECK (used_w >= 0 AND used_w <= max_power_w);

ALTER TABLE region_lease ADD CONSTRAINT region_lease_epoch_positive CHECK (epoch >= 1);

ALTER TABLE outbox
  ADD CONSTRAINT outbox_subject_form CHECK (region_code ~ '^(_|[a-z][a-z0-9-]{1,30})$' AND noun ~ '^[a-z]{1,40}$' AND verb ~ '^[a-z][a-z-]{0,40}$');

-- The digest is the writer's; comparing it here finds bytes that changed on the way, while the writer can still be told.
ALTER TABLE audit_event
  ADD CONSTRAINT audit_event_size CHECK (octet_length(body) BETWEEN 2 AND 16384),
  ADD CONSTRAINT audit_event_digest CHECK (digest = sha256(body)),
  ADD CONSTRAINT audit_event_words CHECK (phase IN ('requested', 'started', 'completed', 'denied', 'read')
    AND outcome IN ('success', 'failure', 'denied', 'unknown') AND actor_directory IN ('tenant', 'provider', 'none'));

ALTER TABLE idempotency_record
  ADD CONSTRAINT idempotency_record_key_length CHECK (length(key) BETWEEN 1 AND 200),
  ADD CONSTRAINT idempotency_record_fingerprint_form CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT idempotency_record_expires_later CHECK (expires_at > created_at);

-- The columns of a ledger row are copies of its fact, for indexes, keys and triggers: two truths in one row are refused.
ALTER TABLE capacity_ledger
  ADD CONSTRAINT capacity_ledger_positive CHECK (index >= 1 AND epoch >= 1),
  ADD CONSTRAINT capacity_ledger_fact CHECK (
    fact->>'kind' = kind::text
    AND CASE kind
      WHEN 'RACK' THEN rack_id IS NOT NULL AND fact->>'rackId' = rack_id AND machine_id IS NULL AND instance_id IS NULL
      WHEN 'MACHINE' THEN machine_id IS NOT NULL AND rack_id IS NOT NULL AND fact->>'machineId' = machine_id AND fact->>'rackId' = rack_id AND instance_id IS NULL
      WHEN 'POOL' THEN rack_id IS NULL AND machine_id IS NULL AND instance_id IS NULL
      ELSE instance_id IS NOT NULL AND tenant_id IS NOT NULL AND machine_id IS NOT NULL AND gpus IS NOT NULL AND watts IS NOT NULL
        AND gpus > 0 AND watts >= 0
        AND fact->>'instanceId' = instance_id AND fact->>'machineId' = machine_id AND (fact->>'gpus')::int = gpus AND (fact->>'watts')::int = watts
    END);

-- ── uniqueness that depends on the state ────────────────────────────────────────────────────────────────────────────
CREATE UNIQUE INDEX gpu_instance_live_name ON gpu_instance (project_id, name) WHERE status <> 'RELEASED';
CREATE UNIQUE INDEX capacity_ledger_claim_once ON capacity_ledger (instance_id) WHERE kind = 'CLAIM';
CREATE UNIQUE INDEX capacity_ledger_release_once ON capacity_ledger (instance_id) WHERE kind = 'RELEASE';
-- What a resync walks: everything that still needs looking after, in id order.
CREATE INDEX gpu_instance_live ON gpu_instance (id) WHERE status <> 'RELEASED';

-- These two are updated by every claim: free room on each page keeps the new version beside the old one (HOT), indexes untouched.
ALTER TABLE machine_capacity SET (fillfactor = 50);
ALTER TABLE rack_capacity SET (fillfactor = 50);
ALTER TABLE gpu_instance SET (fillfactor = 80);

-- ── append-only ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER capacity_ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON capacity_ledger FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
-- ALWAYS: session_replication_role = replica does not switch them off.
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;
ALTER TABLE capacity_ledger ENABLE ALWAYS TRIGGER capacity_ledger_append_only;

-- Lets one statement refuse itself from inside: whatever its other parts wrote is undone. Seen by the caller as SQLSTATE CAD01 with the word.
CREATE FUNCTION app_refuse(word text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = word, ERRCODE = 'CAD01';
END $$;

-- ── capacity follows the ledger ─────────────────────────────────────────────────────────────────────────────────────
-- Once per statement, over the transition table: a batch of 400 claims is one pass, not 400 trigger calls. Only the net effect of a statement
-- is judged (a release and a claim of the same GPUs may share a batch). SECURITY DEFINER because nobody but this function may
-- write the two capacity tables. The planner settings force index lookups: a plan made for an inventory of 100,000 rows is kept by the
-- session and would scan whole tables for a batch of one claim.
CREATE FUNCTION capacity_ledger_apply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
DECLARE
  gaps boolean;
  releases boolean;
  introduces boolean;
  machines_named bigint;
  machines_found bigint;
  racks_named bigint;
  racks_found bigint;
BEGIN
  -- The fence, also for rows written by hand. FOR SHARE: a new holder waits for the writes of the old epoch, and they for it.
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT region_id, epoch FROM appended) a
    LEFT JOIN LATERAL (SELECT l.epoch FROM region_lease l WHERE l.region_id = a.region_id FOR SHARE) l ON true
    WHERE l.epoch IS DISTINCT FROM a.epoch
  ) THEN
    RAISE EXCEPTION 'ledger row of a stale epoch' USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_epoch';
  END IF;

  -- What the rows are is learnt in the same pass: a small batch of claims then pays for no statement that has nothing to do.
  SELECT bool_or(a.high - a.low + 1 <> a.n
           OR a.low <> 1 + coalesce((SELECT p.index FROM capacity_ledger p WHERE p.region_id = a.region_id AND p.index < a.low ORDER BY p.index DESC LIMIT 1), 0)),
         bool_or(a.releases), bool_or(a.introduces)
    INTO gaps, releases, introduces
    FROM (SELECT region_id, min(index) AS low, max(index) AS high, count(*) AS n, bool_or(kind = 'RELEASE') AS releases, bool_or(kind IN ('RACK', 'MACHINE')) AS introduces
          FROM appended GROUP BY region_id) a;
  IF gaps THEN
    RAISE EXCEPTION 'the ledger of a region has no gaps' USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_dense';
  END IF;

  IF releases AND EXISTS (
    SELECT FROM appended r
    WHERE r.kind = 'RELEASE' AND NOT EXISTS (
      SELECT FROM capacity_ledger c
      WHERE c.instance_id = r.instance_id AND c.kind = 'CLAIM' AND c.region_id = r.region_id AND c.index < r.index
        AND c.tenant_id = r.tenant_id AND c.machine_id = r.machine_id AND c.gpus = r.gpus AND c.watts = r.watts)
  ) THEN
    RAISE EXCEPTION 'a release gives back exactly one earlier claim' USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_release_of_claim';
  END IF;

  IF introduces THEN
    INSERT INTO rack_capacity (rack_id, region_id, max_power_w)
      SELECT DISTINCT ON (rack_id) rack_id, region_id, (fact->>'maxPowerW')::int FROM appended WHERE kind = 'RACK' ORDER BY rack_id, index DESC
      ON CONFLICT (rack_id) DO NOTHING;
    INSERT INTO machine_capacity (machine_id, region_id, rack_id, gpus_total, idle_w, energised)
      SELECT DISTINCT ON (machine_id) machine_id, region_id, rack_id, (fact->>'gpus')::int, 0, false FROM appended WHERE kind = 'MACHINE' ORDER BY machine_id, index DESC
      ON CONFLICT (machine_id) DO NOTHING;
  END IF;

  -- The last fact of each machine comes out of the same pass as its sums: a join of the two, with hash and merge joins off, would compare each with each.
  WITH moved AS (
    SELECT region_id, machine_id,
           coalesce(sum(CASE kind WHEN 'CLAIM' THEN gpus WHEN 'RELEASE' THEN -gpus END), 0) AS gpus,
           coalesce(sum(CASE kind WHEN 'CLAIM' THEN watts WHEN 'RELEASE' THEN -watts END), 0) AS watts,
           (array_agg(fact ORDER BY index DESC) FILTER (WHERE kind = 'MACHINE'))[1] AS fact
    FROM appended WHERE machine_id IS NOT NULL GROUP BY region_id, machine_id
  ), before AS (
    SELECT c.machine_id, c.rack_id, c.idle_w + c.reserved_w AS watts FROM moved m JOIN machine_capacity c ON c.machine_id = m.machine_id
  ), changed AS (
    UPDATE machine_capacity c
    SET rack_id = coalesce(m.fact->>'rackId', c.rack_id), gpus_total = coalesce((m.fact->>'gpus')::int, c.gpus_total),
        idle_w = CASE WHEN m.fact->>'state' = 'GONE' THEN 0 ELSE coalesce((m.fact->>'idleW')::int, c.idle_w) END,
        energised = coalesce(m.fact->>'state' = 'ENERGISED', c.energised), gpus_allocated = c.gpus_allocated + m.gpus, reserved_w = c.reserved_w + m.watts
    FROM moved m
    WHERE c.machine_id = m.machine_id AND c.region_id = m.region_id
    RETURNING c.rack_id, c.idle_w + c.reserved_w AS watts
  ), limit_of AS (
    SELECT DISTINCT ON (rack_id) rack_id, (fact->>'maxPowerW')::int AS max_power_w FROM appended WHERE kind = 'RACK' ORDER BY rack_id, index DESC
  ), rack_moved AS (
    SELECT rack_id, sum(watts) AS watts, max(max_power_w) AS max_power_w FROM (
      SELECT rack_id, -watts AS watts, NULL::int AS max_power_w FROM before
      UNION ALL SELECT rack_id, watts, NULL FROM changed
      UNION ALL SELECT rack_id, 0, max_power_w FROM limit_of) x
    GROUP BY rack_id
  ), rack_changed AS (
    UPDATE rack_capacity r SET used_w = r.used_w + m.watts, max_power_w = coalesce(m.max_power_w, r.max_power_w)
    FROM rack_moved m WHERE r.rack_id = m.rack_id
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed), (SELECT count(*) FROM rack_moved), (SELECT count(*) FROM rack_changed)
    INTO machines_named, machines_found, racks_named, racks_found;

  IF machines_named <> machines_found OR racks_named <> racks_found THEN
    RAISE EXCEPTION 'the ledger names a machine or rack that it has not introduced in this region'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_introduced';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER capacity_ledger_apply AFTER INSERT ON capacity_ledger REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION capacity_ledger_apply();
ALTER TABLE capacity_ledger ENABLE ALWAYS TRIGGER capacity_ledger_apply;
