import type { DatacenterId, InstanceId, Instant, LoadTargetId, OrganisationId, Watts } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { PoolPurpose } from '../pool/model.ts';
import type { DataClass, ProjectStage } from '../project/model.ts';

/** In force between its dates: RUNNING while something still has to go, REACHED at or below the target, MISSED above it with nobody left who may give way. */
export const LOAD_TARGET_STATES = ['PROPOSED', 'APPROVED', 'CANCELLED', 'RUNNING', 'REACHED', 'MISSED', 'ENDED'] as const;
export type LoadTargetState = (typeof LOAD_TARGET_STATES)[number];

/** PENDING: nothing happened to it, and at the end it was not needed. NOTICED: its tenant knows. SKIPPED: it went by itself, or was let off after all. */
export const SHEDDING_STEP_STATES = ['PENDING', 'NOTICED', 'RELEASED', 'SKIPPED'] as const;
export type SheddingStepState = (typeof SHEDDING_STEP_STATES)[number];

/** Why an instance gives way at its place in the order: it agreed to, or its project's stage comes first in the policy. */
export const SHEDDING_REASONS = ['INTERRUPTIBLE', 'TRIAL', 'PILOT', 'PRODUCTION'] as const;
export type SheddingReason = (typeof SHEDDING_REASONS)[number];

/** An instance as far as giving way is concerned. */
export interface Sheddable {
  readonly instanceId: InstanceId;
  readonly tenantId: OrganisationId;
  readonly tenantClass: TenantClass;
  readonly dataClass: DataClass;
  readonly stage: ProjectStage;
  readonly purpose: PoolPurpose;
  readonly interruptible: boolean;
  readonly gpus: number;
  /** What its machine stops drawing when it stops: its claim, above the idle draw that stays. */
  readonly watts: Watts;
  readonly createdAt: Instant;
}

/** The written order in which work gives way. Data, so that another operator can have another. */
export interface SheddingPolicy {
  readonly stages: readonly ProjectStage[];
  readonly purposes: readonly PoolPurpose[];
  /** PRODUCTION of public bodies, and of anybody's health data, gives way too. Never by default. */
  readonly includeProduction: boolean;
  /** Between the notice to a tenant and the release of its instance. */
  readonly noticeSeconds: number;
}

export interface SheddingStep {
  readonly instanceId: InstanceId;
  readonly tenantId: OrganisationId;
  readonly why: SheddingReason;
  readonly purpose: PoolPurpose;
  readonly gpus: number;
  /** IT watts that it gives up. */
  readonly watts: Watts;
  /** Facility watts of the site once this step and those before it are done. */
  readonly expectedW: Watts;
}

/** A step with what has become of it. */
export interface SheddingProgress extends SheddingStep {
  readonly state: SheddingStepState;
  readonly noticedAt?: Instant;
  /** When it was released or skipped. */
  readonly settledAt?: Instant;
}

/** Who gives way, in which order, and what that comes to. Facility watts unless said otherwise. */
export interface SheddingPlan {
  /** Before any step, without leases that end before the target begins. */
  readonly beforeW: Watts;
  readonly steps: readonly SheddingStep[];
  readonly expectedW: Watts;
  /** What is still too much after all steps; 0 when the target is met. */
  readonly shortfallW: Watts;
  /** Left alone because only `includeProduction` would touch them. */
  readonly spared: { readonly instances: number; readonly watts: Watts };
}

/**
 * A plan to bring a datacenter down to a load between two instants. Proposed by one person, approved by another; executed only then. Its steps are kept beside it:
 * there may be as many as the site has instances, and who lists plans does not read them.
 */
export interface LoadTarget extends Omit<SheddingPlan, 'steps'> {
  readonly id: LoadTargetId;
  readonly datacenterId: DatacenterId;
  readonly stepCount: number;
  readonly targetW: Watts;
  readonly from: Instant;
  readonly to: Instant;
  readonly includeProduction: boolean;
  readonly state: LoadTargetState;
  /** Subjects of the provider's directory. */
  readonly plannedBy: string;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  readonly cancelledBy?: string;
  readonly cancelledAt?: Instant;
  /** Facility watts by the ledger when the state was last judged; absent before it began. */
  readonly measuredW?: Watts;
  readonly measuredAt?: Instant;
  /** When the site was first at or below the target. */
  readonly reachedAt?: Instant;
  readonly generation: number;
}
