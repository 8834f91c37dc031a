-- How long events are kept, who is erased from them, and what may not be touched meanwhile.

CREATE TYPE "ErasureGround" AS ENUM ('NO_LONGER_NECESSARY', 'CONSENT_WITHDRAWN', 'OBJECTION', 'UNLAWFUL', 'LEGAL_OBLIGATION', 'CONTRACT_ENDED');
CREATE TYPE "ErasureState" AS ENUM ('REQUESTED', 'ERASING', 'ERASED');
CREATE TYPE "ContractEndState" AS ENUM ('PROPOSED', 'NOTICED', 'CANCELLED', 'ENDED');
CREATE TYPE "RetentionState" AS ENUM ('PROPOSED', 'APPROVED', 'CANCELLED');

CREATE TABLE "contract_end" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "notice_days" INTEGER NOT NULL,
    "state" "ContractEndState" NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "approved_by" TEXT,
    "noticed_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "cancelled_by" TEXT,
    "cancelled_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contract_end_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "contract_end_tenant_id_id_key" ON "contract_end"("tenant_id", "id");

CREATE TABLE "subject_erasure" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "subject" TEXT,
    "ground" "ErasureGround" NOT NULL,
    "state" "ErasureState" NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "contract_end_id" TEXT,
    "erased_at" TIMESTAMPTZ(3),
    "keys" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "event_id" TEXT,
    "certificate" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subject_erasure_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "subject_erasure_tenant_id_id_idx" ON "subject_erasure"("tenant_id", "id");

CREATE TABLE "legal_hold" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "reference" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3),
    "valid_to" TIMESTAMPTZ(3),
    "about" TEXT,
    "placed_by" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "lifted_by" TEXT,
    "lifted_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "legal_hold_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "legal_hold_tenant_id_id_idx" ON "legal_hold"("tenant_id", "id");

CREATE TABLE "retention_policy" (
    "id" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "months" INTEGER NOT NULL,
    "reason" TEXT,
    "state" "RetentionState" NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "retention_policy_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "retention_policy_class_approved_at_idx" ON "retention_policy"("class", "approved_at");

ALTER TABLE "contract_end" ADD CONSTRAINT "contract_end_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "subject_erasure" ADD CONSTRAINT "subject_erasure_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "subject_erasure" ADD CONSTRAINT "subject_erasure_tenant_id_contract_end_id_fkey" FOREIGN KEY ("tenant_id", "contract_end_id") REFERENCES "contract_end"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "legal_hold" ADD CONSTRAINT "legal_hold_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Two people, notice, floor and ceiling hold whatever the door thinks. SecNumCloud 3.2 §19.4: 21 days' notice; §12.6: six months; CNIL 2021-122: not for ever.
ALTER TABLE contract_end
  ADD CONSTRAINT contract_end_notice CHECK (notice_days BETWEEN 21 AND 365),
  ADD CONSTRAINT contract_end_two_people CHECK (approved_by IS NULL OR approved_by <> proposed_by),
  ADD CONSTRAINT contract_end_noticed CHECK ((state IN ('NOTICED', 'ENDED')) <= (num_nulls(approved_by, noticed_at, due_at) = 0)),
  ADD CONSTRAINT contract_end_due CHECK (due_at >= noticed_at + make_interval(days => notice_days)),
  ADD CONSTRAINT contract_end_cancelled CHECK ((state = 'CANCELLED') = (num_nulls(cancelled_by, cancelled_at) = 0)),
  ADD CONSTRAINT contract_end_ended CHECK ((state = 'ENDED') = (ended_at IS NOT NULL) AND ended_at >= due_at);
CREATE UNIQUE INDEX contract_end_open ON contract_end (tenant_id) WHERE state IN ('PROPOSED', 'NOTICED');
ALTER TABLE subject_erasure
  ADD CONSTRAINT subject_erasure_everybody CHECK ((subject IS NULL) = (contract_end_id IS NOT NULL) AND (subject IS NULL) = (ground = 'CONTRACT_ENDED')),
  ADD CONSTRAINT subject_erasure_not_oneself CHECK (subject IS DISTINCT FROM requested_by),
  ADD CONSTRAINT subject_erasure_erased CHECK ((state = 'ERASED') = (num_nulls(erased_at, certificate, event_id) = 0));
CREATE INDEX subject_erasure_open ON subject_erasure (id) WHERE state <> 'ERASED';
ALTER TABLE legal_hold
  ADD CONSTRAINT legal_hold_in_order CHECK (valid_to > valid_from),
  ADD CONSTRAINT legal_hold_lifted CHECK (num_nulls(lifted_by, lifted_at) IN (0, 2)),
  ADD CONSTRAINT legal_hold_two_people CHECK (lifted_by IS NULL OR lifted_by <> placed_by);
ALTER TABLE retention_policy
  ADD CONSTRAINT retention_policy_months CHECK (months BETWEEN 6 AND 36),
  ADD CONSTRAINT retention_policy_reason CHECK (months <= 12 OR coalesce(btrim(reason), '') <> ''),
  ADD CONSTRAINT retention_policy_two_people CHECK (approved_by IS NULL OR approved_by <> proposed_by),
  ADD CONSTRAINT retention_policy_approved CHECK ((state = 'APPROVED') = (num_nulls(approved_by, approved_at) = 0));

-- ── what a hold covers, what was erased ─────────────────────────────────────────────────────────────────────────────
-- For the doors, which may not see each other's holds, and a tenant none at all (a requisition may be secret). A hold about one thing covers the person of that name.
CREATE FUNCTION app_held(p_tenant text, p_subject text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF session_user = 'cadastre_tenant' AND p_tenant IS DISTINCT FROM app_tenant() THEN
    RAISE EXCEPTION 'not this tenant''s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL AND h.tenant_id IS NOT DISTINCT FROM p_tenant AND (p_subject IS NULL OR h.about IS NULL OR h.about = p_subject));
END $$;
-- Key ids alone: they say nothing of anybody, and every process that may ask the keeper may have to tell it.
CREATE FUNCTION app_erased_keys() RETURNS TABLE (kid text, at timestamptz, certificate text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT k, e.erased_at, e.id FROM subject_erasure e CROSS JOIN unnest(e.keys) k WHERE e.state = 'ERASED' $$;

-- ── pruning ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- How far a log's entries may be pruned at most, in whole entry bundles of 256, from the first that is still there: the first entry that is too young for its class, held, not
-- published under a signed checkpoint, or not the bytes that its leaf hash was made of ends it. Classes and bytes are read from the sealed event, never from a column beside it.
CREATE FUNCTION audit_prunable(p_log integer, p_bundles integer) RETURNS TABLE (before bigint, entries bigint, bytes bigint, oldest timestamptz, newest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  l audit_log%ROWTYPE;
  ceiling bigint;
  stop bigint;
BEGIN
  SELECT * INTO l FROM audit_log WHERE id = p_log AND kind <> 'GLOBAL';
  IF NOT FOUND THEN RETURN; END IF;
  ceiling := least(l.published, coalesce((SELECT max(c.size) FROM audit_checkpoint c WHERE c.log_id = p_log), 0), l.pruned_before + greatest(0, p_bundles)::bigint * 256);
  SELECT coalesce(min(f.index), ceiling) INTO stop
  FROM audit_leaf f LEFT JOIN audit_event e ON e.id = f.event_id
  WHERE f.log_id = p_log AND f.index >= l.pruned_before AND f.index < ceiling AND (
    e.id IS NULL
    OR sha256('\x00'::bytea || e.body) <> f.leaf_hash
    OR e.time_recorded + make_interval(months => greatest(6, least(36, coalesce(
      (SELECT r.months FROM retention_policy r WHERE r.class = convert_from(e.body, 'UTF8')::jsonb->>'retention' AND r.state = 'APPROVED' ORDER BY r.approved_at DESC, r.id DESC LIMIT 1), 12)))) > clock_timestamp()
    OR EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL AND h.tenant_id IS NOT DISTINCT FROM l.tenant_id
      AND (h.valid_from IS NULL OR e.time_recorded >= h.valid_from) AND (h.valid_to IS NULL OR e.time_recorded < h.valid_to)
      AND (h.about IS NULL OR h.about IN (e.target_id, e.actor_id))));
  before := stop - stop % 256;
  IF before <= l.pruned_before THEN RETURN; END IF;
  SELECT count(*), sum(octet_length(e.body)), min(e.time_recorded), max(e.time_recorded) INTO entries, bytes, oldest, newest
  FROM audit_leaf f JOIN audit_event e ON e.id = f.event_id WHERE f.log_id = p_log AND f.index >= l.pruned_before AND f.index < before;
  RETURN NEXT;
END $$;

-- The only way in which an event leaves the database. It looks again, under a lock: nobody who calls it, the notary included, prunes what the floor, a hold or the seal protects.
CREATE FUNCTION audit_prune(p_log integer, p_before bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  first bigint;
  allowed bigint;
  gone bigint;
BEGIN
  SELECT pruned_before INTO first FROM audit_log WHERE id = p_log AND kind <> 'GLOBAL' FOR UPDATE;
  SELECT before INTO allowed FROM audit_prunable(p_log, ceil((p_before - first) / 256.0)::integer);
  IF first IS NULL OR allowed IS NULL OR p_before % 256 <> 0 OR p_before <= first OR p_before > allowed THEN
    RAISE EXCEPTION 'AUDIT_PROTECTED' USING ERRCODE = 'CAD03', DETAIL = 'entries below ' || p_before || ' are too young, held, not sealed, or gone';
  END IF;
  PERFORM set_config('app.pruning', 'on', true);
  DELETE FROM audit_event e USING audit_leaf f WHERE f.log_id = p_log AND f.index >= first AND f.index < p_before AND e.id = f.event_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.pruning', '', true);
  IF gone <> p_before - first THEN RAISE EXCEPTION 'AUDIT_PROTECTED' USING ERRCODE = 'CAD03', DETAIL = 'entries are missing'; END IF;
  PERFORM set_config('app.pruning_mark', 'on', true);
  UPDATE audit_log SET pruned_before = p_before WHERE id = p_log;
  PERFORM set_config('app.pruning_mark', '', true);
  RETURN gone;
END $$;

-- Still append-only, but for the owner within audit_prune(): the setting alone lets nobody in who has no right to delete, and no role has one.
CREATE FUNCTION refuse_rewriting_unless_pruning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('app.pruning', true) = 'on' AND current_user = 'cadastre_migrate' THEN RETURN NULL; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
DROP TRIGGER audit_event_append_only ON audit_event;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_unless_pruning();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;

-- The mark of what was pruned moves only there: the notary may update the rest of the row.
CREATE FUNCTION audit_log_pruned_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('app.pruning_mark', true) = 'on' AND current_user = 'cadastre_migrate' THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'AUDIT_PROTECTED' USING ERRCODE = 'CAD03', DETAIL = 'pruned_before moves with audit_prune()';
END $$;
CREATE TRIGGER audit_log_pruned_guard BEFORE UPDATE ON audit_log FOR EACH ROW WHEN (NEW.pruned_before <> OLD.pruned_before) EXECUTE FUNCTION audit_log_pruned_guard();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_pruned_guard;

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
REVOKE ALL ON contract_end, subject_erasure, legal_hold, retention_policy FROM PUBLIC;
REVOKE ALL ON FUNCTION app_held(text, text), app_erased_keys(), audit_prunable(integer, integer), audit_prune(integer, bigint), refuse_rewriting_unless_pruning(), audit_log_pruned_guard() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_held(text, text) TO cadastre_tenant, cadastre_provider, cadastre_notary;
GRANT EXECUTE ON FUNCTION app_erased_keys() TO cadastre_tenant, cadastre_provider, cadastre_notary;
GRANT EXECUTE ON FUNCTION audit_prunable(integer, integer), audit_prune(integer, bigint) TO cadastre_notary;
ALTER TABLE contract_end ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE subject_erasure ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT ON contract_end TO cadastre_tenant, cadastre_provider, cadastre_notary, cadastre_monitor;
GRANT INSERT ON contract_end TO cadastre_provider;
GRANT UPDATE (state, approved_by, noticed_at, due_at, cancelled_by, cancelled_at, generation, updated_at) ON contract_end TO cadastre_provider;
GRANT UPDATE (state, ended_at, generation, updated_at) ON contract_end TO cadastre_notary;
CREATE POLICY contract_end_tenant ON contract_end FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY contract_end_provider ON contract_end TO cadastre_provider USING (true) WITH CHECK (true);
CREATE POLICY contract_end_notary ON contract_end TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY contract_end_monitor ON contract_end FOR SELECT TO cadastre_monitor USING (true);

-- A door asks for the erasure of its own people; the notary does it.
GRANT SELECT, INSERT ON subject_erasure TO cadastre_tenant, cadastre_provider, cadastre_notary;
GRANT UPDATE (state, erased_at, keys, event_id, certificate, generation, updated_at) ON subject_erasure TO cadastre_notary;
GRANT SELECT ON subject_erasure TO cadastre_monitor;
CREATE POLICY subject_erasure_tenant ON subject_erasure FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY subject_erasure_tenant_ask ON subject_erasure FOR INSERT TO cadastre_tenant WITH CHECK (tenant_id = (SELECT app_tenant()) AND state = 'REQUESTED' AND subject IS NOT NULL);
CREATE POLICY subject_erasure_provider ON subject_erasure FOR SELECT TO cadastre_provider USING (tenant_id IS NULL OR contract_end_id IS NOT NULL);
CREATE POLICY subject_erasure_provider_ask ON subject_erasure FOR INSERT TO cadastre_provider WITH CHECK (tenant_id IS NULL AND state = 'REQUESTED' AND subject IS NOT NULL);
CREATE POLICY subject_erasure_notary ON subject_erasure TO cadastre_notary USING (true) WITH CHECK (true);
CREATE POLICY subject_erasure_monitor ON subject_erasure FOR SELECT TO cadastre_monitor USING (true);
CREATE POLICY subject_erasure_owner ON subject_erasure FOR SELECT TO cadastre_migrate USING (true);

GRANT SELECT, INSERT ON legal_hold TO cadastre_provider;
GRANT UPDATE (lifted_by, lifted_at, generation, updated_at) ON legal_hold TO cadastre_provider;
GRANT SELECT ON legal_hold TO cadastre_notary, cadastre_monitor;
CREATE POLICY legal_hold_provider ON legal_hold TO cadastre_provider USING (true) WITH CHECK (true);
CREATE POLICY legal_hold_read ON legal_hold FOR SELECT TO cadastre_notary, cadastre_monitor, cadastre_migrate USING (true);

GRANT SELECT ON retention_policy TO cadastre_tenant, cadastre_provider, cadastre_notary, cadastre_monitor;
GRANT INSERT ON retention_policy TO cadastre_provider;
GRANT UPDATE (state, approved_by, approved_at, generation, updated_at) ON retention_policy TO cadastre_provider;

-- The functions above run as the owner, whom FORCE binds too.
CREATE POLICY audit_event_owner_read ON audit_event FOR SELECT TO cadastre_migrate USING (true);
CREATE POLICY audit_event_owner_prune ON audit_event FOR DELETE TO cadastre_migrate USING (true);
CREATE POLICY audit_log_owner ON audit_log TO cadastre_migrate USING (true) WITH CHECK (true);
CREATE POLICY audit_leaf_owner ON audit_leaf FOR SELECT TO cadastre_migrate USING (true);
CREATE POLICY audit_checkpoint_owner ON audit_checkpoint FOR SELECT TO cadastre_migrate USING (true);

-- The notary tells of what it does: wake-ups.
GRANT INSERT ON outbox TO cadastre_notary;
GRANT USAGE ON SEQUENCE outbox_seq_seq TO cadastre_notary;
CREATE POLICY outbox_notary ON outbox FOR INSERT TO cadastre_notary WITH CHECK (true);
