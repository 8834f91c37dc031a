-- The end of a lease: when its tenant was warned of it, once; and the look that finds the leases of a region by their end, however many are long over.
ALTER TABLE gpu_instance ADD COLUMN "lease_warned_at" TIMESTAMPTZ(3);
CREATE INDEX gpu_instance_lease_end ON gpu_instance (region_id, lease_end) WHERE desired <> 'RELEASED';
GRANT SELECT (lease_warned_at) ON gpu_instance TO cadastre_provider;
GRANT UPDATE (lease_warned_at) ON gpu_instance TO cadastre_controller;
