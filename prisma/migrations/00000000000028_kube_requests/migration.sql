-- What API servers wrote down is kept for as long as it is laid beside what we announced, and no longer.
CREATE INDEX kube_request_judged ON kube_request (seen_at) WHERE state <> 'PENDING';

-- A request of an act that was begun and never concluded stays: while its announcement is in the log, the row alone tells a repetition of its Audit-ID from the act itself. Of a concluded act a
-- repetition is late, and of a pruned one it is announced by nothing. Thirty days at least, whatever is asked: API servers keep rotated files for so long, and lines that are read again must find their row.
CREATE FUNCTION kube_request_prune(p_days integer, p_most integer) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH due AS (
    SELECT k.cluster_id, k.audit_id, k.received_at FROM kube_request k
    WHERE k.state <> 'PENDING' AND k.seen_at < clock_timestamp() - make_interval(days => greatest(30, p_days))
      AND (NOT EXISTS (SELECT FROM audit_event e WHERE e.type = 'platform.kube.apply' AND e.phase = 'requested' AND audit_event_act(e.body) = left(k.audit_id, -4) || '0000')
        OR EXISTS (SELECT FROM audit_event e WHERE e.type = 'platform.kube.apply' AND e.phase <> 'requested' AND audit_event_act(e.body) = left(k.audit_id, -4) || '0000'))
    ORDER BY k.seen_at LIMIT p_most),
  gone AS (DELETE FROM kube_request k USING due d WHERE k.cluster_id = d.cluster_id AND k.audit_id = d.audit_id AND k.received_at = d.received_at RETURNING 1)
  SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION kube_request_prune(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kube_request_prune(integer, integer) TO cadastre_notary;
