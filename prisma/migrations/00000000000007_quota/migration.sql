-- What organisations and projects may have of a region (a cohort tree), and machines that are kept for them over an interval.

CREATE TYPE "ReservationState" AS ENUM ('SCHEDULED', 'ACTIVE', 'EXPIRED', 'CANCELLED');

CREATE TABLE "quota" (
    "id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_id" TEXT,
    "tenant_id" TEXT,
    "project_id" TEXT,
    "limits" JSONB NOT NULL DEFAULT '[]',
    "budgets" JSONB NOT NULL DEFAULT '[]',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quota_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "reservation" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "datacenter_id" TEXT,
    "shape_id" TEXT NOT NULL,
    "machines" INTEGER NOT NULL,
    "watts" INTEGER NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL,
    "state" "ReservationState" NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),
    "machine_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "decision_id" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "quota_region_id_name_key" ON "quota"("region_id", "name");
CREATE INDEX "quota_tenant_id_id_idx" ON "quota"("tenant_id", "id");
CREATE UNIQUE INDEX "reservation_tenant_id_id_key" ON "reservation"("tenant_id", "id");
CREATE INDEX "reservation_region_id_id_idx" ON "reservation"("region_id", "id");

ALTER TABLE "quota" ADD CONSTRAINT "quota_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "quota" ADD CONSTRAINT "quota_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "quota" ADD CONSTRAINT "quota_tenant_id_project_id_fkey" FOREIGN KEY ("tenant_id", "project_id") REFERENCES "project"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_tenant_id_project_id_fkey" FOREIGN KEY ("tenant_id", "project_id") REFERENCES "project"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_shape_id_fkey" FOREIGN KEY ("shape_id") REFERENCES "shape"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_tenant_id_decision_id_fkey" FOREIGN KEY ("tenant_id", "decision_id") REFERENCES "placement_decision"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE quota
  ADD CONSTRAINT quota_project_of_somebody CHECK (project_id IS NULL OR tenant_id IS NOT NULL),
  ADD CONSTRAINT quota_lists CHECK (jsonb_typeof(limits) = 'array' AND jsonb_typeof(budgets) = 'array'),
  ADD CONSTRAINT quota_generation_positive CHECK (generation >= 1);
-- One node an organisation and one a project, in each region.
CREATE UNIQUE INDEX quota_owner ON quota (region_id, tenant_id, project_id) NULLS NOT DISTINCT WHERE tenant_id IS NOT NULL;

ALTER TABLE reservation
  ADD CONSTRAINT reservation_machines CHECK (machines BETWEEN 1 AND 512 AND cardinality(machine_ids) = machines),
  ADD CONSTRAINT reservation_watts CHECK (watts > 0),
  ADD CONSTRAINT reservation_in_order CHECK (valid_to > valid_from),
  ADD CONSTRAINT reservation_cancelled CHECK ((state = 'CANCELLED') = (cancelled_at IS NOT NULL)),
  ADD CONSTRAINT reservation_generation_positive CHECK (generation >= 1);
-- What the allocator reads when it takes over.
CREATE INDEX reservation_coming ON reservation (region_id, valid_to) WHERE state <> 'CANCELLED';

-- A parent is of the same region, and of nobody or of the same tenant: no foreign key can say that. Nor that there is no circle, which two grants at
-- once could close, each of them right when it looked: one at a time in a region, and each looks again.
CREATE FUNCTION quota_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  above quota%ROWTYPE;
  next_id text := NEW.parent_id;
  steps int := 0;
BEGIN
  IF NEW.parent_id IS NULL THEN RETURN NEW; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('quota ' || NEW.region_id, 0));
  WHILE next_id IS NOT NULL LOOP
    SELECT * INTO above FROM quota WHERE id = next_id AND region_id = NEW.region_id;
    IF NOT FOUND THEN RAISE EXCEPTION 'quota without its parent' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'quota_parent'; END IF;
    IF steps = 0 AND (above.project_id IS NOT NULL OR (above.tenant_id IS NOT NULL AND (above.tenant_id IS DISTINCT FROM NEW.tenant_id OR NEW.project_id IS NULL))) THEN
      RAISE EXCEPTION 'quota under another''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_parent_owner';
    END IF;
    steps := steps + 1;
    -- A thousand floors are a circle that does not pass here.
    IF above.id = NEW.id OR steps > 1000 THEN RAISE EXCEPTION 'quota above itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_no_circle'; END IF;
    next_id := above.parent_id;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER quota_stands BEFORE INSERT OR UPDATE OF parent_id, region_id, tenant_id, project_id ON quota FOR EACH ROW EXECUTE FUNCTION quota_stands();
REVOKE ALL ON FUNCTION quota_stands() FROM PUBLIC;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
REVOKE ALL ON quota, reservation FROM PUBLIC;
ALTER TABLE quota ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE reservation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- quota: granted by the provider; a tenant reads its own nodes, never the cohorts above them.
GRANT SELECT ON quota TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT INSERT, UPDATE ON quota TO cadastre_provider;
CREATE POLICY quota_tenant ON quota FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY quota_provider ON quota TO cadastre_provider USING (true) WITH CHECK (true);
CREATE POLICY quota_read ON quota FOR SELECT TO cadastre_allocator, cadastre_controller USING (true);

-- A quota names a project by its code: that much of a project the operator may know.
GRANT SELECT (id, tenant_id, code) ON project TO cadastre_provider;
CREATE POLICY project_provider ON project FOR SELECT TO cadastre_provider USING (true);

-- reservation: born and cancelled through the allocator, with the ledger entry.
GRANT SELECT ON reservation TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT INSERT ON reservation TO cadastre_allocator;
GRANT UPDATE (state, cancelled_at, generation, updated_at) ON reservation TO cadastre_allocator;
CREATE POLICY reservation_tenant ON reservation FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY reservation_read ON reservation FOR SELECT TO cadastre_provider, cadastre_controller USING (true);
CREATE POLICY reservation_allocator ON reservation TO cadastre_allocator USING (true) WITH CHECK (true);
