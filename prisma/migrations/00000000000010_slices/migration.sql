-- Which profile of the shape a slice is: Kubernetes knows a slice by its name, not by its size.
ALTER TABLE gpu_instance
  ADD COLUMN slice text,
  ADD CONSTRAINT gpu_instance_slice CHECK (slice IS NULL OR milli_gpu IS NOT NULL);
GRANT SELECT (slice) ON gpu_instance TO cadastre_provider;

-- A replay reads the decisions of a region in the order of its ledger.
CREATE INDEX "placement_decision_region_id_ledger_index_id_idx" ON "placement_decision" ("region_id", "ledger_index", "id");
