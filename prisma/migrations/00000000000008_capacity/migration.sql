-- What an order may ask for grew from whole machines to slices, CPU, memory, law and dates; the ledger, and what the database itself forbids, grow with it.

-- A new value of an enum may not be used in the transaction that adds it: everything below compares the text.
ALTER TYPE "LedgerKind" ADD VALUE 'SITE';
ALTER TYPE "LedgerKind" ADD VALUE 'PHASE';
ALTER TYPE "LedgerKind" ADD VALUE 'CERTIFICATION';
ALTER TYPE "LedgerKind" ADD VALUE 'HALL';
ALTER TYPE "LedgerKind" ADD VALUE 'POWER_NODE';
ALTER TYPE "LedgerKind" ADD VALUE 'QUOTAS';
ALTER TYPE "LedgerKind" ADD VALUE 'MIX';
ALTER TYPE "LedgerKind" ADD VALUE 'RESERVE';
ALTER TYPE "LedgerKind" ADD VALUE 'UNRESERVE';
ALTER TYPE "LedgerKind" ADD VALUE 'HOLD';
ALTER TYPE "LedgerKind" ADD VALUE 'UNHOLD';

CREATE TYPE "PlanState" AS ENUM ('HELD', 'APPLIED', 'EXPIRED', 'REFUSED');

-- ── columns ─────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE gpu_instance
  ADD COLUMN milli_gpu integer,
  ADD COLUMN cpu_milli integer NOT NULL DEFAULT 0,
  ADD COLUMN ram_mib integer NOT NULL DEFAULT 0,
  ADD COLUMN legal_scope jsonb NOT NULL DEFAULT '{"jurisdictions": [], "certifications": [], "dataClass": "ORDINARY"}',
  ADD COLUMN reservation_id text,
  ADD COLUMN plan_id text;
ALTER TABLE gpu_instance
  DROP CONSTRAINT gpu_instance_sizes,
  ADD CONSTRAINT gpu_instance_sizes CHECK (gpus >= 0 AND reserved_w >= 0 AND cpu_milli >= 0 AND ram_mib >= 0 AND (milli_gpu IS NULL OR (milli_gpu BETWEEN 1 AND 999 AND gpus = 0)));

ALTER TABLE datacenter
  ADD COLUMN grid_grams_per_kwh integer,
  ADD CONSTRAINT datacenter_grid_grams CHECK (grid_grams_per_kwh BETWEEN 0 AND 3000);
ALTER TABLE shape
  ADD COLUMN price_per_hour_minor integer,
  ADD CONSTRAINT shape_price CHECK (price_per_hour_minor >= 0);

ALTER TABLE capacity_ledger ADD COLUMN hold_id text;

-- ── a plan: a placement that is shown and held before it is ordered ─────────────────────────────────────────────────
CREATE TABLE plan (
  id text NOT NULL,
  tenant_id text NOT NULL,
  project_id text NOT NULL,
  region_id text NOT NULL,
  decision_id text NOT NULL,
  state "PlanState" NOT NULL,
  request jsonb NOT NULL,
  instances jsonb NOT NULL DEFAULT '[]',
  watts integer NOT NULL,
  price_per_hour_minor integer,
  grams_per_hour integer,
  expires_at timestamptz(3) NOT NULL,
  generation integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT plan_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX plan_tenant_id_id_key ON plan (tenant_id, id);
CREATE INDEX plan_region_id_state_expires_at_idx ON plan (region_id, state, expires_at);
ALTER TABLE plan
  ADD CONSTRAINT plan_tenant_id_project_id_fkey FOREIGN KEY (tenant_id, project_id) REFERENCES project (tenant_id, id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT plan_tenant_id_decision_id_fkey FOREIGN KEY (tenant_id, decision_id) REFERENCES placement_decision (tenant_id, id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT plan_sizes CHECK (watts >= 0 AND price_per_hour_minor >= 0 AND grams_per_hour >= 0 AND generation >= 1);

-- ── what the allocator starts from instead of the whole ledger ──────────────────────────────────────────────────────
CREATE TABLE capacity_snapshot (
  region_id text NOT NULL,
  index bigint NOT NULL,
  part integer NOT NULL,
  lines text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT capacity_snapshot_pkey PRIMARY KEY (region_id, index, part)
);
ALTER TABLE capacity_snapshot ADD CONSTRAINT capacity_snapshot_part CHECK (part >= 0 AND index >= 1);

-- ── what the ledger's trigger keeps in step ─────────────────────────────────────────────────────────────────────────
ALTER TABLE machine_capacity
  ADD COLUMN milli_allocated integer NOT NULL DEFAULT 0,
  ADD COLUMN cpu_milli integer NOT NULL DEFAULT 0,
  ADD COLUMN cpu_allocated integer NOT NULL DEFAULT 0,
  ADD COLUMN ram_mib integer NOT NULL DEFAULT 0,
  ADD COLUMN ram_allocated integer NOT NULL DEFAULT 0;
ALTER TABLE machine_capacity
  DROP CONSTRAINT machine_capacity_gpus,
  ADD CONSTRAINT machine_capacity_gpus CHECK (gpus_allocated >= 0 AND milli_allocated >= 0 AND gpus_allocated * 1000 + milli_allocated <= gpus_total * 1000),
  ADD CONSTRAINT machine_capacity_sizes CHECK (cpu_allocated >= 0 AND ram_allocated >= 0);
ALTER TABLE rack_capacity
  ADD COLUMN datacenter_id text NOT NULL DEFAULT '',
  ADD COLUMN hall_id text NOT NULL DEFAULT '',
  ADD COLUMN feed_a text,
  ADD COLUMN feed_b text;

-- Sites, halls, power nodes and phases as the ledger last said them.
CREATE TABLE power_limit (
  limit_id text NOT NULL,
  region_id text NOT NULL,
  datacenter_id text NOT NULL,
  kind text NOT NULL,
  parent_id text,
  capacity_w bigint NOT NULL,
  pue_milli integer NOT NULL DEFAULT 1000,
  feed_loss_tolerated boolean NOT NULL DEFAULT true,
  used_half_w bigint NOT NULL DEFAULT 0,
  CONSTRAINT power_limit_pkey PRIMARY KEY (limit_id)
);
CREATE INDEX power_limit_datacenter_id_idx ON power_limit (datacenter_id);
ALTER TABLE power_limit
  ADD CONSTRAINT power_limit_kind CHECK (kind IN ('SITE', 'HALL', 'NODE')),
  ADD CONSTRAINT power_limit_capacity CHECK (capacity_w >= 0);
ALTER TABLE power_limit SET (fillfactor = 50);

CREATE TABLE power_contract (
  phase_id text NOT NULL,
  datacenter_id text NOT NULL,
  contracted_w bigint NOT NULL,
  valid_from timestamptz(3) NOT NULL,
  valid_to timestamptz(3),
  CONSTRAINT power_contract_pkey PRIMARY KEY (phase_id)
);
CREATE INDEX power_contract_datacenter_id_idx ON power_contract (datacenter_id);

-- What a watt of a rack weighs on each limit, in half watts: see libs/domain/src/capacity/power.ts, which says the same.
CREATE TABLE rack_limit (
  rack_id text NOT NULL,
  limit_id text NOT NULL,
  weight smallint NOT NULL,
  CONSTRAINT rack_limit_pkey PRIMARY KEY (rack_id, limit_id)
);
CREATE INDEX rack_limit_limit_id_idx ON rack_limit (limit_id);
ALTER TABLE rack_limit ADD CONSTRAINT rack_limit_weight CHECK (weight IN (1, 2));

-- ── the ledger's rows ───────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE capacity_ledger
  DROP CONSTRAINT capacity_ledger_fact,
  ADD CONSTRAINT capacity_ledger_fact CHECK (
    fact->>'kind' = kind::text
    AND CASE
      WHEN kind::text = 'RACK' THEN rack_id IS NOT NULL AND fact->>'rackId' = rack_id AND machine_id IS NULL AND instance_id IS NULL AND hold_id IS NULL
      WHEN kind::text = 'MACHINE' THEN machine_id IS NOT NULL AND rack_id IS NOT NULL AND fact->>'machineId' = machine_id AND fact->>'rackId' = rack_id AND instance_id IS NULL AND hold_id IS NULL
      WHEN kind::text IN ('CLAIM', 'RELEASE') THEN instance_id IS NOT NULL AND tenant_id IS NOT NULL AND machine_id IS NOT NULL AND gpus IS NOT NULL AND watts IS NOT NULL AND hold_id IS NULL
        AND gpus >= 0 AND watts >= 0
        AND fact->>'instanceId' = instance_id AND fact->>'machineId' = machine_id AND (fact->>'gpus')::int = gpus AND (fact->>'watts')::int = watts
      -- A hold has no instance yet, only the id that it would have.
      WHEN kind::text IN ('HOLD', 'UNHOLD') THEN hold_id IS NOT NULL AND tenant_id IS NOT NULL AND machine_id IS NOT NULL AND gpus IS NOT NULL AND watts IS NOT NULL AND instance_id IS NULL
        AND gpus >= 0 AND watts >= 0
        AND fact->>'instanceId' = hold_id AND fact->>'machineId' = machine_id AND (fact->>'gpus')::int = gpus AND (fact->>'watts')::int = watts
      ELSE rack_id IS NULL AND machine_id IS NULL AND instance_id IS NULL AND hold_id IS NULL
    END);
CREATE UNIQUE INDEX capacity_ledger_hold_once ON capacity_ledger (hold_id) WHERE hold_id IS NOT NULL AND fact ? 'expiresAt';
CREATE UNIQUE INDEX capacity_ledger_unhold_once ON capacity_ledger (hold_id) WHERE hold_id IS NOT NULL AND NOT fact ? 'expiresAt';

-- Racks of some datacenters weigh anew on what carries them. Rare: a rack, a node, a hall or a site changed.
CREATE FUNCTION power_rebuild(changed text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  DELETE FROM rack_limit WHERE rack_id IN (SELECT rack_id FROM rack_capacity WHERE datacenter_id = ANY(changed));
  WITH RECURSIVE feeds AS (
    SELECT r.rack_id, f.feed, (r.feed_a IS NOT NULL)::int + (r.feed_b IS NOT NULL)::int AS feeds, r.datacenter_id
    FROM rack_capacity r CROSS JOIN LATERAL (VALUES (r.feed_a), (r.feed_b)) f(feed) WHERE r.datacenter_id = ANY(changed) AND f.feed IS NOT NULL
  ), up AS (
    SELECT f.rack_id, f.feed, f.feeds, f.datacenter_id, n.limit_id, n.parent_id, ARRAY[n.limit_id] AS path FROM feeds f JOIN power_limit n ON n.limit_id = f.feed
    UNION ALL
    SELECT u.rack_id, u.feed, u.feeds, u.datacenter_id, n.limit_id, n.parent_id, u.path || n.limit_id FROM up u JOIN power_limit n ON n.limit_id = u.parent_id WHERE n.limit_id <> ALL(u.path)
  )
  INSERT INTO rack_limit (rack_id, limit_id, weight)
    SELECT u.rack_id, u.limit_id, CASE WHEN max(u.feeds) = 1 OR bool_or(coalesce(s.feed_loss_tolerated, true)) THEN 2 ELSE count(*) END
      FROM up u LEFT JOIN power_limit s ON s.limit_id = u.datacenter_id GROUP BY u.rack_id, u.limit_id
    UNION ALL SELECT r.rack_id, h.limit_id, 2 FROM rack_capacity r JOIN power_limit h ON h.limit_id IN (r.hall_id, r.datacenter_id) WHERE r.datacenter_id = ANY(changed);
  UPDATE power_limit l SET used_half_w = coalesce((SELECT sum(r.used_w::bigint * x.weight) FROM rack_limit x JOIN rack_capacity r ON r.rack_id = x.rack_id WHERE x.limit_id = l.limit_id), 0)
    WHERE l.datacenter_id = ANY(changed);
END $$;

-- As before, once per statement over the transition table; now with holds, sizes, and the chain of limits above each rack. A limit is judged when something
-- is claimed: that a contract ends or a node is derated is a fact, and the ledger must be able to say it.
CREATE OR REPLACE FUNCTION capacity_ledger_apply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
DECLARE
  gaps boolean;
  releases boolean;
  claims boolean;
  introduces boolean;
  places boolean;
  changed_sites text[];
  machines_named bigint;
  machines_found bigint;
  racks_named bigint;
  racks_found bigint;
  broken text;
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
         bool_or(a.releases), bool_or(a.claims), bool_or(a.introduces), bool_or(a.places)
    INTO gaps, releases, claims, introduces, places
    FROM (SELECT region_id, min(index) AS low, max(index) AS high, count(*) AS n, bool_or(kind::text IN ('RELEASE', 'UNHOLD')) AS releases,
                 bool_or(kind::text IN ('CLAIM', 'HOLD')) AS claims, bool_or(kind::text IN ('RACK', 'MACHINE')) AS introduces,
                 bool_or(kind::text IN ('SITE', 'HALL', 'POWER_NODE', 'PHASE', 'RACK')) AS places
          FROM appended GROUP BY region_id) a;
  IF gaps THEN
    RAISE EXCEPTION 'the ledger of a region has no gaps' USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_dense';
  END IF;

  IF releases AND EXISTS (
    SELECT FROM appended r
    WHERE r.kind::text = 'RELEASE' AND NOT EXISTS (
      SELECT FROM capacity_ledger c
      WHERE c.instance_id = r.instance_id AND c.kind = 'CLAIM' AND c.region_id = r.region_id AND c.index < r.index
        AND c.tenant_id = r.tenant_id AND c.machine_id = r.machine_id AND c.gpus = r.gpus AND c.watts = r.watts AND c.fact->'cpuMilli' = r.fact->'cpuMilli'
        AND c.fact->'ramMiB' = r.fact->'ramMiB' AND c.fact->'milliGpu' IS NOT DISTINCT FROM r.fact->'milliGpu')
    OR r.kind::text = 'UNHOLD' AND NOT EXISTS (
      SELECT FROM capacity_ledger c
      WHERE c.hold_id = r.hold_id AND c.fact ? 'expiresAt' AND c.region_id = r.region_id AND c.index < r.index
        AND c.tenant_id = r.tenant_id AND c.machine_id = r.machine_id AND c.gpus = r.gpus AND c.watts = r.watts AND c.fact->'cpuMilli' = r.fact->'cpuMilli'
        AND c.fact->'ramMiB' = r.fact->'ramMiB' AND c.fact->'milliGpu' IS NOT DISTINCT FROM r.fact->'milliGpu')
  ) THEN
    RAISE EXCEPTION 'a release gives back exactly one earlier claim' USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_release_of_claim';
  END IF;

  IF places THEN
    INSERT INTO power_limit (limit_id, region_id, datacenter_id, kind, parent_id, capacity_w, pue_milli, feed_loss_tolerated)
      SELECT DISTINCT ON (id) id, region_id, fact->>'datacenterId', what, fact->>'parentId', capacity, coalesce((fact->>'pueMilli')::int, 1000), coalesce((fact->>'feedLossTolerated')::boolean, true)
      FROM (SELECT region_id, index, fact,
                   CASE kind::text WHEN 'SITE' THEN fact->>'datacenterId' WHEN 'HALL' THEN fact->>'hallId' ELSE fact->>'powerNodeId' END AS id,
                   CASE kind::text WHEN 'POWER_NODE' THEN 'NODE' ELSE kind::text END AS what,
                   CASE kind::text WHEN 'SITE' THEN 0 WHEN 'HALL' THEN (fact->>'coolingW')::bigint ELSE (fact->>'usableW')::bigint END AS capacity
            FROM appended WHERE kind::text IN ('SITE', 'HALL', 'POWER_NODE') AND NOT coalesce((fact->>'gone')::boolean, false)) x
      ORDER BY id, index DESC
      ON CONFLICT (limit_id) DO UPDATE SET datacenter_id = excluded.datacenter_id, parent_id = excluded.parent_id, capacity_w = excluded.capacity_w, pue_milli = excluded.pue_milli, feed_loss_tolerated = excluded.feed_loss_tolerated;
    DELETE FROM power_limit WHERE limit_id IN (SELECT fact->>'powerNodeId' FROM appended WHERE kind::text = 'POWER_NODE' AND (fact->>'gone')::boolean);
    DELETE FROM power_contract WHERE phase_id IN (SELECT fact->>'phaseId' FROM appended WHERE kind::text = 'PHASE');
    INSERT INTO power_contract (phase_id, datacenter_id, contracted_w, valid_from, valid_to)
      SELECT DISTINCT ON (fact->>'phaseId') fact->>'phaseId', fact->>'datacenterId', (fact->>'contractedW')::bigint, (fact->>'from')::timestamptz, (fact->>'to')::timestamptz
      FROM appended WHERE kind::text = 'PHASE' AND (fact->>'energised')::boolean AND NOT coalesce((fact->>'gone')::boolean, false) ORDER BY fact->>'phaseId', index DESC;
  END IF;

  IF introduces THEN
    INSERT INTO rack_capacity (rack_id, region_id, max_power_w)
      SELECT DISTINCT ON (rack_id) rack_id, region_id, (fact->>'maxPowerW')::int FROM appended WHERE kind = 'RACK' ORDER BY rack_id, index DESC
      ON CONFLICT (rack_id) DO NOTHING;
    UPDATE rack_capacity r SET datacenter_id = x.fact->>'datacenterId', hall_id = x.fact->>'hallId', feed_a = x.fact->>'feedA', feed_b = x.fact->>'feedB'
      FROM (SELECT DISTINCT ON (rack_id) rack_id, fact FROM appended WHERE kind = 'RACK' ORDER BY rack_id, index DESC) x WHERE r.rack_id = x.rack_id;
    INSERT INTO machine_capacity (machine_id, region_id, rack_id, gpus_total, idle_w, energised)
      SELECT DISTINCT ON (machine_id) machine_id, region_id, rack_id, (fact->>'gpus')::int, 0, false FROM appended WHERE kind = 'MACHINE' ORDER BY machine_id, index DESC
      ON CONFLICT (machine_id) DO NOTHING;
  END IF;

  -- The last fact of each machine comes out of the same pass as its sums: a join of the two, with hash and merge joins off, would compare each with each.
  WITH signed AS (
    SELECT region_id, machine_id, index, kind, fact, gpus, watts, CASE kind::text WHEN 'CLAIM' THEN 1 WHEN 'HOLD' THEN 1 WHEN 'RELEASE' THEN -1 WHEN 'UNHOLD' THEN -1 END AS sign
    FROM appended WHERE machine_id IS NOT NULL
  ), moved AS (
    SELECT region_id, machine_id,
           coalesce(sum(sign * gpus), 0) AS gpus, coalesce(sum(sign * watts), 0) AS watts,
           coalesce(sum(sign * (fact->>'milliGpu')::int), 0) AS milli, coalesce(sum(sign * (fact->>'cpuMilli')::int), 0) AS cpu, coalesce(sum(sign * (fact->>'ramMiB')::int), 0) AS ram,
           (array_agg(fact ORDER BY index DESC) FILTER (WHERE kind = 'MACHINE'))[1] AS fact
    FROM signed GROUP BY region_id, machine_id
  ), before AS (
    SELECT c.machine_id, c.rack_id, c.idle_w + c.reserved_w AS watts FROM moved m JOIN machine_capacity c ON c.machine_id = m.machine_id
  ), changed AS (
    UPDATE machine_capacity c
    SET rack_id = coalesce(m.fact->>'rackId', c.rack_id), gpus_total = coalesce((m.fact->>'gpus')::int, c.gpus_total),
        idle_w = CASE WHEN m.fact->>'state' = 'GONE' THEN 0 ELSE coalesce((m.fact->>'idleW')::int, c.idle_w) END,
        cpu_milli = coalesce((m.fact->>'cpuMilli')::int, c.cpu_milli), ram_mib = coalesce((m.fact->>'ramMiB')::int, c.ram_mib),
        energised = coalesce(m.fact->>'state' = 'ENERGISED', c.energised), gpus_allocated = c.gpus_allocated + m.gpus, reserved_w = c.reserved_w + m.watts,
        milli_allocated = c.milli_allocated + m.milli, cpu_allocated = c.cpu_allocated + m.cpu, ram_allocated = c.ram_allocated + m.ram
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
  ), limit_moved AS (
    SELECT x.limit_id, sum(m.watts * x.weight) AS half_w FROM rack_moved m JOIN rack_limit x ON x.rack_id = m.rack_id WHERE m.watts <> 0 GROUP BY x.limit_id
  ), limit_changed AS (
    UPDATE power_limit l SET used_half_w = l.used_half_w + m.half_w FROM limit_moved m WHERE l.limit_id = m.limit_id
    RETURNING l.limit_id, l.kind, l.used_half_w, m.half_w,
      CASE WHEN l.kind = 'SITE' THEN
        (SELECT coalesce(max(c.contracted_w), 0) * 1000 / l.pue_milli FROM power_contract c WHERE c.datacenter_id = l.limit_id AND c.valid_from <= now() AND (c.valid_to IS NULL OR now() < c.valid_to))
      ELSE l.capacity_w END AS capacity_w
  )
  SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed), (SELECT count(*) FROM rack_moved), (SELECT count(*) FROM rack_changed),
         (SELECT min(kind || ' ' || limit_id) FROM limit_changed WHERE half_w > 0 AND used_half_w > 2 * capacity_w)
    INTO machines_named, machines_found, racks_named, racks_found, broken;

  IF machines_named <> machines_found OR racks_named <> racks_found THEN
    RAISE EXCEPTION 'the ledger names a machine or rack that it has not introduced in this region'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_ledger_introduced';
  END IF;
  IF claims AND NOT introduces AND broken IS NOT NULL THEN
    RAISE EXCEPTION 'over the limit of %', broken USING ERRCODE = 'check_violation', CONSTRAINT = 'power_capacity_limit';
  END IF;
  IF claims AND EXISTS (
    SELECT FROM (SELECT DISTINCT machine_id FROM appended WHERE kind::text IN ('CLAIM', 'HOLD')) a JOIN machine_capacity c ON c.machine_id = a.machine_id
    WHERE c.cpu_allocated > c.cpu_milli OR c.ram_allocated > c.ram_mib
  ) THEN
    RAISE EXCEPTION 'more CPU or memory than the machine has' USING ERRCODE = 'check_violation', CONSTRAINT = 'machine_capacity_sizes';
  END IF;
  IF places THEN
    SELECT array_agg(DISTINCT fact->>'datacenterId') INTO changed_sites FROM appended WHERE kind::text IN ('SITE', 'HALL', 'POWER_NODE', 'RACK');
    IF changed_sites IS NOT NULL THEN
      PERFORM power_rebuild(changed_sites);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE plan ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON plan TO cadastre_tenant;
GRANT SELECT, INSERT, UPDATE ON plan TO cadastre_allocator;
CREATE POLICY plan_tenant ON plan FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY plan_allocator ON plan TO cadastre_allocator USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, DELETE ON capacity_snapshot TO cadastre_allocator;
GRANT SELECT ON power_limit, rack_limit, power_contract TO cadastre_allocator, cadastre_provider;
REVOKE ALL ON FUNCTION power_rebuild(text[]) FROM PUBLIC;
GRANT SELECT (milli_gpu, cpu_milli, ram_mib, legal_scope, reservation_id, plan_id) ON gpu_instance TO cadastre_provider;
-- Operators explain and replay every decision; what a tenant is told leaves other tenants out.
GRANT SELECT ON placement_decision TO cadastre_provider;
CREATE POLICY placement_decision_provider ON placement_decision FOR SELECT TO cadastre_provider USING (true);
