-- Search by reason and by trace. Both stand in the body; a search needs them as columns, because the policies of the doors keep an index from being used through a function that might leak what it sees.

-- What the body says, for events that came without these columns. In the bytes and not as JSON: a body that is none must be told by the monitor, and not keep a row from being read or put back.
-- Leaves are canonical: the event's own reason stands before its request, and the trace is the last member of that.
CREATE FUNCTION audit_event_reason(body bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT substring(encode(body, 'escape') FROM ',"reason":"([^"\\]+)","request":\{') $$;
CREATE FUNCTION audit_event_trace(body bytea) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT substring(encode(body, 'escape') FROM '"trace":"([0-9a-f]{32})"\}')::uuid $$;

-- Old rows are filled by rewriting the table and not by UPDATE, which this table refuses to everybody; new ones are filled by the writer, at a tenth of what looking through the body would cost.
ALTER TABLE audit_event
  ADD COLUMN "reason" TEXT GENERATED ALWAYS AS (audit_event_reason(body)) STORED,
  ADD COLUMN "trace" UUID GENERATED ALWAYS AS (audit_event_trace(body)) STORED;
ALTER TABLE audit_event ALTER COLUMN "reason" DROP EXPRESSION, ALTER COLUMN "trace" DROP EXPRESSION;

-- Few events have a reason. What else may be asked stands in the index, so that the rows themselves, far apart, are not visited.
CREATE INDEX audit_event_reason ON audit_event (tenant_id, reason, txid, seq, outcome, target_id, actor_id, type) WHERE reason IS NOT NULL;
CREATE INDEX audit_event_reason_of_provider ON audit_event (reason, txid, seq, outcome, target_id, actor_id, type) WHERE reason IS NOT NULL AND (tenant_id IS NULL OR actor_directory = 'provider');
-- A trace is of a few events, whosever they are: the tenant need not stand in its index. As a uuid, which is what 16 bytes are to PostgreSQL.
CREATE INDEX audit_event_trace ON audit_event (trace, txid, seq) WHERE trace IS NOT NULL;
