import type { ActContext } from '@cadastre/domain/audit';
import type { AllocateReply, AllocateRequest, CapacityState, InvertibleFact } from '@cadastre/domain/capacity';
import type { AuditId, Ids, InstanceId, Instant, PlanId, Problem, RegionId, ReservationId } from '@cadastre/domain/core';
import type { IdempotencyRecord } from '@cadastre/domain/idempotency';
import type { GpuInstance } from '@cadastre/domain/instance';
import type { OrderPlan } from '@cadastre/domain/plan';
import type { Reservation } from '@cadastre/domain/reservation';
import type { AllocationItem, Idem } from '@cadastre/store/commit';
import type { Turn } from './ask.ts';

/** What was read for a batch in one go: answers given before, and the instances that are given back. */
export interface Known {
  readonly records: ReadonlyMap<string, IdempotencyRecord>;
  readonly instances: ReadonlyMap<InstanceId, GpuInstance>;
  readonly plans: ReadonlyMap<PlanId, OrderPlan>;
  readonly reservations: ReadonlyMap<ReservationId, Reservation>;
}
export const recordKey = (r: { readonly scope: string; readonly key: string }): string => `${r.scope} ${r.key}`;

/** Whether and how interruptible instances give way. */
export interface YieldPolicy {
  /** Between being asked and the end. */
  readonly noticeSeconds: number;
  /** The allocator's own, by the rule for it. */
  readonly act: () => ActContext;
}

/** The interruptible instances of the region, most recent first, kept from batch to batch: those that are gone since may still stand in it, none that came may be missing. */
export interface Candidates {
  soft: readonly InstanceId[] | undefined;
}

export interface Decider {
  readonly state: CapacityState;
  readonly ids: Ids;
  readonly regionId: RegionId;
  readonly regionCode: string;
  readonly epoch: number;
  /** Absent: nobody gives way. */
  readonly yielding?: YieldPolicy;
  /** Instances that are on their way out: room to come. */
  readonly leaving: ReadonlySet<InstanceId>;
  readonly candidates: Candidates;
  readonly clock: () => Instant;
  /** Seconds, monotonic. */
  readonly now: () => number;
}

export interface Planned {
  readonly turn: Turn;
  readonly item: AllocationItem;
  /** The answer once the batch is committed; also what the idempotency record keeps. */
  readonly reply: (auditIds: readonly AuditId[]) => AllocateReply;
  /** Requests that follow from it once it is committed: instances that give way to it. */
  readonly then: readonly AllocateRequest[];
}

/** What one request becomes. `entry` is folded at once, so that the next request of the batch sees it. */
export type Step =
  | { readonly kind: 'write'; readonly item: AllocationItem; readonly entries: readonly InvertibleFact[]; readonly reply: Planned['reply']; readonly then?: readonly AllocateRequest[] }
  | { readonly kind: 'answer'; readonly reply: AllocateReply }
  | { readonly kind: 'defer' };

export const refusedWith = (problem: Problem): Step => ({ kind: 'answer', reply: { kind: 'PROBLEM', problem } });

export const withResult = (claim: { readonly scope: string; readonly key: string; readonly fingerprint: string }, operation: string, result: Planned['reply']): Idem => ({
  scope: claim.scope, key: claim.key, fingerprint: claim.fingerprint, operation, result,
});

export const needed = (auditId: AuditId | undefined): AuditId => {
  if (auditId === undefined) throw new Error('a commit without an audit event');
  return auditId;
};
