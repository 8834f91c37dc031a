-- Who can be on site, and what data leaves by. Facts of a place: no tenant's rows, and no business of a tenant's role.

CREATE TYPE "Weekday" AS ENUM ('MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN');
CREATE TYPE "LinkKind" AS ENUM ('DARK_FIBRE', 'WAVE', 'TRANSIT', 'PEERING');

CREATE TABLE "staff_coverage" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "skill" TEXT NOT NULL,
    "days" "Weekday"[],
    "from_minute" INTEGER NOT NULL,
    "to_minute" INTEGER NOT NULL,
    "response_minutes" INTEGER NOT NULL,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "staff_coverage_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "carrier" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "carrier_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "link" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "to_datacenter_id" TEXT,
    "to_name" TEXT,
    "carrier_id" TEXT NOT NULL,
    "kind" "LinkKind" NOT NULL,
    "capacity_mbps" INTEGER NOT NULL,
    "latency_us" INTEGER NOT NULL,
    "monthly_price_minor" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "link_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "staff_coverage_datacenter_id_name_key" ON "staff_coverage"("datacenter_id", "name");
CREATE UNIQUE INDEX "carrier_code_key" ON "carrier"("code");
CREATE UNIQUE INDEX "link_datacenter_id_name_key" ON "link"("datacenter_id", "name");
CREATE INDEX "link_carrier_id_idx" ON "link"("carrier_id");

ALTER TABLE "staff_coverage" ADD CONSTRAINT "staff_coverage_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "link" ADD CONSTRAINT "link_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "link" ADD CONSTRAINT "link_to_datacenter_id_fkey" FOREIGN KEY ("to_datacenter_id") REFERENCES "datacenter"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "link" ADD CONSTRAINT "link_carrier_id_fkey" FOREIGN KEY ("carrier_id") REFERENCES "carrier"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE staff_coverage
  ADD CONSTRAINT staff_coverage_skill_form CHECK (skill ~ '^[A-Z][A-Z0-9_]{1,30}$'),
  ADD CONSTRAINT staff_coverage_hours CHECK (from_minute BETWEEN 0 AND 1439 AND to_minute BETWEEN 1 AND 1440),
  ADD CONSTRAINT staff_coverage_response CHECK (response_minutes BETWEEN 0 AND 10080),
  ADD CONSTRAINT staff_coverage_generation_positive CHECK (generation >= 1);

ALTER TABLE carrier
  ADD CONSTRAINT carrier_code_form CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
  ADD CONSTRAINT carrier_generation_positive CHECK (generation >= 1);

ALTER TABLE link
  ADD CONSTRAINT link_one_far_end CHECK ((to_datacenter_id IS NULL) <> (to_name IS NULL)),
  ADD CONSTRAINT link_not_to_itself CHECK (to_datacenter_id <> datacenter_id),
  ADD CONSTRAINT link_sizes_positive CHECK (capacity_mbps >= 0 AND latency_us >= 0 AND monthly_price_minor >= 0),
  ADD CONSTRAINT link_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  ADD CONSTRAINT link_generation_positive CHECK (generation >= 1);

-- ── rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────
REVOKE ALL ON staff_coverage, carrier, link FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON staff_coverage, carrier, link TO cadastre_provider;
-- Placement asks who can be on site; the controller tells tenants what a site lacks.
GRANT SELECT ON staff_coverage TO cadastre_allocator, cadastre_controller;
