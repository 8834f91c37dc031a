import type { CapacityState, HoldFact, LedgerFact } from '@cadastre/domain/capacity';
import type { InstanceId, PlanId } from '@cadastre/domain/core';
import { expiredFact } from '@cadastre/domain/plan';
import { reservationEnded } from '@cadastre/domain/reservation';
import type { AllocationItem } from '@cadastre/store/commit';
import { unholdOf } from '@cadastre/store/commit';
import type { InventoryContext } from './inventory.ts';
import { ownAct } from './inventory.ts';

/** What the allocator writes without having been asked. */
export type OwnItem = Extract<AllocationItem, { kind: 'INVENTORY' | 'EXPIRE' | 'UNRESERVE' }>;

/** What time has brought: plans that nobody ordered, reservations that are over, a mix of work that has changed. Each is one small commit. */
export function* dueItems(c: InventoryContext, s: CapacityState): Generator<OwnItem> {
  const now = c.clock.now();
  for (const [planId, holds] of expired(s, now)) {
    const [first] = holds;
    if (first !== undefined) yield { kind: 'EXPIRE', act: ownAct(c), planId, tenantId: first.tenantId, holds, audit: [expiredFact(planId, first.tenantId, holds.length, c.region.code)] };
  }
  for (const [reservationId, facts] of [...s.reservations]) {
    const [first] = facts;
    if (first !== undefined && first.to <= now) {
      yield { kind: 'UNRESERVE', act: ownAct(c), reservationId, tenantId: first.tenantId, audit: [reservationEnded(first, facts.length, c.region.code)] };
    }
  }
  if (s.mix.due) yield { kind: 'INVENTORY', act: ownAct(c), facts: [{ kind: 'MIX' }], audit: [] };
}

const expired = (s: CapacityState, now: string): ReadonlyMap<PlanId, readonly HoldFact[]> => {
  const plans = new Map<PlanId, HoldFact[]>();
  for (const [instanceId, c] of s.claims) {
    if (c.hold === undefined || c.hold.expiresAt > now) continue;
    plans.set(c.hold.planId, [...(plans.get(c.hold.planId) ?? []), holdOf(s, instanceId, c, c.hold)]);
  }
  return plans;
};

type Held = CapacityState['claims'] extends ReadonlyMap<InstanceId, infer C> ? C : never;
const holdOf = (s: CapacityState, instanceId: InstanceId, c: Held, hold: NonNullable<Held['hold']>): HoldFact => ({
  kind: 'HOLD', planId: hold.planId, instanceId, tenantId: c.tenantId, projectId: c.projectId, expiresAt: hold.expiresAt, ...(c.at === undefined ? {} : { at: c.at }), leaseEnd: c.leaseEnd, machineId: s.machines.key(c.machine),
  gpus: c.gpus, watts: c.watts, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB, ...(c.milliGpu > 0 ? { milliGpu: c.milliGpu, slot: c.slot } : {}),
});

/** The facts that an item of ours enters, in the order in which the store writes them. */
export const factsOf = (item: OwnItem): readonly LedgerFact[] => {
  switch (item.kind) {
    case 'INVENTORY': return item.facts;
    case 'EXPIRE': return item.holds.map(unholdOf);
    case 'UNRESERVE': return [{ kind: 'UNRESERVE', reservationId: item.reservationId }];
  }
};
