-- Sealing: what the notary knows of its logs. The sequence is decided here, in one transaction under a fencing epoch; tiles, signatures, cosignatures
-- and timestamps follow from it and may be made again after a crash with the same bytes.

CREATE TYPE "AuditLogKind" AS ENUM ('GLOBAL', 'PROVIDER', 'TENANT');
CREATE TYPE "AuditState" AS ENUM ('UNGUARDED', 'OPEN', 'FROZEN');

CREATE TABLE "audit_log" (
    "id" SERIAL NOT NULL,
    "origin" TEXT NOT NULL,
    "kind" "AuditLogKind" NOT NULL,
    "tenant_id" TEXT,
    "size" BIGINT NOT NULL DEFAULT 0,
    "root" BYTEA NOT NULL,
    "frontier" BYTEA NOT NULL,
    "published" BIGINT NOT NULL DEFAULT 0,
    "pruned_before" BIGINT NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "closed_at" TIMESTAMPTZ(3),
    "heartbeat_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "audit_log_origin_key" ON "audit_log"("origin");
CREATE INDEX "audit_log_tenant_id_idx" ON "audit_log"("tenant_id");

CREATE TABLE "audit_leaf" (
    "log_id" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "event_id" TEXT NOT NULL,
    "txid" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "leaf_hash" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_leaf_pkey" PRIMARY KEY ("log_id", "index")
);
CREATE UNIQUE INDEX "audit_leaf_event_id_key" ON "audit_leaf"("event_id");

CREATE TABLE "audit_global_leaf" (
    "index" BIGINT NOT NULL,
    "log_id" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "audit_global_leaf_pkey" PRIMARY KEY ("index")
);
CREATE UNIQUE INDEX "audit_global_leaf_log_id_size_key" ON "audit_global_leaf"("log_id", "size");

CREATE TABLE "audit_checkpoint" (
    "log_id" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("log_id", "size")
);

CREATE TABLE "audit_cosignature" (
    "log_id" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "witness" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "cosigned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_cosignature_pkey" PRIMARY KEY ("log_id", "size", "witness")
);

CREATE TABLE "audit_timestamp" (
    "log_id" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "authority" TEXT NOT NULL,
    "token" BYTEA NOT NULL,
    "generated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_timestamp_pkey" PRIMARY KEY ("log_id", "size", "authority")
);

CREATE TABLE "audit_control" (
    "id" INTEGER NOT NULL,
    "state" "AuditState" NOT NULL,
    "reason" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "cursor_txid" BIGINT NOT NULL DEFAULT 0,
    "cursor_seq" BIGINT NOT NULL DEFAULT 0,
    "server_started" TIMESTAMPTZ(6),
    "sealed_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_control_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "audit_leaf" ADD CONSTRAINT "audit_leaf_log_id_fkey" FOREIGN KEY ("log_id") REFERENCES "audit_log"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit_global_leaf" ADD CONSTRAINT "audit_global_leaf_log_id_fkey" FOREIGN KEY ("log_id") REFERENCES "audit_log"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit_checkpoint" ADD CONSTRAINT "audit_checkpoint_log_id_fkey" FOREIGN KEY ("log_id") REFERENCES "audit_log"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit_cosignature" ADD CONSTRAINT "audit_cosignature_log_id_size_fkey" FOREIGN KEY ("log_id", "size") REFERENCES "audit_checkpoint"("log_id", "size") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "audit_timestamp" ADD CONSTRAINT "audit_timestamp_log_id_size_fkey" FOREIGN KEY ("log_id", "size") REFERENCES "audit_checkpoint"("log_id", "size") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE audit_log
  ADD CONSTRAINT audit_log_kind_tenant CHECK ((kind = 'TENANT') = (tenant_id IS NOT NULL)),
  ADD CONSTRAINT audit_log_sizes CHECK (published >= 0 AND pruned_before >= 0 AND size >= published AND published >= pruned_before),
  ADD CONSTRAINT audit_log_hashes CHECK (octet_length(root) = 32 AND octet_length(frontier) % 32 = 0);
ALTER TABLE audit_leaf ADD CONSTRAINT audit_leaf_hash CHECK (octet_length(leaf_hash) = 32 AND index >= 0);
ALTER TABLE audit_global_leaf ADD CONSTRAINT audit_global_leaf_root CHECK (octet_length(root) = 32 AND index >= 0);
ALTER TABLE audit_control ADD CONSTRAINT audit_control_single CHECK (id = 1);
INSERT INTO audit_control (id, state) VALUES (1, 'UNGUARDED');

-- No event, no act: a frozen log refuses every event, and with it the act. A server that started again since the notary last looked may have been put back to an
-- earlier state: it is frozen until the notary has compared it with what the signer remembers. UNGUARDED: no notary has ever led here.
CREATE FUNCTION audit_event_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  c audit_control%ROWTYPE;
BEGIN
  SELECT * INTO c FROM audit_control WHERE id = 1;
  IF c.state = 'UNGUARDED' OR session_user = 'cadastre_notary' THEN RETURN NULL; END IF;
  IF c.state = 'FROZEN' OR c.server_started IS DISTINCT FROM pg_postmaster_start_time() THEN
    RAISE EXCEPTION 'AUDIT_FROZEN' USING ERRCODE = 'CAD02', DETAIL = coalesce(c.reason, 'the database started again and the notary has not compared it yet');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_event_guard BEFORE INSERT ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_event_guard();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_guard;
REVOKE ALL ON FUNCTION audit_event_guard() FROM PUBLIC;

CREATE TRIGGER audit_leaf_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER audit_global_leaf_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_global_leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER audit_cosignature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_cosignature FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER audit_timestamp_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_timestamp FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE audit_leaf ENABLE ALWAYS TRIGGER audit_leaf_append_only;
ALTER TABLE audit_global_leaf ENABLE ALWAYS TRIGGER audit_global_leaf_append_only;
ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_checkpoint_append_only;
ALTER TABLE audit_cosignature ENABLE ALWAYS TRIGGER audit_cosignature_append_only;
ALTER TABLE audit_timestamp ENABLE ALWAYS TRIGGER audit_timestamp_append_only;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The notary reads every event and adds log-control events; it changes nothing but its own tables. The monitor reads. The doors read what proves a tenant's events.
REVOKE ALL ON audit_log, audit_leaf, audit_global_leaf, audit_checkpoint, audit_cosignature, audit_timestamp, audit_control FROM PUBLIC;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_leaf ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_checkpoint ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT ON audit_event TO cadastre_notary;
GRANT SELECT ON audit_event TO cadastre_monitor;
GRANT INSERT ON audit_event TO cadastre_monitor;
GRANT USAGE ON SEQUENCE audit_event_seq_seq TO cadastre_notary, cadastre_monitor;
GRANT USAGE ON SEQUENCE audit_log_id_seq TO cadastre_notary;
CREATE POLICY audit_event_notary ON audit_event TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY audit_event_monitor_read ON audit_event FOR SELECT TO cadastre_monitor USING (true);
CREATE POLICY audit_event_monitor_add ON audit_event FOR INSERT TO cadastre_monitor WITH CHECK (true);
GRANT SELECT ON organisation TO cadastre_notary, cadastre_monitor;
CREATE POLICY organisation_notary ON organisation FOR SELECT TO cadastre_notary, cadastre_monitor USING (true);

GRANT SELECT, INSERT ON audit_log, audit_leaf, audit_global_leaf, audit_checkpoint, audit_cosignature, audit_timestamp, audit_control TO cadastre_notary;
GRANT UPDATE ON audit_log, audit_control TO cadastre_notary;
GRANT SELECT ON audit_log, audit_leaf, audit_global_leaf, audit_checkpoint, audit_cosignature, audit_timestamp, audit_control TO cadastre_monitor, cadastre_provider;
GRANT SELECT ON audit_log, audit_leaf, audit_checkpoint, audit_cosignature, audit_timestamp, audit_control TO cadastre_tenant;
CREATE POLICY audit_log_notary ON audit_log TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY audit_log_monitor ON audit_log FOR SELECT TO cadastre_monitor, cadastre_provider USING (true);
CREATE POLICY audit_log_tenant ON audit_log FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY audit_leaf_notary ON audit_leaf TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY audit_leaf_monitor ON audit_leaf FOR SELECT TO cadastre_monitor, cadastre_provider USING (true);
CREATE POLICY audit_leaf_tenant ON audit_leaf FOR SELECT TO cadastre_tenant USING (log_id IN (SELECT id FROM audit_log));
CREATE POLICY audit_checkpoint_notary ON audit_checkpoint TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY audit_checkpoint_monitor ON audit_checkpoint FOR SELECT TO cadastre_monitor, cadastre_provider USING (true);
CREATE POLICY audit_checkpoint_tenant ON audit_checkpoint FOR SELECT TO cadastre_tenant USING (log_id IN (SELECT id FROM audit_log));
-- The guard runs as the owner.
GRANT SELECT ON audit_control TO cadastre_migrate;
