-- Alarms about the audit logs and about what guards them: one open row for each thing that is wrong, kept when it is over.

CREATE TABLE "audit_alarm" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "tenant_id" TEXT,
    "place" TEXT NOT NULL,
    "leaf_index" BIGINT,
    "event_id" TEXT,
    "detail" JSONB NOT NULL,
    "seen" BIGINT NOT NULL DEFAULT 1,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "acknowledge_by" TIMESTAMPTZ(3) NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "note" TEXT,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by" TEXT,
    "resolution" TEXT,
    "told_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_alarm_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_alarm_tenant_id_id_idx" ON "audit_alarm"("tenant_id", "id");

ALTER TABLE "audit_alarm" ADD CONSTRAINT "audit_alarm_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE audit_alarm
  ADD CONSTRAINT audit_alarm_kind CHECK (kind ~ '^[A-Z][A-Z_]{2,39}$'),
  ADD CONSTRAINT audit_alarm_severity CHECK (severity IN ('CRITICAL', 'MAJOR', 'WARNING')),
  ADD CONSTRAINT audit_alarm_acknowledged CHECK (num_nulls(acknowledged_at, acknowledged_by, note) IN (0, 3)),
  ADD CONSTRAINT audit_alarm_resolved CHECK (resolved_at IS NOT NULL OR num_nonnulls(resolved_by, resolution) = 0),
  ADD CONSTRAINT audit_alarm_resolution CHECK ((resolved_by IS NULL) = (resolution IS NULL)),
  ADD CONSTRAINT audit_alarm_counts CHECK (seen >= 1 AND leaf_index >= 0 AND generation >= 1),
  ADD CONSTRAINT audit_alarm_in_order CHECK (acknowledge_by > raised_at AND last_seen_at >= raised_at);
-- However often it is found and by however many monitors: it is one alarm as long as nobody has ended it.
CREATE UNIQUE INDEX audit_alarm_open ON audit_alarm (kind, origin, place) WHERE resolved_at IS NULL;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The monitor raises and ends, people at the provider door acknowledge and end, a tenant reads what concerns its own log. What was raised is not rewritten by
-- anybody, and nobody removes it.
REVOKE ALL ON audit_alarm FROM PUBLIC;
ALTER TABLE audit_alarm ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON audit_alarm TO cadastre_tenant, cadastre_provider, cadastre_monitor;
GRANT INSERT ON audit_alarm TO cadastre_monitor;
GRANT UPDATE (seen, last_seen_at, detail, resolved_at, told_at, generation, updated_at) ON audit_alarm TO cadastre_monitor;
GRANT UPDATE (acknowledged_at, acknowledged_by, note, resolved_at, resolved_by, resolution, generation, updated_at) ON audit_alarm TO cadastre_provider;
CREATE POLICY audit_alarm_tenant ON audit_alarm FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY audit_alarm_provider ON audit_alarm TO cadastre_provider USING (true) WITH CHECK (true);
CREATE POLICY audit_alarm_monitor ON audit_alarm TO cadastre_monitor USING (true) WITH CHECK (true);
