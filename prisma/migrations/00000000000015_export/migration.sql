-- Exports of the audit trail: what was asked for and what became of it, and what each range was proven with.

CREATE TYPE "OperationState" AS ENUM ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

CREATE TABLE "audit_export" (
    "id" TEXT NOT NULL,
    "directory" "Directory" NOT NULL,
    "tenant_id" TEXT,
    "requested_by" TEXT NOT NULL,
    "mandate_id" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL,
    "views" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "age_recipients" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" "OperationState" NOT NULL,
    "step" TEXT NOT NULL,
    "progress_milli" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "first_index" BIGINT,
    "end_index" BIGINT,
    "bytes" BIGINT,
    "sha256" TEXT,
    "file" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_export_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_export_tenant_id_id_idx" ON "audit_export"("tenant_id", "id");

CREATE TABLE "audit_export_pin" (
    "log_id" INTEGER NOT NULL,
    "first_index" BIGINT NOT NULL,
    "end_index" BIGINT NOT NULL,
    "log_size" BIGINT NOT NULL,
    "log_note" TEXT NOT NULL,
    "global_size" BIGINT NOT NULL,
    "global_note" TEXT NOT NULL,
    "global_index" BIGINT NOT NULL,
    "policy" TEXT NOT NULL,
    "pruned_before" BIGINT NOT NULL,
    "timestamps" JSONB NOT NULL,
    "pinned_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_export_pin_pkey" PRIMARY KEY ("log_id", "first_index", "end_index")
);

ALTER TABLE "audit_export" ADD CONSTRAINT "audit_export_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit_export_pin" ADD CONSTRAINT "audit_export_pin_log_id_fkey" FOREIGN KEY ("log_id") REFERENCES "audit_log"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE audit_export
  ADD CONSTRAINT audit_export_directory CHECK (directory = 'provider' OR tenant_id IS NOT NULL),
  ADD CONSTRAINT audit_export_mandate CHECK ((mandate_id IS NOT NULL) = (directory = 'provider' AND tenant_id IS NOT NULL)),
  ADD CONSTRAINT audit_export_in_order CHECK (valid_to > valid_from AND end_index > first_index),
  ADD CONSTRAINT audit_export_progress CHECK (progress_milli BETWEEN 0 AND 1000),
  ADD CONSTRAINT audit_export_ended CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL)),
  ADD CONSTRAINT audit_export_failed CHECK ((state = 'FAILED') = (failure IS NOT NULL)),
  ADD CONSTRAINT audit_export_offered CHECK ((state = 'SUCCEEDED') = (num_nonnulls(bytes, sha256, file, expires_at) = 4)),
  ADD CONSTRAINT audit_export_digest CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT audit_export_generation_positive CHECK (generation >= 1);
CREATE INDEX audit_export_open ON audit_export (id) WHERE state IN ('PENDING', 'RUNNING');

-- What a range was proven with never changes: that is what makes two exports of it the same bytes.
CREATE TRIGGER audit_export_pin_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_export_pin FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE audit_export_pin ENABLE ALWAYS TRIGGER audit_export_pin_append_only;

-- Heartbeats by log and place: where a bundle may begin and end.
CREATE INDEX audit_event_heartbeat ON audit_event (tenant_id, txid, seq) WHERE type = 'audit.log.heartbeat';

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A tenant sees what its own people asked for; what the provider's auditors took under a mandate it reads in its log. The doors ask and cancel, the notary does the work.
REVOKE ALL ON audit_export, audit_export_pin FROM PUBLIC;
ALTER TABLE audit_export ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON audit_export TO cadastre_tenant, cadastre_provider;
GRANT UPDATE (state, ended_at, generation, updated_at) ON audit_export TO cadastre_tenant, cadastre_provider;
GRANT SELECT ON audit_export TO cadastre_notary, cadastre_monitor;
GRANT UPDATE (state, step, progress_milli, failure, first_index, end_index, bytes, sha256, file, expires_at, started_at, ended_at, attempt, worker, lease_until, generation, updated_at) ON audit_export TO cadastre_notary;
CREATE POLICY audit_export_tenant ON audit_export TO cadastre_tenant
  USING (directory = 'tenant' AND tenant_id = (SELECT app_tenant())) WITH CHECK (directory = 'tenant' AND tenant_id = (SELECT app_tenant()));
CREATE POLICY audit_export_provider ON audit_export TO cadastre_provider USING (directory = 'provider') WITH CHECK (directory = 'provider');
CREATE POLICY audit_export_notary ON audit_export TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY audit_export_monitor ON audit_export FOR SELECT TO cadastre_monitor USING (true);
GRANT SELECT, INSERT ON audit_export_pin TO cadastre_notary;
GRANT SELECT ON audit_export_pin TO cadastre_monitor;
