import type { DatacenterId, Ids, Instant, InstanceId, OrganisationId, Plan } from '../core/index.ts';
import { breachesAt, lapsedAt, nextChange, requirementsOf } from '../law/index.ts';
import type { LawRefusal, SiteLaw } from '../law/index.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';
import type { Violation } from './model.ts';

/** An instance that is not released, with the law of its order. */
export interface Bound {
  readonly id: InstanceId;
  readonly tenantId: OrganisationId;
  readonly tenantClass: TenantClass;
  readonly datacenterId: DatacenterId;
  readonly legalScope: LegalScope;
  /** When it was claimed: no violation is older. */
  readonly since: Instant;
}

/** A violation that lasts; `releasedAt` when its instance is gone. */
export interface Lasting extends Violation {
  readonly releasedAt?: Instant;
}

export interface LawSnapshot {
  readonly now: Instant;
  readonly instances: readonly Bound[];
  /** Every datacenter that an instance stands in. */
  readonly sites: ReadonlyMap<DatacenterId, SiteLaw>;
  readonly lasting: readonly Lasting[];
}

/** One tenant's at a time: they are told of in one transaction, and no transaction holds the rows of two tenants. */
export type ViolationStep =
  | { readonly do: 'open'; readonly tenantId: OrganisationId; readonly violations: readonly Violation[] }
  | { readonly do: 'end'; readonly tenantId: OrganisationId; readonly violations: readonly Violation[] };

// An audit event and a wake-up each: a step stays a transaction of a moderate size.
const MOST_AT_ONCE = 200;

/** What has to be opened and ended so that the dated violations say what is so now. */
export const planViolations = (seen: LawSnapshot, ids: Ids): Plan<ViolationStep> => {
  const found = new Map(seen.instances.flatMap(i => breachesOf(seen, i).map(refusal => [keyOf(i.id, refusal.reason, kindOf(refusal)), { instance: i, refusal }] as const)));
  const known = new Set(seen.lasting.map(v => keyOf(v.instanceId, v.rule, v.certification)));
  const opened = [...found].filter(([key]) => !known.has(key)).map(([, b]) => violationOf(seen, b.instance, b.refusal, ids));
  const over = seen.lasting.filter(v => !found.has(keyOf(v.instanceId, v.rule, v.certification))).map(v => ended(seen, v));
  const steps = [...batches('end', over), ...batches('open', opened)];
  return { steps, because: steps.length === 0 ? 'the violations are what they should be' : `${String(opened.length)} begin, ${String(over.length)} end`, assumes: { generation: 0 } };
};

/** Until when the plan for this site stays empty if nothing is changed: the instant a certification begins or lapses. */
export const nextLook = (seen: LawSnapshot): Instant | undefined =>
  [...seen.sites.values()].map(s => nextChange(s.certifications, seen.now)).filter(t => t !== undefined).sort()[0];

const siteOf = (seen: LawSnapshot, id: DatacenterId): SiteLaw => {
  const site = seen.sites.get(id);
  if (site === undefined) throw new Error(`no law was read of ${id}`);
  return site;
};

const breachesOf = (seen: LawSnapshot, i: Bound): readonly LawRefusal[] => {
  const site = siteOf(seen, i.datacenterId);
  return breachesAt(site, requirementsOf(i.legalScope, i.tenantClass, site.country), seen.now);
};

const kindOf = ({ params }: LawRefusal): string | undefined => (params['what'] === 'CERTIFICATION' ? String(params['required']) : undefined);
const keyOf = (instanceId: InstanceId, rule: string, certification: string | undefined): string => `${instanceId} ${rule} ${certification ?? ''}`;

const violationOf = (seen: LawSnapshot, i: Bound, refusal: LawRefusal, ids: Ids): Violation => {
  const certification = kindOf(refusal);
  return {
    id: ids.next('violation'), tenantId: i.tenantId, instanceId: i.id, datacenterId: i.datacenterId, rule: refusal.reason,
    ...(certification === undefined ? {} : { certification }), since: beginning(seen, i, refusal), detail: refusal.params,
  };
};

/** The lapse itself, not the look that found it. Of what was never there nobody knows when it should have been: then it is now. */
const beginning = (seen: LawSnapshot, i: Bound, { reason, params }: LawRefusal): Instant => {
  if (reason !== 'CERTIFICATION_EXPIRED') return seen.now;
  const lapsed = lapsedAt(siteOf(seen, i.datacenterId).certifications, String(params['required']), seen.now);
  return lapsed === undefined || lapsed < i.since ? i.since : lapsed;
};

const ended = (seen: LawSnapshot, { releasedAt, ...violation }: Lasting): Violation => {
  const at = releasedAt ?? resumed(seen, violation) ?? seen.now;
  return { ...violation, endedAt: at < violation.since ? violation.since : at };
};

/** When the certification that is valid now began, if that was after the lapse; an older one was corrected, which counts from now. */
const resumed = (seen: LawSnapshot, { datacenterId, certification, since }: Violation): Instant | undefined =>
  seen.sites.get(datacenterId)?.certifications
    .filter(c => c.kind === certification && c.from >= since && c.from <= seen.now && seen.now < c.to)
    .map(c => c.from).sort()[0];

const batches = (act: ViolationStep['do'], list: readonly Violation[]): readonly ViolationStep[] => {
  const steps: ViolationStep[] = [];
  for (const [tenantId, violations] of Map.groupBy(list, v => v.tenantId)) {
    for (let n = 0; n < violations.length; n += MOST_AT_ONCE) steps.push({ do: act, tenantId, violations: violations.slice(n, n + MOST_AT_ONCE) });
  }
  return steps;
};
