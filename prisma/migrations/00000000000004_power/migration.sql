-- Power as a tree and as a calendar; N-1 or not, per datacenter; machines that share one NVLink domain.

CREATE TYPE "PowerNodeKind" AS ENUM ('GRID_CONNECTION', 'TRANSFORMER', 'SWITCHBOARD', 'UPS', 'BUSWAY', 'PDU', 'RACK_FEED');
CREATE TYPE "PowerSide" AS ENUM ('A', 'B', 'NONE');
CREATE TYPE "PowerPhaseState" AS ENUM ('NEGOTIATING', 'AUTHORISED', 'CONTRACTED', 'ENERGISED');

ALTER TABLE "datacenter" ADD COLUMN "feed_loss_tolerated" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "machine" ADD COLUMN "nvlink_domain" TEXT;

CREATE TABLE "power_node" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "PowerNodeKind" NOT NULL,
    "parent_id" TEXT,
    "side" "PowerSide" NOT NULL,
    "capacity_w" INTEGER NOT NULL,
    "derating_pct" INTEGER NOT NULL DEFAULT 0,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "power_node_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "power_phase" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "contracted_w" INTEGER NOT NULL,
    "state" "PowerPhaseState" NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),
    "evidence" JSONB,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "power_phase_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "power_node_parent_id_idx" ON "power_node"("parent_id");
CREATE UNIQUE INDEX "power_node_datacenter_id_name_key" ON "power_node"("datacenter_id", "name");
CREATE UNIQUE INDEX "power_node_id_datacenter_id_key" ON "power_node"("id", "datacenter_id");
CREATE UNIQUE INDEX "power_phase_datacenter_id_name_key" ON "power_phase"("datacenter_id", "name");

ALTER TABLE "power_node" ADD CONSTRAINT "power_node_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "power_node" ADD CONSTRAINT "power_node_parent_id_datacenter_id_fkey" FOREIGN KEY ("parent_id", "datacenter_id") REFERENCES "power_node"("id", "datacenter_id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "power_phase" ADD CONSTRAINT "power_phase_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE power_node
  ADD CONSTRAINT power_node_capacity_positive CHECK (capacity_w > 0),
  ADD CONSTRAINT power_node_derating_percent CHECK (derating_pct BETWEEN 0 AND 100),
  ADD CONSTRAINT power_node_own_parent CHECK (parent_id <> id),
  ADD CONSTRAINT power_node_sided CHECK (side <> 'NONE' OR kind NOT IN ('BUSWAY', 'PDU', 'RACK_FEED')),
  ADD CONSTRAINT power_node_generation_positive CHECK (generation >= 1);

ALTER TABLE power_phase
  ADD CONSTRAINT power_phase_contract_positive CHECK (contracted_w > 0),
  ADD CONSTRAINT power_phase_in_order CHECK (valid_to > valid_from),
  ADD CONSTRAINT power_phase_evidence_form CHECK (evidence->>'sha256' ~ '^[0-9a-f]{64}$' AND evidence->>'document' <> ''),
  ADD CONSTRAINT power_phase_generation_positive CHECK (generation >= 1);

-- ── rights: nothing of it is a tenant's ─────────────────────────────────────────────────────────────────────────────
GRANT SELECT ON power_node, power_phase TO cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT INSERT, UPDATE ON power_node, power_phase TO cadastre_provider;
-- A phase that a new calendar leaves out is gone; its events and the audit log remember it.
GRANT DELETE ON power_phase TO cadastre_provider;
