import type { InstanceId, Instant, ShapeId } from '../core/index.ts';
import { compare } from '../core/index.ts';
import { FAR_FUTURE } from '../core/units.ts';
import { place } from './decide.ts';
import { without } from './fold.ts';
import type { Counterfactual, PlacementRequest, Verdict } from './model.ts';
import { TOPOLOGY_LEVELS } from './model.ts';
import { scopeOf } from './scope.ts';
import type { CapacityState } from './state.ts';
import { FAILED, HELD } from './state.ts';

/** The verdict, and for a refusal what else would do: what is stored, shown and replayed. */
export const decide = (s: CapacityState, r: PlacementRequest): Verdict => {
  const v = place(s, r);
  if (v.outcome === 'PLACED' || v.reasons[0]?.reason === 'MISCONFIGURED') return v;
  const dates = declared(s, r, v);
  const later = v.forEver ? [] : laterFor(s, r, dates);
  const counterfactuals = [...fewer(r, v), ...widerFor(s, r), ...shorterFor(s, r, v), ...otherShapes(s, r), ...otherSites(s, r), ...later];
  return { ...v, counterfactuals, forEver: v.forEver || (later.length === 0 && !awaitsBudget(v) && impossible(s, r, dates)) };
};

/** What a budget has spent it does not get back by what ends: another period pays, at a date that this order may not name. */
const awaitsBudget = (v: Extract<Verdict, { outcome: 'REFUSED' }>): boolean => v.reasons.some(x => x.reason === 'WAITING_FOR_QUOTA' && x.params['until'] !== undefined);

const would = (s: CapacityState, r: PlacementRequest): boolean => place(s, r).outcome === 'PLACED';

const fewer = (r: PlacementRequest, v: Extract<Verdict, { outcome: 'REFUSED' }>): Counterfactual[] => (v.wouldFit > 0 && v.wouldFit < r.count ? [{ change: 'FEWER', count: v.wouldFit }] : []);

/** The tightest wider level that takes all. */
const widerFor = (s: CapacityState, r: PlacementRequest): Counterfactual[] => {
  if (r.topology?.required !== true) return [];
  const level = TOPOLOGY_LEVELS.slice(TOPOLOGY_LEVELS.indexOf(r.topology.level) + 1).find(l => l !== 'REGION' && would(s, { ...r, topology: { level: l, required: true } }));
  return level === undefined ? [] : [{ change: 'WIDER_TOPOLOGY', level }];
};

/** Ending before what is in the way begins: a certification's lapse, a reservation, the end of a phase, a period that has no budget left. */
const shorterFor = (s: CapacityState, r: PlacementRequest, v: Extract<Verdict, { outcome: 'REFUSED' }>): Counterfactual[] => {
  const inTheWay = v.reasons.flatMap(x => [x.params['uncoveredFrom'], x.params['at'], x.params['from']]).filter(x => typeof x === 'string');
  const ends = [...inTheWay, ...[...s.reserved.values()].flat().map(x => x.from)].filter(x => x > r.at && x < r.leaseEnd);
  const leaseEnd = [...new Set(ends)].sort().reverse().slice(0, MOST_DATES).find(end => would(s, { ...r, leaseEnd: end }));
  return leaseEnd === undefined ? [] : [{ change: 'SHORTER', leaseEnd }];
};

/** Shapes with at least as many GPUs a machine, for the same GPUs an instance, in order of id; three at most. The law is the order's own. */
const otherShapes = (s: CapacityState, r: PlacementRequest): Counterfactual[] => {
  const { size } = scopeOf(s, r);
  const asked = new Set([r.shapeId, ...(r.orShapeIds ?? [])]);
  const ids = new Set<ShapeId>();
  for (const t of s.tallies.values()) if (t.largest >= size && t.total > 0 && !asked.has(s.shapes.key(t.shape))) ids.add(s.shapes.key(t.shape));
  return [...ids].sort().filter(shapeId => would(s, inShape(s, r, size, shapeId))).slice(0, 3).map(shapeId => ({ change: 'OTHER_SHAPE', shapeId }));
};
const inShape = (s: CapacityState, { orShapeIds: _, ...r }: PlacementRequest, size: number, shapeId: ShapeId): PlacementRequest => ({
  ...r, shapeId, shapeCode: s.shapeCodes.get(shapeId) ?? '', poolId: null, ...(r.milliGpu === undefined ? { gpusPerInstance: size } : {}),
});

/** Sites of the region other than the one asked for: the same law, the same data. */
const otherSites = (s: CapacityState, r: PlacementRequest): Counterfactual[] => {
  if (r.datacenterId === null && r.poolId === null) return [];
  const found = [...s.siteFacts.keys()].sort().find(id => id !== r.datacenterId && would(s, { ...r, datacenterId: id, poolId: null }));
  return found === undefined ? [] : [{ change: 'OTHER_SITE', datacenterId: found }];
};

/** Dates that are tried at most: each is a decision. */
const MOST_DATES = 16;
interface Declared {
  readonly at: Instant;
  readonly because: Extract<Counterfactual, { change: 'LATER' }>['because'];
}

/** Dates after the order's on which more may be had, by what is declared. */
const declared = (s: CapacityState, r: PlacementRequest, v: Extract<Verdict, { outcome: 'REFUSED' }>): readonly Declared[] => {
  const phases = [...s.siteFacts.keys()].flatMap(id => s.power.contractChanges(id, r.at)).map(at => ({ at, because: 'PHASE_ENERGISED' as const }));
  const reservations = [...s.reserved.values()].flat().map(x => ({ at: x.to, because: 'RESERVATION_ENDS' as const }));
  const certifications = [...s.certificationFacts.values()].filter(c => c.gone !== true).map(c => ({ at: c.from, because: 'CERTIFICATION_BEGINS' as const }));
  const periods = v.reasons.flatMap(({ params: { until } }) => (typeof until === 'string' ? [{ at: until, because: 'BUDGET_PERIOD_BEGINS' as const }] : []));
  const all = [...phases, ...reservations, ...certifications, ...periods].filter(d => d.at > r.at).sort((a, b) => compare(a.at, b.at));
  return all.filter((d, n) => d.at !== all[n - 1]?.at);
};

/** The first declared date on which the same order, as long, is accepted with what runs now; or before it the date on which enough leases have ended. */
const laterFor = (s: CapacityState, r: PlacementRequest, dates: readonly Declared[]): Counterfactual[] => {
  const dated = dates.slice(0, MOST_DATES).find(d => would(s, moved(r, d.at)));
  const ends = leasesEnd(s, r, dated?.at);
  return ends !== undefined ? [ends] : dated !== undefined ? [{ change: 'LATER', ...dated }] : [];
};

/** The same order, as long, from another instant. What has no end gets none. */
const moved = (r: PlacementRequest, at: Instant): PlacementRequest => {
  const end = new Date(Math.min(Date.parse(at) + Date.parse(r.leaseEnd) - Date.parse(r.at), Date.parse(FAR_FUTURE))).toISOString();
  return { ...r, at, leaseEnd: r.leaseEnd === FAR_FUTURE ? FAR_FUTURE : end };
};

const MOST_LEASES = 512;
/** When leases of what serves the order end, and nobody takes what they leave: tried on the state itself, which is given back as it was. */
const leasesEnd = (s: CapacityState, r: PlacementRequest, before: Instant | undefined): Counterfactual | undefined => {
  const ending = endingFor(s, r, before);
  const ended = (at: Instant): boolean => without(s, ending.flatMap(([end, ids]) => (end <= at ? ids : [])), () => would(s, moved(r, at)));
  // More leases ended is more room: halving finds the first date, or one that was tried and does.
  let [low, high] = [0, ending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ended(ending[middle]?.[0] ?? '')) high = middle;
    else low = middle + 1;
  }
  const at = ending[low]?.[0];
  return at === undefined ? undefined : { change: 'LATER', at, because: 'LEASES_END' };
};

/** Claims on the shapes that would do, by the end of their lease, the first ones: sorted by date, not by claim, of which there are a hundred times more. */
const endingFor = (s: CapacityState, r: PlacementRequest, before: Instant | undefined): readonly (readonly [Instant, readonly InstanceId[]])[] => {
  const { need } = scopeOf(s, r);
  const by = new Map<Instant, InstanceId[]>();
  for (const [id, c] of s.claims) {
    if (c.leaseEnd <= r.at || (before !== undefined && c.leaseEnd >= before) || !need.shapes.has(s.machineShape.get(c.machine))) continue;
    const known = by.get(c.leaseEnd);
    if (known === undefined) by.set(c.leaseEnd, [id]);
    else known.push(id);
  }
  let claims = 0;
  return [...by].sort(([a], [b]) => compare(a, b)).filter(([, ids]) => (claims += ids.length) - ids.length < MOST_LEASES);
};

const MOST_CLAIMS = 1_024;
/**
 * Whether it could not be had if nothing ran, now or on any declared date. Answered only where it costs little and nothing is held or broken, which
 * somebody may put right: an order that is not called impossible merely waits.
 */
const impossible = (s: CapacityState, r: PlacementRequest, dates: readonly Declared[]): boolean => {
  const { groups } = scopeOf(s, r);
  if (s.claims.size > MOST_CLAIMS || dates.length > MOST_DATES || groups.some(g => g.paused || g.tally.machines(HELD) + g.tally.machines(FAILED) > 0)) return false;
  return without(s, [...s.claims.keys()], () => [r.at, ...dates.map(d => d.at)].every(at => !would(s, moved(r, at))));
};
