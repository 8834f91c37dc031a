-- Load targets; what their planning and the board of the limiting resource may learn of tenants' rows: as much as they need, through one function each.

CREATE TYPE "LoadTargetState" AS ENUM ('PROPOSED', 'APPROVED');

CREATE TABLE "load_target" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "target_w" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL,
    "include_production" BOOLEAN NOT NULL,
    "before_w" BIGINT NOT NULL,
    "step_count" INTEGER NOT NULL,
    "steps" JSONB NOT NULL,
    "expected_w" BIGINT NOT NULL,
    "shortfall_w" BIGINT NOT NULL,
    "spared" JSONB NOT NULL,
    "state" "LoadTargetState" NOT NULL,
    "planned_by" TEXT NOT NULL,
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "load_target_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "load_target_datacenter_id_idx" ON "load_target"("datacenter_id");
ALTER TABLE "load_target" ADD CONSTRAINT "load_target_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Decisions come in the order of time and are never changed: a few bytes a block range find a quarter's, and cost an order nothing.
CREATE INDEX "placement_decision_created_at_idx" ON "placement_decision" USING brin ("created_at");

ALTER TABLE load_target
  ADD CONSTRAINT load_target_in_order CHECK (valid_to > valid_from),
  ADD CONSTRAINT load_target_watts CHECK (target_w >= 0 AND before_w >= 0 AND expected_w >= 0 AND shortfall_w >= 0),
  ADD CONSTRAINT load_target_steps CHECK (jsonb_array_length(steps) = step_count),
  -- Four eyes, whatever the door thinks.
  ADD CONSTRAINT load_target_approved CHECK ((state = 'APPROVED') = (approved_by IS NOT NULL) AND (approved_by IS NULL) = (approved_at IS NULL) AND approved_by IS DISTINCT FROM planned_by),
  ADD CONSTRAINT load_target_generation_positive CHECK (generation >= 1);

-- What was approved is what was proposed: only the approval is ever written.
GRANT SELECT, INSERT ON load_target TO cadastre_provider;
GRANT UPDATE (state, approved_by, approved_at, generation, updated_at) ON load_target TO cadastre_provider;
GRANT SELECT ON load_target TO cadastre_allocator, cadastre_controller;

-- The functions below run as the owner, whom FORCE binds too.
CREATE POLICY gpu_instance_owner ON gpu_instance FOR SELECT TO cadastre_migrate USING (true);
CREATE POLICY project_owner ON project FOR SELECT TO cadastre_migrate USING (true);
CREATE POLICY placement_decision_owner ON placement_decision FOR SELECT TO cadastre_migrate USING (true);

-- Instances of a datacenter that will still draw their watts at an instant, with what decides who gives way. An order may be stricter about its data than its
-- project, never less. Rejected: letting the provider read projects and decisions, which hold names and whole requests.
CREATE FUNCTION app_sheddable(wanted text, starting timestamptz)
  RETURNS TABLE ("instanceId" text, "tenantId" text, "tenantClass" text, "dataClass" text, stage text, purpose text, interruptible boolean, gpus int, watts int, "createdAt" timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT i.id, i.tenant_id, o.class::text,
    CASE WHEN 'HEALTH' IN (i.legal_scope->>'dataClass', p.legal_scope->>'dataClass') THEN 'HEALTH' ELSE i.legal_scope->>'dataClass' END,
    p.stage::text, coalesce(d.request->>'purpose', np.purpose::text), i.interruptible, i.gpus, i.reserved_w, i.created_at
  FROM gpu_instance i JOIN organisation o ON o.id = i.tenant_id JOIN project p ON p.id = i.project_id JOIN node_pool np ON np.id = i.pool_id JOIN placement_decision d ON d.id = i.decision_id
  WHERE i.datacenter_id = wanted AND i.status <> 'RELEASED' AND i.desired = 'RUNNING' AND i.lease_end > starting
  ORDER BY i.id
$$;

-- Per ISO week and headline reason: orders and reservations refused in [since, until) and the GPU-hours they asked for, whole ones. An ask that its own repetition follows within
-- an hour (same organisation, project, shape, count and size) is not counted: the last of them is, unless it was placed.
CREATE FUNCTION app_unplaced(region text, since timestamptz, until timestamptz)
  RETURNS TABLE (week text, reason text, orders bigint, "gpuHours" bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH asked AS (
    SELECT concat_ws(' ', d.tenant_id, r."projectId", r."shapeId", r.count, r."gpusPerInstance", '/', r."milliGpu", '/', r.machines) COLLATE "C" AS ask, d.id COLLATE "C" AS id, d.created_at,
      r."shapeId" AS shape, coalesce(r."leaseEnd" - d.created_at, r."to" - r."from") AS lease, coalesce(r.count, r.machines) AS count, r."milliGpu" AS milli, r."gpusPerInstance" AS gpus, d.verdict->>'outcome' AS outcome, d.verdict->'reasons'->0->>'reason' AS reason
    FROM placement_decision d CROSS JOIN LATERAL jsonb_to_record(d.request)
      AS r ("projectId" text, "shapeId" text, count int, machines int, "milliGpu" int, "gpusPerInstance" int, "leaseEnd" timestamptz, "from" timestamptz, "to" timestamptz)
    WHERE d.region_id = region AND d.created_at >= since AND d.created_at < until + interval '1 hour'
  ), followed AS (SELECT a.*, lead(a.created_at) OVER (PARTITION BY a.ask ORDER BY a.created_at, a.id) AS again FROM asked a)
  SELECT to_char(f.created_at AT TIME ZONE 'UTC', 'IYYY-"W"IW'), f.reason, count(*),
    floor(coalesce(sum(f.count * coalesce(f.milli::numeric / 1000, f.gpus, s.gpus) * greatest(0, extract(epoch FROM f.lease)) / 3600), 0))::bigint
  FROM followed f LEFT JOIN shape s ON s.id = f.shape
  WHERE f.created_at < until AND f.outcome = 'REFUSED' AND (f.again IS NULL OR f.again > f.created_at + interval '1 hour')
  GROUP BY 1, 2 ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION app_sheddable(text, timestamptz), app_unplaced(text, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_sheddable(text, timestamptz), app_unplaced(text, timestamptz, timestamptz) TO cadastre_provider;
