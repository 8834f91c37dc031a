-- Sinks: where sealed events go beside the log, and how far each has come.

CREATE TYPE "SinkKind" AS ENUM ('SYSLOG_TLS', 'HTTPS', 'FILES');

CREATE TABLE "audit_sink" (
    "id" TEXT NOT NULL,
    "directory" "Directory" NOT NULL,
    "tenant_id" TEXT,
    "name" TEXT NOT NULL,
    "kind" "SinkKind" NOT NULL,
    "format" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "ca_pem" TEXT,
    "country" TEXT NOT NULL,
    "waiver" TEXT,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "log_id" INTEGER,
    "next_index" BIGINT NOT NULL DEFAULT 0,
    "delivered_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "again_at" TIMESTAMPTZ(3),
    "worker" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_sink_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_sink_tenant_id_id_idx" ON "audit_sink"("tenant_id", "id");

ALTER TABLE "audit_sink" ADD CONSTRAINT "audit_sink_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE audit_sink
  ADD CONSTRAINT audit_sink_directory CHECK ((directory = 'tenant') = (tenant_id IS NOT NULL)),
  ADD CONSTRAINT audit_sink_country CHECK (country ~ '^[A-Z]{2}$'),
  -- Technical data leave the Union only with somebody's signature, whoever writes the row.
  ADD CONSTRAINT audit_sink_in_the_union CHECK (waiver IS NOT NULL OR country IN ('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK')),
  ADD CONSTRAINT audit_sink_place CHECK (next_index >= 0 AND tries >= 0),
  ADD CONSTRAINT audit_sink_failing CHECK ((failure IS NULL) = (failing_since IS NULL)),
  ADD CONSTRAINT audit_sink_generation_positive CHECK (generation >= 1);
CREATE UNIQUE INDEX audit_sink_living_name ON audit_sink (coalesce(tenant_id, ''), name) WHERE deleted_at IS NULL;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
REVOKE ALL ON audit_sink FROM PUBLIC;
ALTER TABLE audit_sink ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON audit_sink TO cadastre_tenant, cadastre_provider;
GRANT UPDATE (paused, deleted_at, generation, updated_at) ON audit_sink TO cadastre_tenant, cadastre_provider;
GRANT SELECT ON audit_sink TO cadastre_notary, cadastre_monitor;
GRANT UPDATE (log_id, next_index, delivered_at, failure, failing_since, tries, again_at, worker, lease_until) ON audit_sink TO cadastre_notary;
CREATE POLICY audit_sink_tenant ON audit_sink TO cadastre_tenant USING (directory = 'tenant' AND tenant_id = (SELECT app_tenant())) WITH CHECK (directory = 'tenant' AND tenant_id = (SELECT app_tenant()));
CREATE POLICY audit_sink_provider ON audit_sink TO cadastre_provider USING (directory = 'provider') WITH CHECK (directory = 'provider');
CREATE POLICY audit_sink_notary ON audit_sink TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY audit_sink_monitor ON audit_sink FOR SELECT TO cadastre_monitor USING (true);
