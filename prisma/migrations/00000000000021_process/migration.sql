-- The settings that each kind of process last started with, as digests: what a new start is compared with. No value, and of a secret only that it is set.

CREATE TABLE "process_configuration" (
    "process" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT CURRENT_USER,
    "digest" TEXT NOT NULL,
    "keys" JSONB NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "process_configuration_pkey" PRIMARY KEY ("process")
);

-- Each role sees and replaces its own, so that no process can make another's change pass unseen.
ALTER TABLE process_configuration ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
REVOKE ALL ON process_configuration FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON process_configuration TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller, cadastre_notary, cadastre_monitor;
CREATE POLICY process_configuration_own ON process_configuration USING (role = CURRENT_USER) WITH CHECK (role = CURRENT_USER);
