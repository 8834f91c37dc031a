-- The tables, as the schema engine prints them from schema.prisma (node libs/store/src/migrate/main.ts --print-tables).
-- CreateEnum
CREATE TYPE "TenantClass" AS ENUM ('PUBLIC_BODY', 'RESEARCH', 'PRIVATE', 'CONSORTIUM');

-- CreateEnum
CREATE TYPE "DatacenterStatus" AS ENUM ('PLANNED', 'BUILDING', 'OPEN', 'CLOSING');

-- CreateEnum
CREATE TYPE "CoolingKind" AS ENUM ('AIR', 'REAR_DOOR', 'COLD_PLATE', 'IMMERSION');

-- CreateEnum
CREATE TYPE "RackState" AS ENUM ('CANDIDATE', 'PLANNED', 'INSTALLED', 'RETIRED');

-- CreateEnum
CREATE TYPE "MachineState" AS ENUM ('REGISTERED', 'INSPECTING', 'AVAILABLE', 'ALLOCATED', 'MAINTENANCE', 'REPAIRING', 'ERASING', 'RETIRED', 'ADOPTED');

-- CreateEnum
CREATE TYPE "ClusterProvider" AS ENUM ('SIMULATED', 'EXTERNAL', 'KIND', 'LOCAL');

-- CreateEnum
CREATE TYPE "PoolPurpose" AS ENUM ('TRAINING', 'INFERENCE', 'MIXED');

-- CreateEnum
CREATE TYPE "DrainPolicy" AS ENUM ('WAIT_FOR_RELEASE', 'AFTER_NOTICE');

-- CreateEnum
CREATE TYPE "ProjectStage" AS ENUM ('TRIAL', 'PILOT', 'PRODUCTION');

-- CreateEnum
CREATE TYPE "InstanceDesire" AS ENUM ('RUNNING', 'STOPPED', 'RELEASED');

-- CreateEnum
CREATE TYPE "InstanceState" AS ENUM ('PENDING', 'PROVISIONING', 'CONFIGURING', 'READY', 'STOPPED', 'UPDATING', 'REPAIRING', 'REBOOTING', 'TERMINATING', 'RELEASED', 'ERROR');

-- CreateEnum
CREATE TYPE "Directory" AS ENUM ('tenant', 'provider');

-- CreateEnum
CREATE TYPE "LedgerKind" AS ENUM ('RACK', 'MACHINE', 'POOL', 'CLAIM', 'RELEASE');

-- CreateEnum
CREATE TYPE "MemberRole" AS ENUM ('OWNER', 'ENGINEER', 'VIEWER', 'AUDITOR', 'BILLING');

-- CreateTable
CREATE TABLE "region" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name_fr" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "jurisdiction" TEXT NOT NULL,
    "operator_name" TEXT NOT NULL,
    "capital_chain" TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "region_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "datacenter" (
    "id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "commune" TEXT NOT NULL,
    "latitude_e6" INTEGER,
    "longitude_e6" INTEGER,
    "building_owner" TEXT NOT NULL,
    "lease_from" TIMESTAMPTZ(3),
    "lease_to" TIMESTAMPTZ(3),
    "admitted_tenant_classes" "TenantClass"[],
    "pue_milli" INTEGER NOT NULL,
    "log_location" TEXT NOT NULL,
    "admin_location" TEXT NOT NULL,
    "status" "DatacenterStatus" NOT NULL,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "datacenter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hall" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cooling_kinds" "CoolingKind"[],
    "cooling_capacity_w" INTEGER NOT NULL,
    "derating_pct" INTEGER NOT NULL DEFAULT 0,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rack" (
    "id" TEXT NOT NULL,
    "hall_id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "row" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "max_power_w" INTEGER NOT NULL,
    "cooling_kind" "CoolingKind" NOT NULL,
    "cooling_capacity_w" INTEGER NOT NULL,
    "feed_a" TEXT,
    "feed_b" TEXT,
    "state" "RackState" NOT NULL,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rack_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shape" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "gpu_model" TEXT NOT NULL,
    "gpus" INTEGER NOT NULL,
    "gpu_memory_mib" INTEGER NOT NULL,
    "slice_profiles" JSONB NOT NULL DEFAULT '[]',
    "nvlink_domain_size" INTEGER NOT NULL DEFAULT 0,
    "cpu_milli" INTEGER NOT NULL,
    "ram_mib" INTEGER NOT NULL,
    "nvme_gib" INTEGER NOT NULL,
    "nic_mbps" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "cooling_kinds" "CoolingKind"[],
    "idle_w" INTEGER NOT NULL,
    "max_w" INTEGER NOT NULL,
    "peak_fp16_tflops" INTEGER NOT NULL,
    "assumed" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shape_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machine" (
    "id" TEXT NOT NULL,
    "rack_id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position_u" INTEGER,
    "units" INTEGER NOT NULL,
    "shape_id" TEXT NOT NULL,
    "serial" TEXT NOT NULL,
    "simulated" BOOLEAN NOT NULL,
    "state" "MachineState" NOT NULL,
    "pool_id" TEXT,
    "cluster_id" TEXT,
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "machine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cluster" (
    "id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "provider" "ClusterProvider" NOT NULL,
    "endpoint" TEXT NOT NULL,
    "sealed_credential" TEXT NOT NULL,
    "kubernetes_version" TEXT,
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cluster_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node_pool" (
    "id" TEXT NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "shape_id" TEXT NOT NULL,
    "rack_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "target" INTEGER NOT NULL,
    "minimum" INTEGER NOT NULL,
    "maximum" INTEGER NOT NULL,
    "purpose" "PoolPurpose" NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "taints" JSONB NOT NULL DEFAULT '[]',
    "tenant_classes" "TenantClass"[] DEFAULT ARRAY[]::"TenantClass"[],
    "drain_policy" "DrainPolicy" NOT NULL DEFAULT 'WAIT_FOR_RELEASE',
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "ready_machines" INTEGER NOT NULL DEFAULT 0,
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "node_pool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organisation" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "class" "TenantClass" NOT NULL,
    "member_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "role" "MemberRole" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "stage" "ProjectStage" NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "legal_scope" JSONB NOT NULL,
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gpu_instance" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "datacenter_id" TEXT NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "pool_id" TEXT NOT NULL,
    "shape_id" TEXT NOT NULL,
    "machine_id" TEXT NOT NULL,
    "rack_id" TEXT NOT NULL,
    "gpus" INTEGER NOT NULL,
    "reserved_w" INTEGER NOT NULL,
    "image" TEXT NOT NULL,
    "ssh_keys" TEXT[],
    "lease_end" TIMESTAMPTZ(3) NOT NULL,
    "interruptible" BOOLEAN NOT NULL DEFAULT false,
    "desired" "InstanceDesire" NOT NULL,
    "status" "InstanceState" NOT NULL,
    "status_history" JSONB NOT NULL DEFAULT '[]',
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "decision_id" TEXT NOT NULL,
    "traceparent" TEXT,
    "ready_at" TIMESTAMPTZ(3),
    "released_at" TIMESTAMPTZ(3),
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gpu_instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "directory" "Directory" NOT NULL,
    "tenant_id" TEXT,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "roles" TEXT[],
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "allowed_cidrs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "revoked_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placement_decision" (
    "id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "ledger_index" BIGINT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "policy_version" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "verdict" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "placement_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "capacity_ledger" (
    "region_id" TEXT NOT NULL,
    "index" BIGINT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "kind" "LedgerKind" NOT NULL,
    "rack_id" TEXT,
    "machine_id" TEXT,
    "instance_id" TEXT,
    "tenant_id" TEXT,
    "gpus" INTEGER,
    "watts" INTEGER,
    "decision_id" TEXT,
    "fact" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "capacity_ledger_pkey" PRIMARY KEY ("region_id","index")
);

-- CreateTable
CREATE TABLE "machine_capacity" (
    "machine_id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "rack_id" TEXT NOT NULL,
    "gpus_total" INTEGER NOT NULL,
    "gpus_allocated" INTEGER NOT NULL DEFAULT 0,
    "idle_w" INTEGER NOT NULL,
    "reserved_w" INTEGER NOT NULL DEFAULT 0,
    "energised" BOOLEAN NOT NULL,

    CONSTRAINT "machine_capacity_pkey" PRIMARY KEY ("machine_id")
);

-- CreateTable
CREATE TABLE "rack_capacity" (
    "rack_id" TEXT NOT NULL,
    "region_id" TEXT NOT NULL,
    "max_power_w" INTEGER NOT NULL,
    "used_w" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "rack_capacity_pkey" PRIMARY KEY ("rack_id")
);

-- CreateTable
CREATE TABLE "region_lease" (
    "region_id" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "holder" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "region_lease_pkey" PRIMARY KEY ("region_id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "txid" BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "region_code" TEXT NOT NULL,
    "noun" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "traceparent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("txid","seq")
);

-- CreateTable
CREATE TABLE "outbox_cursor" (
    "reader" TEXT NOT NULL,
    "txid" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "outbox_cursor_pkey" PRIMARY KEY ("reader")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "seq" BIGSERIAL NOT NULL,
    "txid" BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "type" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_directory" TEXT NOT NULL,
    "target_kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "body" BYTEA NOT NULL,
    "digest" BYTEA NOT NULL,
    "time_recorded" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("txid","seq")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "region_code_key" ON "region"("code");

-- CreateIndex
CREATE UNIQUE INDEX "datacenter_region_id_code_key" ON "datacenter"("region_id", "code");

-- CreateIndex
CREATE UNIQUE INDEX "datacenter_id_region_id_key" ON "datacenter"("id", "region_id");

-- CreateIndex
CREATE UNIQUE INDEX "hall_datacenter_id_name_key" ON "hall"("datacenter_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "hall_id_datacenter_id_key" ON "hall"("id", "datacenter_id");

-- CreateIndex
CREATE INDEX "rack_region_id_id_idx" ON "rack"("region_id", "id");

-- CreateIndex
CREATE INDEX "rack_datacenter_id_id_idx" ON "rack"("datacenter_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "rack_hall_id_name_key" ON "rack"("hall_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "rack_id_datacenter_id_region_id_key" ON "rack"("id", "datacenter_id", "region_id");

-- CreateIndex
CREATE UNIQUE INDEX "shape_code_key" ON "shape"("code");

-- CreateIndex
CREATE INDEX "machine_rack_id_idx" ON "machine"("rack_id");

-- CreateIndex
CREATE INDEX "machine_pool_id_id_idx" ON "machine"("pool_id", "id");

-- CreateIndex
CREATE INDEX "machine_region_id_id_idx" ON "machine"("region_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "machine_datacenter_id_name_key" ON "machine"("datacenter_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "machine_serial_key" ON "machine"("serial");

-- CreateIndex
CREATE UNIQUE INDEX "cluster_datacenter_id_name_key" ON "cluster"("datacenter_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "cluster_id_datacenter_id_key" ON "cluster"("id", "datacenter_id");

-- CreateIndex
CREATE UNIQUE INDEX "node_pool_cluster_id_name_key" ON "node_pool"("cluster_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "node_pool_id_cluster_id_key" ON "node_pool"("id", "cluster_id");

-- CreateIndex
CREATE UNIQUE INDEX "organisation_code_key" ON "organisation"("code");

-- CreateIndex
CREATE UNIQUE INDEX "member_tenant_id_subject_role_key" ON "member"("tenant_id", "subject", "role");

-- CreateIndex
CREATE UNIQUE INDEX "project_tenant_id_code_key" ON "project"("tenant_id", "code");

-- CreateIndex
CREATE UNIQUE INDEX "project_tenant_id_id_key" ON "project"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "gpu_instance_tenant_id_created_at_id_idx" ON "gpu_instance"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "gpu_instance_machine_id_idx" ON "gpu_instance"("machine_id");

-- CreateIndex
CREATE UNIQUE INDEX "gpu_instance_tenant_id_id_key" ON "gpu_instance"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_sha256_key" ON "api_key"("sha256");

-- CreateIndex
CREATE INDEX "api_key_tenant_id_id_idx" ON "api_key"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "placement_decision_tenant_id_id_key" ON "placement_decision"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "machine_capacity_rack_id_idx" ON "machine_capacity"("rack_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_tenant_id_txid_seq_idx" ON "outbox"("tenant_id", "txid", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_id_key" ON "audit_event"("id");

-- CreateIndex
CREATE INDEX "audit_event_tenant_id_txid_seq_idx" ON "audit_event"("tenant_id", "txid", "seq");

-- CreateIndex
CREATE INDEX "idempotency_record_expires_at_idx" ON "idempotency_record"("expires_at");

-- AddForeignKey
ALTER TABLE "datacenter" ADD CONSTRAINT "datacenter_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hall" ADD CONSTRAINT "hall_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rack" ADD CONSTRAINT "rack_hall_id_datacenter_id_fkey" FOREIGN KEY ("hall_id", "datacenter_id") REFERENCES "hall"("id", "datacenter_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rack" ADD CONSTRAINT "rack_datacenter_id_region_id_fkey" FOREIGN KEY ("datacenter_id", "region_id") REFERENCES "datacenter"("id", "region_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine" ADD CONSTRAINT "machine_rack_id_datacenter_id_region_id_fkey" FOREIGN KEY ("rack_id", "datacenter_id", "region_id") REFERENCES "rack"("id", "datacenter_id", "region_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine" ADD CONSTRAINT "machine_shape_id_fkey" FOREIGN KEY ("shape_id") REFERENCES "shape"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine" ADD CONSTRAINT "machine_pool_id_cluster_id_fkey" FOREIGN KEY ("pool_id", "cluster_id") REFERENCES "node_pool"("id", "cluster_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_datacenter_id_fkey" FOREIGN KEY ("datacenter_id") REFERENCES "datacenter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_pool" ADD CONSTRAINT "node_pool_cluster_id_datacenter_id_fkey" FOREIGN KEY ("cluster_id", "datacenter_id") REFERENCES "cluster"("id", "datacenter_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_pool" ADD CONSTRAINT "node_pool_shape_id_fkey" FOREIGN KEY ("shape_id") REFERENCES "shape"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gpu_instance" ADD CONSTRAINT "gpu_instance_tenant_id_project_id_fkey" FOREIGN KEY ("tenant_id", "project_id") REFERENCES "project"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gpu_instance" ADD CONSTRAINT "gpu_instance_shape_id_fkey" FOREIGN KEY ("shape_id") REFERENCES "shape"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gpu_instance" ADD CONSTRAINT "gpu_instance_machine_id_fkey" FOREIGN KEY ("machine_id") REFERENCES "machine"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gpu_instance" ADD CONSTRAINT "gpu_instance_tenant_id_decision_id_fkey" FOREIGN KEY ("tenant_id", "decision_id") REFERENCES "placement_decision"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement_decision" ADD CONSTRAINT "placement_decision_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "capacity_ledger" ADD CONSTRAINT "capacity_ledger_tenant_id_instance_id_fkey" FOREIGN KEY ("tenant_id", "instance_id") REFERENCES "gpu_instance"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine_capacity" ADD CONSTRAINT "machine_capacity_rack_id_fkey" FOREIGN KEY ("rack_id") REFERENCES "rack_capacity"("rack_id") ON DELETE RESTRICT ON UPDATE CASCADE;

