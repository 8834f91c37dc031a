-- Search over events. Each index costs every act of everybody: docs/performance.md has what they were measured to cost and to give.
-- The order of a log is (txid, seq), so each index ends in it: a page is a range of it, whatever the filter, and nothing is sorted.

-- By whom; the type is in the index so that a frequent actor's rare acts are found without visiting the rows between.
CREATE INDEX "audit_event_tenant_id_actor_id_txid_seq_type_idx" ON "audit_event"("tenant_id", "actor_id", "txid", "seq", "type");
-- On what; by whom and of which type stand in it for the same reason.
CREATE INDEX "audit_event_tenant_id_target_id_txid_seq_type_actor_id_idx" ON "audit_event"("tenant_id", "target_id", "txid", "seq", "type", "actor_id");
CREATE INDEX "audit_event_tenant_id_type_txid_seq_idx" ON "audit_event"("tenant_id", "type", "txid", "seq");
-- Refusals and failures are few: so is what this index costs, and all of it is read in a moment. What else may be asked is in it, so that the rows themselves, far apart, are not.
CREATE INDEX audit_event_not_success ON audit_event (tenant_id, txid, seq, outcome, target_id, actor_id, type) WHERE outcome <> 'success';
-- What the provider sees by role: a small part of the log, gone through in the index whatever is asked.
CREATE INDEX audit_event_of_provider ON audit_event (txid, seq, actor_id, target_id, type, outcome) WHERE tenant_id IS NULL OR actor_directory = 'provider';

-- A period as a range of txid, so that no index on the clock is needed: transaction numbers are given in order of time. An event is recorded at most the slack after
-- its transaction got its number (statements end after 120 s, idle transactions after 10 s); the same slack bears a clock that was set back by less. Halving over the primary key: some forty probes.
-- lower: nothing recorded at or after `since` is below it. upper: nothing recorded before `until` is at or above it. NULL bounds nothing.
CREATE FUNCTION app_audit_place(at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  low bigint := 0;
  high bigint;
  middle bigint;
  there bigint;
  recorded timestamptz;
BEGIN
  SELECT txid + 1 INTO high FROM audit_event ORDER BY txid DESC, seq DESC LIMIT 1;
  IF NOT FOUND THEN RETURN 0; END IF;
  WHILE high - low > 1 LOOP
    middle := low + (high - low) / 2;
    SELECT e.txid, e.time_recorded INTO there, recorded FROM audit_event e WHERE e.txid >= middle ORDER BY e.txid, e.seq LIMIT 1;
    IF NOT FOUND OR recorded >= at THEN high := middle; ELSE low := there; END IF;
  END LOOP;
  RETURN high;
END $$;
CREATE FUNCTION app_audit_range(since timestamptz, until timestamptz, OUT lower bigint, OUT upper bigint) LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT CASE WHEN since IS NULL THEN 0 ELSE app_audit_place(since - interval '15 minutes') - 1 END, CASE WHEN until IS NULL THEN 9223372036854775807 ELSE app_audit_place(until + interval '15 minutes') END $$;
REVOKE ALL ON FUNCTION app_audit_place(timestamptz), app_audit_range(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_audit_range(timestamptz, timestamptz) TO cadastre_tenant, cadastre_provider;
-- They run as the owner and answer two numbers: how far the server had counted at an instant.
CREATE POLICY audit_event_owner_place ON audit_event FOR SELECT TO cadastre_migrate USING (true);

-- How many events a run of an index has, counted no further than `most`, so that a search goes along the shortest. As the owner: the policies of the doors name columns that are not
-- in the indexes, and would visit each row. Only of the log that the transaction may read, and a number, never a row.
CREATE FUNCTION app_audit_size(field text, wanted text[], most integer) RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  SET enable_seqscan = off SET enable_bitmapscan = off SET random_page_cost = 1 AS $$
DECLARE
  whose text := CASE WHEN session_user = 'cadastre_tenant' THEN app_tenant() ELSE (app_mandate()).tenant_id END;
  n integer;
BEGIN
  IF field = 'target_id' THEN
    SELECT count(*) INTO n FROM (SELECT FROM unnest(wanted) v CROSS JOIN LATERAL (SELECT FROM audit_event e WHERE e.tenant_id = whose AND e.target_id = v LIMIT most) r LIMIT most) c;
  ELSIF field = 'actor_id' THEN
    SELECT count(*) INTO n FROM (SELECT FROM unnest(wanted) v CROSS JOIN LATERAL (SELECT FROM audit_event e WHERE e.tenant_id = whose AND e.actor_id = v LIMIT most) r LIMIT most) c;
  ELSE
    SELECT count(*) INTO n FROM (SELECT FROM unnest(wanted) v CROSS JOIN LATERAL (SELECT FROM audit_event e WHERE e.tenant_id = whose AND e.type = v LIMIT most) r LIMIT most) c;
  END IF;
  RETURN n;
END $$;
REVOKE ALL ON FUNCTION app_audit_size(text, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_audit_size(text, text[], integer) TO cadastre_tenant, cadastre_provider;
