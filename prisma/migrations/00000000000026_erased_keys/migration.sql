-- Which keys were destroyed is told by the sealed events too: a database that was put back, and got its events again from storage, has no rows of erasures.
CREATE INDEX audit_event_erased ON audit_event (id) WHERE type = 'audit.subject.erase' AND phase = 'completed' AND outcome = 'success';
CREATE OR REPLACE FUNCTION app_erased_keys() RETURNS TABLE (kid text, at timestamptz, certificate text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT ON (k.kid) k.kid, k.at, k.certificate FROM (
    SELECT u.kid, e.erased_at AS at, e.id AS certificate FROM subject_erasure e CROSS JOIN unnest(e.keys) AS u(kid) WHERE e.state = 'ERASED'
    UNION ALL
    SELECT c->>'to', v.time_recorded, v.body->'target'->>'parent'
    FROM (SELECT time_recorded, convert_from(body, 'UTF8')::jsonb AS body FROM audit_event WHERE type = 'audit.subject.erase' AND phase = 'completed' AND outcome = 'success') v
      CROSS JOIN jsonb_array_elements(v.body->'change') c WHERE c->>'path' = 'key') k
  ORDER BY k.kid, k.at
$$;
