-- That a leaf's log exists is asked once for each batch: the foreign key asked for each leaf, at half of what a batch costs the database. A log that has leaves cannot go: its
-- checkpoints and its leaf in the global log hold it.
ALTER TABLE "audit_leaf" DROP CONSTRAINT "audit_leaf_log_id_fkey";
CREATE FUNCTION audit_leaf_log() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  stranger integer;
BEGIN
  SELECT a.log_id INTO stranger FROM (SELECT DISTINCT log_id FROM added) a WHERE NOT EXISTS (SELECT FROM audit_log l WHERE l.id = a.log_id) LIMIT 1;
  IF stranger IS NOT NULL THEN
    RAISE EXCEPTION 'audit_leaf of log %, which does not exist', stranger USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'audit_leaf_log';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_leaf_log AFTER INSERT ON audit_leaf REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_leaf_log();
ALTER TABLE audit_leaf ENABLE ALWAYS TRIGGER audit_leaf_log;
