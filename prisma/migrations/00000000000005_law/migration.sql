-- What a place is certified for and until when; dated violations of what an instance's order asked of the law.

CREATE TABLE "certification" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "region_id" TEXT,
    "datacenter_id" TEXT,
    "holder" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL,
    "evidence" JSONB,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "certification_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "violation" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "certification" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "detail" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "violation_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "certification_region_id_kind_valid_from_key" ON "certification"("region_id", "kind", "valid_from");
CREATE UNIQUE INDEX "certification_datacenter_id_kind_valid_from_key" ON "certification"("datacenter_id", "kind", "valid_from");
CREATE INDEX "violation_tenant_id_id_idx" ON "violation"("tenant_id", "id");

ALTER TABLE "certification" ADD CONSTRAINT "certification_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "certification" ADD CONSTRAINT "certification_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "violation" ADD CONSTRAINT "violation_tenant_id_instance_id_fkey" FOREIGN KEY ("tenant_id", "instance_id") REFERENCES "gpu_instance"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "violation" ADD CONSTRAINT "violation_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE certification
  ADD CONSTRAINT certification_kind_form CHECK (kind ~ '^[A-Z][A-Z0-9_]{1,30}$'),
  ADD CONSTRAINT certification_of_one_place CHECK ((region_id IS NULL) <> (datacenter_id IS NULL)),
  ADD CONSTRAINT certification_in_order CHECK (valid_to > valid_from),
  ADD CONSTRAINT certification_evidence_form CHECK (evidence->>'sha256' ~ '^[0-9a-f]{64}$' AND evidence->>'document' <> ''),
  ADD CONSTRAINT certification_generation_positive CHECK (generation >= 1);

ALTER TABLE violation
  ADD CONSTRAINT violation_rule CHECK (rule IN ('LEGAL_SCOPE', 'CERTIFICATION_EXPIRED', 'TENANT_CLASS')),
  ADD CONSTRAINT violation_in_order CHECK (ended_at >= since);
-- Two controllers that both believe they lead open it once.
CREATE UNIQUE INDEX violation_lasting ON violation (instance_id, rule, coalesce(certification, '')) WHERE ended_at IS NULL;
CREATE INDEX violation_lasting_of_datacenter ON violation (datacenter_id) WHERE ended_at IS NULL;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
GRANT SELECT ON certification TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT INSERT, UPDATE ON certification TO cadastre_provider;

ALTER TABLE violation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON violation TO cadastre_tenant, cadastre_provider, cadastre_controller;
GRANT INSERT ON violation TO cadastre_controller;
GRANT UPDATE (ended_at, updated_at) ON violation TO cadastre_controller;
CREATE POLICY violation_tenant ON violation FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY violation_provider ON violation FOR SELECT TO cadastre_provider USING (true);
CREATE POLICY violation_controller ON violation TO cadastre_controller USING (true) WITH CHECK (true);

-- The report of who ever ran at a site is read from the ledger itself: ids, counts and watts, nothing of a person.
GRANT SELECT ON capacity_ledger TO cadastre_provider;
CREATE POLICY capacity_ledger_provider ON capacity_ledger FOR SELECT TO cadastre_provider USING (true);
