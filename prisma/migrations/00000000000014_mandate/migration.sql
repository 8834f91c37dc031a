-- Mandates: who may read a tenant's audit log without being its auditor, on which act, for how long, granted by which two people.

CREATE TYPE "MandateState" AS ENUM ('PROPOSED', 'ACTIVE', 'REVOKED', 'EXPIRED');

CREATE TABLE "mandate" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "subject_directory" "Directory" NOT NULL,
    "subject_id" TEXT NOT NULL,
    "target_kind" TEXT,
    "target_id" TEXT,
    "legal_act" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "MandateState" NOT NULL,
    "proposed_directory" "Directory" NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "approved_directory" "Directory",
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "revoked_directory" "Directory",
    "revoked_by" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "use_count" INTEGER NOT NULL DEFAULT 0,
    "last_used_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mandate_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "mandate_tenant_id_id_idx" ON "mandate"("tenant_id", "id");
CREATE INDEX "mandate_subject_directory_subject_id_idx" ON "mandate"("subject_directory", "subject_id");
ALTER TABLE "mandate" ADD CONSTRAINT "mandate_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE mandate
  ADD CONSTRAINT mandate_words CHECK (length(subject_id) BETWEEN 1 AND 200 AND length(legal_act) BETWEEN 1 AND 200 AND (target_kind IS NULL) = (target_id IS NULL)),
  ADD CONSTRAINT mandate_period CHECK (valid_from < valid_to),
  -- Twelve months, and the day that a leap year or the clock between the door and the database may add.
  ADD CONSTRAINT mandate_expiry CHECK (expires_at <= created_at + interval '367 days'),
  -- Two people, neither of whom is the reader, whatever the doors think.
  ADD CONSTRAINT mandate_two_people CHECK ((subject_directory, subject_id) <> (proposed_directory, proposed_by)
    AND (approved_by IS NULL OR ((approved_directory, approved_by) <> (proposed_directory, proposed_by) AND (approved_directory, approved_by) <> (subject_directory, subject_id)))),
  ADD CONSTRAINT mandate_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (approved_directory IS NULL)
    AND (state <> 'ACTIVE' OR approved_by IS NOT NULL) AND (state <> 'PROPOSED' OR approved_by IS NULL)),
  ADD CONSTRAINT mandate_revoked CHECK ((state = 'REVOKED') = (revoked_by IS NOT NULL) AND (revoked_by IS NULL) = (revoked_at IS NULL) AND (revoked_by IS NULL) = (revoked_directory IS NULL)),
  ADD CONSTRAINT mandate_used CHECK (use_count >= 0 AND (use_count = 0) = (last_used_at IS NULL) AND (use_count = 0 OR approved_by IS NOT NULL));

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
-- What was granted is not rewritten: only how it stands, and its uses. The tenant sees every mandate over its log; the provider those that it proposed or that
-- its people read under, not whom a tenant lets read its own.
ALTER TABLE mandate ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
REVOKE ALL ON mandate FROM PUBLIC;
GRANT SELECT, INSERT ON mandate TO cadastre_tenant, cadastre_provider;
GRANT UPDATE (state, approved_directory, approved_by, approved_at, revoked_directory, revoked_by, revoked_at, use_count, last_used_at, generation, updated_at) ON mandate TO cadastre_tenant, cadastre_provider;
GRANT SELECT ON mandate TO cadastre_controller;
GRANT UPDATE (state, generation, updated_at) ON mandate TO cadastre_controller;
CREATE POLICY mandate_tenant ON mandate TO cadastre_tenant USING (tenant_id = (SELECT app_tenant())) WITH CHECK (tenant_id = (SELECT app_tenant()));
CREATE POLICY mandate_provider ON mandate TO cadastre_provider
  USING (subject_directory = 'provider' OR proposed_directory = 'provider') WITH CHECK (subject_directory = 'provider' OR proposed_directory = 'provider');
CREATE POLICY mandate_controller ON mandate TO cadastre_controller USING (true) WITH CHECK (true);
CREATE POLICY mandate_owner ON mandate FOR SELECT TO cadastre_migrate USING (true);

-- ── reading under a mandate ─────────────────────────────────────────────────────────────────────────────────────────
-- RFD 2 refuses policies that a setting widens, because the rest of the transaction stays wide. Here the setting does not widen but replaces: with app.mandate set a
-- transaction sees the events of that mandate and nothing else of the log, must be read only (so that nothing can be done with what is seen but answer it), and
-- the setting is believed only as far as the mandate's row, its expiry and the reader's directory go.
-- NULL: no mandate is named. Raises when one is named that does not let this reader read now: zero rows would look like an empty log.
CREATE FUNCTION app_mandate() RETURNS mandate LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  wanted text := current_setting('app.mandate', true);
  m mandate%ROWTYPE;
BEGIN
  IF wanted IS NULL OR wanted = '' THEN RETURN NULL; END IF;
  IF current_setting('transaction_read_only') <> 'on' THEN
    RAISE EXCEPTION 'a mandate lets read, and this transaction may write' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO m FROM mandate WHERE id = wanted AND state = 'ACTIVE' AND expires_at > clock_timestamp()
    AND subject_id = current_setting('app.reader', true) AND session_user = 'cadastre_' || subject_directory::text;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no mandate in force for this reader' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN m;
END $$;
REVOKE ALL ON FUNCTION app_mandate() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_mandate() TO cadastre_tenant, cadastre_provider;

-- Each (SELECT …) is evaluated once per statement. CASE, not OR: the second branch must not be reached without a mandate.
DROP POLICY audit_event_provider_read ON audit_event;
CREATE POLICY audit_event_provider_read ON audit_event FOR SELECT TO cadastre_provider USING (
  CASE WHEN (SELECT app_mandate()) IS NULL THEN tenant_id IS NULL OR actor_directory = 'provider'
  ELSE tenant_id = ((SELECT app_mandate())).tenant_id AND time_recorded >= ((SELECT app_mandate())).valid_from AND time_recorded < ((SELECT app_mandate())).valid_to
    AND (((SELECT app_mandate())).target_id IS NULL OR (target_kind = ((SELECT app_mandate())).target_kind AND target_id = ((SELECT app_mandate())).target_id)) END);
-- At the tenant's door the tenant's own bound holds as well.
CREATE POLICY audit_event_tenant_mandate ON audit_event AS RESTRICTIVE FOR SELECT TO cadastre_tenant USING (
  CASE WHEN (SELECT app_mandate()) IS NULL THEN true
  ELSE tenant_id = ((SELECT app_mandate())).tenant_id AND time_recorded >= ((SELECT app_mandate())).valid_from AND time_recorded < ((SELECT app_mandate())).valid_to
    AND (((SELECT app_mandate())).target_id IS NULL OR (target_kind = ((SELECT app_mandate())).target_kind AND target_id = ((SELECT app_mandate())).target_id)) END);
