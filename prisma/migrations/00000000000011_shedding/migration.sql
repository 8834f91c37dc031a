-- Load targets are carried out: their states while they are in force, and what became of each step. The steps themselves stay as they were approved.

ALTER TYPE "LoadTargetState" ADD VALUE 'CANCELLED';
ALTER TYPE "LoadTargetState" ADD VALUE 'RUNNING';
ALTER TYPE "LoadTargetState" ADD VALUE 'REACHED';
ALTER TYPE "LoadTargetState" ADD VALUE 'MISSED';
ALTER TYPE "LoadTargetState" ADD VALUE 'ENDED';

CREATE TYPE "SheddingStepState" AS ENUM ('NOTICED', 'RELEASED', 'SKIPPED');

ALTER TABLE "load_target"
    ADD COLUMN "cancelled_by" TEXT,
    ADD COLUMN "cancelled_at" TIMESTAMPTZ(3),
    ADD COLUMN "measured_w" BIGINT,
    ADD COLUMN "measured_at" TIMESTAMPTZ(3),
    ADD COLUMN "reached_at" TIMESTAMPTZ(3);

-- A step without a row is PENDING.
CREATE TABLE "load_target_step" (
    "target_id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "state" "SheddingStepState" NOT NULL,
    "noticed_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "load_target_step_pkey" PRIMARY KEY ("target_id", "instance_id")
);
ALTER TABLE "load_target_step" ADD CONSTRAINT "load_target_step_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "load_target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- As text: values of an enum can be compared as such only once they are committed.
ALTER TABLE load_target
  DROP CONSTRAINT load_target_approved,
  -- Four eyes, whatever the door and the controller think: nothing but a proposal, or one that was cancelled, goes without an approval.
  ADD CONSTRAINT load_target_approved CHECK (
    (state::text IN ('PROPOSED', 'CANCELLED') OR approved_by IS NOT NULL) AND (state::text <> 'PROPOSED' OR approved_by IS NULL)
    AND (approved_by IS NULL) = (approved_at IS NULL) AND approved_by IS DISTINCT FROM planned_by),
  ADD CONSTRAINT load_target_cancelled CHECK ((state::text = 'CANCELLED') = (cancelled_by IS NOT NULL) AND (cancelled_by IS NULL) = (cancelled_at IS NULL)),
  ADD CONSTRAINT load_target_measured CHECK ((measured_w IS NULL) = (measured_at IS NULL) AND measured_w >= 0);

ALTER TABLE load_target_step
  -- Nobody is released without notice; what is settled says when.
  ADD CONSTRAINT load_target_step_noticed CHECK (state::text = 'SKIPPED' OR noticed_at IS NOT NULL),
  ADD CONSTRAINT load_target_step_settled CHECK ((state::text = 'NOTICED') = (settled_at IS NULL));

GRANT UPDATE (cancelled_by, cancelled_at) ON load_target TO cadastre_provider;
GRANT UPDATE (state, measured_w, measured_at, reached_at, updated_at) ON load_target TO cadastre_controller;
-- Whether the ledger holds new orders to the target already.
GRANT SELECT ON power_contract TO cadastre_controller;
GRANT SELECT ON load_target_step TO cadastre_provider, cadastre_controller;
GRANT INSERT, UPDATE (state, settled_at) ON load_target_step TO cadastre_controller;
