-- The other witness: what API servers wrote down of the changes made with our credential, laid beside the acts that we announced.

CREATE TABLE "kube_audit_source" (
    "source" TEXT NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "kube_audit_source_pkey" PRIMARY KEY ("source")
);

CREATE TABLE "kube_request" (
    "cluster_id" TEXT NOT NULL,
    "audit_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "verb" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "source_ip" TEXT NOT NULL,
    "code" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'PENDING',
    "reason" TEXT,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "kube_request_pkey" PRIMARY KEY ("cluster_id", "audit_id", "received_at")
);
ALTER TABLE kube_request ADD CONSTRAINT kube_request_state CHECK (state IN ('PENDING', 'ANNOUNCED', 'FOREIGN') AND (state = 'FOREIGN') = (reason IS NOT NULL));
CREATE INDEX kube_request_pending ON kube_request (seen_at) WHERE state = 'PENDING';
-- Which act announced it: a few events a plan, looked up by the act's id. Immutable although convert_from() is only stable: the database is UTF-8 and stays it.
CREATE FUNCTION audit_event_act(body bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT convert_from(body, 'UTF8')::jsonb #>> '{op,id}' $$;
CREATE INDEX audit_event_kube_act ON audit_event (audit_event_act(body)) WHERE type = 'platform.kube.apply';

-- Not the controller's: it is the one that is watched.
REVOKE ALL ON kube_audit_source, kube_request FROM PUBLIC;
GRANT SELECT, INSERT ON kube_audit_source, kube_request TO cadastre_monitor;
GRANT UPDATE ON kube_audit_source TO cadastre_monitor;
GRANT UPDATE (state, reason) ON kube_request TO cadastre_monitor;
GRANT SELECT ON kube_request TO cadastre_provider;
GRANT SELECT (id, name) ON cluster TO cadastre_monitor;
