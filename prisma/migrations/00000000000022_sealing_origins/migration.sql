-- After a discontinuity a new global log begins at 0 beside the closed one: its leaves are told apart by the log that they are leaves of.
CREATE FUNCTION audit_global_of_now() RETURNS INTEGER LANGUAGE sql STABLE AS $$ SELECT id FROM audit_log WHERE kind = 'GLOBAL' AND closed_at IS NULL $$;
ALTER TABLE "audit_global_leaf" ADD COLUMN "tree_id" INTEGER NOT NULL DEFAULT audit_global_of_now();
ALTER TABLE "audit_global_leaf" ALTER COLUMN "tree_id" DROP DEFAULT;
DROP FUNCTION audit_global_of_now();
ALTER TABLE "audit_global_leaf" DROP CONSTRAINT "audit_global_leaf_pkey", ADD CONSTRAINT "audit_global_leaf_pkey" PRIMARY KEY ("tree_id", "index");
