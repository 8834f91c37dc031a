import type { EventFact } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { Instant, Plan } from '../core/index.ts';
import type { GpuInstance } from './model.ts';

/** An instance that nobody has given back yet, as far as the end of its lease goes. */
export interface Leased extends Pick<GpuInstance, 'id' | 'tenantId' | 'datacenterId' | 'gpus' | 'reservedW' | 'leaseEnd' | 'leaseWarnedAt'> {
  /** When it was ordered: the lease begins there. */
  readonly createdAt: Instant;
}

/** Leases of a region that end, or whose end is near: of those that end and of those to be warned the first `atMost` each. */
export interface LeasesSeen {
  readonly now: Instant;
  readonly regionCode: string;
  /** How long before the end a tenant is warned. */
  readonly warningSeconds: number;
  readonly atMost: number;
  readonly leases: readonly Leased[];
}

export type LeaseStep =
  /** To the tenants: their instances end, and when. */
  | { readonly do: 'warn'; readonly leases: readonly Leased[] }
  | { readonly do: 'release'; readonly lease: Leased };

/** Of a lease that is short: a day's warning of a lease of an hour would come before the order. */
export const WARNED_FRACTION = 10;

/** `warningSeconds` before the end, or a tenth of the lease if that is less. */
export const warnAt = ({ createdAt, leaseEnd }: Pick<Leased, 'createdAt' | 'leaseEnd'>, warningSeconds: number): Instant => {
  const end = Date.parse(leaseEnd);
  return new Date(end - Math.min(warningSeconds * 1_000, Math.floor((end - Date.parse(createdAt)) / WARNED_FRACTION))).toISOString();
};

/**
 * Warned once, given back at the end and never before. The warnings come first: they need no allocator, which may be the one that is silent. A lease that is over
 * is not warned of any more: its end was agreed with the order, so that a controller that slept through the warning owes no second one.
 */
export const planLeases = (seen: LeasesSeen): Plan<LeaseStep> => {
  const { told, ended } = dueOf(seen);
  const steps = [...(told.length === 0 ? [] : [{ do: 'warn', leases: told } as const]), ...ended.map(lease => ({ do: 'release', lease }) as const)];
  return { steps, because: steps.length === 0 ? 'no lease ends' : `${String(told.length)} end soon, ${String(ended.length)} have ended`, assumes: { generation: 0 } };
};

/** When something is due next: now, when more may be due than were read; undefined when nothing that was read is to come. */
export const nextEnd = (seen: LeasesSeen): Instant | undefined => {
  const { now, leases, warningSeconds, atMost } = seen;
  const { told, ended } = dueOf(seen);
  if (told.length >= atMost || ended.length >= atMost) return now;
  return leases.flatMap(l => [...(l.leaseWarnedAt === undefined ? [warnAt(l, warningSeconds)] : []), l.leaseEnd]).filter(t => t > now).sort()[0];
};

const dueOf = ({ now, leases, warningSeconds }: LeasesSeen): { readonly told: readonly Leased[]; readonly ended: readonly Leased[] } => ({
  told: leases.filter(l => now < l.leaseEnd && l.leaseWarnedAt === undefined && warnAt(l, warningSeconds) <= now),
  ended: leases.filter(l => l.leaseEnd <= now),
});

/** To each tenant, in its own log: how many seconds are left, and when it ends. */
export const factsOfEnding = (leases: readonly Leased[], { now, regionCode }: Pick<LeasesSeen, 'now' | 'regionCode'>): { readonly events: readonly EventFact[]; readonly audit: readonly AuditFact[] } => ({
  events: leases.map(l => ({ noun: 'instance', objectId: l.id, verb: 'lease-ending', regionCode, tenantId: l.tenantId })),
  audit: leases.map((l): AuditFact => ({
    type: 'compute.instance.warn', phase: 'requested', outcome: 'success', reason: 'LEASE_ENDING', tenant: l.tenantId, target: { kind: 'instance', id: l.id, region: regionCode, datacenter: l.datacenterId },
    numbers: { noticeSeconds: Math.floor((Date.parse(l.leaseEnd) - Date.parse(now)) / 1_000), releaseAt: l.leaseEnd, gpus: l.gpus, watts: l.reservedW },
  })),
});
