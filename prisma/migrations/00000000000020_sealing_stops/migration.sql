-- An event whose bytes no longer have the digest that their writer gave them stops its own log and no other. The cursor goes on; from this place on the log's events
-- wait without an index, in the order they will have, until the bytes are put right.
ALTER TABLE "audit_log" ADD COLUMN "stopped_txid" BIGINT,
ADD COLUMN "stopped_seq" BIGINT,
ADD COLUMN "stopped_reason" TEXT,
ADD COLUMN "stopped_at" TIMESTAMPTZ(3);

ALTER TABLE audit_log ADD CONSTRAINT audit_log_stopped CHECK (num_nulls(stopped_txid, stopped_seq, stopped_reason, stopped_at) IN (0, 4));
