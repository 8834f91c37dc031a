import type { Instant } from '../core/index.ts';
import { compare } from '../core/index.ts';
import { FAR_FUTURE } from '../core/units.ts';
import { admitsFor, requirementsOf, uncovered } from '../law/index.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { ScopeRequest } from './by-request.ts';
import { ByRequest } from './by-request.ts';
import { Candidates } from './candidates.ts';
import { spanOf } from './fold.ts';
import type { PoolFact, Refusal, SiteFact } from './model.ts';
import type { Interval, Need } from './need.ts';
import type { CapacityState } from './state.ts';
import type { Tally } from './tally.ts';

/** Which pools a request may use, and the racks behind them. */
export interface Scope {
  readonly need: Need;
  /** GPUs of each instance; of a slice its share, rounded up. */
  readonly size: number;
  /** Machines of the shape at the place asked for, by pool, with what speaks against the pool. In order of pool, then shape. */
  readonly groups: readonly Group[];
  readonly candidates: Candidates;
}
export interface Group {
  readonly tally: Tally;
  /** Absent while the pool is not in the ledger, or the machines serve none. */
  readonly pool: PoolFact | undefined;
  readonly site: SiteFact | undefined;
  /** The first of law, class, place and staff that the group fails. */
  readonly refusal: Refusal | undefined;
  readonly paused: boolean;
}

export const admits = (pool: PoolFact, site: SiteFact | undefined, tenantClass: TenantClass): boolean =>
  (site?.tenantClasses.includes(tenantClass) ?? false) && (pool.tenantClasses.length === 0 || pool.tenantClasses.includes(tenantClass));

/** A scope holds for a while: until the first certification that it rests on lapses. */
interface Known {
  readonly scope: Scope;
  readonly from: Instant;
  readonly until: Instant;
}

/** What was derived from a state: emptied when full or out of date, without effect on any answer. */
interface Memo {
  structure: number;
  rules: number;
  readonly scopes: ByRequest<Known>;
  /** By shape, size of claim and pools. */
  readonly candidates: Map<string, Candidates>;
}
const MAX_CACHED = 512;
// Beside the state, not in it: a state is a fold of the ledger and nothing else.
const memos = new WeakMap<CapacityState, Memo>();

const memoOf = (s: CapacityState): Memo => {
  const memo = memos.get(s) ?? { structure: s.structure, rules: s.rules, scopes: new ByRequest<Known>(), candidates: new Map<string, Candidates>() };
  memos.set(s, memo);
  if (memo.structure !== s.structure || memo.candidates.size > MAX_CACHED) memo.candidates.clear();
  if (memo.structure !== s.structure || memo.rules !== s.rules || memo.scopes.size > MAX_CACHED || memo.candidates.size === 0) memo.scopes.clear();
  memo.structure = s.structure;
  memo.rules = s.rules;
  return memo;
};

/** Brings the power model in step with the facts. Before anything is decided. */
export const settle = (s: CapacityState): void => {
  if (!s.power.stale) return;
  const rackOf = (machine: number): number => s.machineRack.get(machine);
  s.power.rebuild({
    sites: s.siteFacts, halls: s.hallFacts, nodes: s.nodeFacts, phases: s.phaseFacts.values(), racks: s.rackFacts, rackUsedW: rack => s.rackUsedW.get(rack),
    reservations: [...s.reserved].flatMap(([machine, facts]) => facts.map(fact => ({ fact, rack: rackOf(machine) }))),
    claims: [...s.claims.values()].map(c => ({ rack: rackOf(c.machine), watts: c.watts, span: spanOf(s, c) })),
  });
};

export const scopeOf = (s: CapacityState, r: ScopeRequest): Scope => {
  settle(s);
  const memo = memoOf(s);
  const when = { at: r.at, end: r.leaseEnd };
  const known = memo.scopes.get(r);
  if (known !== undefined && known.from <= r.at && r.leaseEnd <= known.until && current(s, known.scope.candidates)) {
    known.scope.candidates.sync(when);
    return known.scope;
  }
  const scope = build(s, r, memo, when);
  memo.scopes.set(r, { scope, from: r.at, until: validUntil(s, r, scope) });
  return scope;
};

const build = (s: CapacityState, r: ScopeRequest, memo: Memo, when: Interval): Scope => {
  const shapes = new Set([r.shapeId, ...(r.orShapeIds ?? [])].map(id => s.shapes.find(id)).filter(row => row !== undefined));
  const groups = [...s.tallies.values()].filter(t => shapes.has(t.shape) && t.total > 0).flatMap(t => groupOf(s, t, r)).sort((a, b) => compare(placeOf(s, a), placeOf(s, b)));
  const whole = groups.reduce((most, g) => Math.max(most, g.tally.largest), 1);
  const size = r.gpusPerInstance ?? (r.milliGpu === undefined ? whole : 1);
  const need: Need = {
    shapes, gpus: r.milliGpu === undefined ? size : 0, milliGpu: r.milliGpu ?? 0, cpuMilli: r.cpuMilli, ramMiB: r.ramMiB, reservationId: r.reservationId,
  };
  const usable = groups.filter(g => g.refusal === undefined && !g.paused).map(g => g.tally.pool);
  return { need, size, groups, candidates: candidatesOf(s, memo, need, usable).sync(when) };
};

/** By ids: rows are numbered in the order in which facts came. */
const placeOf = (s: CapacityState, { tally }: Group): string => `${tally.pool < 0 ? '' : s.pools.key(tally.pool)} ${s.shapes.key(tally.shape)}`;

const groupOf = (s: CapacityState, tally: Tally, r: ScopeRequest): Group[] => {
  const pool = tally.pool < 0 ? undefined : s.poolFacts[tally.pool];
  // Machines without a pool serve nobody yet. They are named in a refusal only where no place was asked for: their pool is unknown.
  if (pool === undefined) return r.poolId === null && r.datacenterId === null ? [{ tally, pool, site: undefined, refusal: undefined, paused: true }] : [];
  if (r.poolId !== null && pool.poolId !== r.poolId) return [];
  if (r.datacenterId !== null && pool.datacenterId !== r.datacenterId) return [];
  if (r.purpose !== undefined && pool.purpose !== 'MIXED' && pool.purpose !== r.purpose) return [];
  const site = s.siteFacts.get(pool.datacenterId);
  return [{ tally, pool, site, refusal: refusalOf(s, pool, site, tally.total, r), paused: pool.paused }];
};

/** Law, class, place, staff: what a site or pool fails whatever is free there. */
const refusalOf = (s: CapacityState, pool: PoolFact, site: SiteFact | undefined, machines: number, r: ScopeRequest): Refusal | undefined => {
  const no = (reason: Refusal['reason'], params: Refusal['params']): Refusal => ({ reason, candidates: machines, params: { ...params, pool: pool.name, machines } });
  if (site === undefined) return no('LEGAL_SCOPE', { what: 'SITE', required: 'declared site', has: [], rule: 'ASKED' });
  const law = admitsFor(lawOf(s, site), requirementsOf(r.legal, r.tenantClass, site.country), r.at, r.leaseEnd);
  if (!law.ok) return no(law.error.reason, { ...law.error.params, site: site.name });
  if (!admits(pool, site, r.tenantClass)) return no('TENANT_CLASS', { what: 'TENANT_CLASS', required: r.tenantClass, has: pool.tenantClasses, rule: 'ASKED', site: site.name });
  if (r.dataDatacenterId !== undefined && r.dataDatacenterId !== site.datacenterId) return no('VOLUME_ELSEWHERE', { dataAt: s.siteFacts.get(r.dataDatacenterId)?.name ?? r.dataDatacenterId, site: site.name });
  if (r.maxResponseMinutes !== undefined && (site.responseMinutes === null || site.responseMinutes > r.maxResponseMinutes)) {
    return no('STAFFING', { asked: r.maxResponseMinutes, has: site.responseMinutes ?? 'never', site: site.name });
  }
  return undefined;
};

const lawOf = (s: CapacityState, site: SiteFact): Parameters<typeof admitsFor>[0] => ({
  country: site.country, jurisdiction: site.jurisdiction, tenantClasses: site.tenantClasses, certifications: heldAt(s, site),
});
const heldAt = (s: CapacityState, site: SiteFact): readonly { readonly kind: string; readonly from: Instant; readonly to: Instant }[] =>
  [...s.certificationFacts.values()].filter(c => c.gone !== true && (c.datacenterId === null || c.datacenterId === site.datacenterId)).map(c => ({ kind: c.certification, from: c.from, to: c.to }));

/** How far the answer holds for later orders: while no certification that admitted a site lapses. A site that was refused is asked again each time. */
const validUntil = (s: CapacityState, r: ScopeRequest, scope: Scope): Instant => {
  if (scope.groups.some(g => g.refusal?.reason === 'CERTIFICATION_EXPIRED')) return '';
  let until = FAR_FUTURE;
  for (const { site, refusal } of scope.groups) {
    // A site under another law, or that never had what is asked, stays so until a fact changes.
    if (site === undefined || refusal?.reason === 'LEGAL_SCOPE') continue;
    for (const { kind } of requirementsOf(r.legal, r.tenantClass, site.country).certifications) {
      const gap = uncovered(heldAt(s, site), kind, r.at, FAR_FUTURE);
      if (gap !== undefined && gap < until) until = gap;
    }
  }
  return until;
};

const candidatesOf = (s: CapacityState, memo: Memo, n: Need, pools: readonly number[]): Candidates => {
  const key = `${[...n.shapes].sort((a, b) => a - b).join(',')}|${String(n.gpus)}|${String(n.milliGpu)}|${String(n.cpuMilli ?? '')}|${String(n.ramMiB ?? '')}|${n.reservationId ?? ''}|${[...pools].sort((a, b) => a - b).join(',')}`;
  const known = memo.candidates.get(key);
  if (known !== undefined && current(s, known)) return known;
  const made = new Candidates(s, n, new Set(pools));
  memo.candidates.set(key, made);
  return made;
};

/** A reservation that got other machines is another set of candidates. */
const current = (s: CapacityState, c: Candidates): boolean => c.need.reservationId === undefined || c.basis === s.reservations.get(c.need.reservationId);
