import type { Instant, ShapeId } from '../core/index.ts';
import { place } from './decide.ts';
import { without } from './fold.ts';
import type { Counterfactual, PlacementReason, PlacementRequest, Verdict } from './model.ts';
import { TOPOLOGY_LEVELS } from './model.ts';
import { scopeOf } from './scope.ts';
import type { CapacityState } from './state.ts';

/** The verdict, and for a refusal what else would do: what is stored, shown and replayed. */
export const decide = (s: CapacityState, r: PlacementRequest): Verdict => {
  const v = place(s, r);
  if (v.outcome === 'PLACED' || v.reasons[0]?.reason === 'MISCONFIGURED') return v;
  const later = laterFor(s, r, v.reasons[0]?.reason);
  const counterfactuals = [...fewer(r, v), ...widerFor(s, r), ...shorterFor(s, r, v), ...otherShapes(s, r), ...otherSites(s, r), ...later];
  return { ...v, counterfactuals, forEver: v.forEver && later.length === 0 };
};

const would = (s: CapacityState, r: PlacementRequest): boolean => place(s, r).outcome === 'PLACED';

const fewer = (r: PlacementRequest, v: Extract<Verdict, { outcome: 'REFUSED' }>): Counterfactual[] => (v.wouldFit > 0 && v.wouldFit < r.count ? [{ change: 'FEWER', count: v.wouldFit }] : []);

/** The tightest wider level that takes all. */
const widerFor = (s: CapacityState, r: PlacementRequest): Counterfactual[] => {
  if (r.topology?.required !== true) return [];
  const level = TOPOLOGY_LEVELS.slice(TOPOLOGY_LEVELS.indexOf(r.topology.level) + 1).find(l => l !== 'REGION' && would(s, { ...r, topology: { level: l, required: true } }));
  return level === undefined ? [] : [{ change: 'WIDER_TOPOLOGY', level }];
};

/** Ending before what is in the way begins: a certification's lapse, a reservation, the end of a phase. */
const shorterFor = (s: CapacityState, r: PlacementRequest, v: Extract<Verdict, { outcome: 'REFUSED' }>): Counterfactual[] => {
  const inTheWay = v.reasons.flatMap(x => [x.params['uncoveredFrom'], x.params['at']]).filter(x => typeof x === 'string');
  const ends = [...inTheWay, ...[...s.reserved.values()].flat().map(x => x.from)].filter(x => x > r.at && x < r.leaseEnd);
  const leaseEnd = [...new Set(ends)].sort().reverse().slice(0, MOST_DATES).find(end => would(s, { ...r, leaseEnd: end }));
  return leaseEnd === undefined ? [] : [{ change: 'SHORTER', leaseEnd }];
};

/** Shapes with at least as many GPUs a machine, in order of id; three at most. The law is the order's own. */
const otherShapes = (s: CapacityState, r: PlacementRequest): Counterfactual[] => {
  const { size } = scopeOf(s, r);
  const ids = new Map<ShapeId, number>();
  for (const t of s.tallies.values()) if (t.largest >= size && t.total > 0) ids.set(s.shapes.key(t.shape), t.largest);
  const tried = [...ids.keys()].filter(id => id !== r.shapeId).sort();
  return tried.filter(shapeId => would(s, { ...r, shapeId, poolId: null, ...(r.milliGpu === undefined ? { gpusPerInstance: size } : {}) })).slice(0, 3).map(shapeId => ({ change: 'OTHER_SHAPE', shapeId }));
};

/** Sites of the region other than the one asked for: the same law, the same data. */
const otherSites = (s: CapacityState, r: PlacementRequest): Counterfactual[] => {
  if (r.datacenterId === null && r.poolId === null) return [];
  const found = [...s.siteFacts.keys()].sort().find(id => id !== r.datacenterId && would(s, { ...r, datacenterId: id, poolId: null }));
  return found === undefined ? [] : [{ change: 'OTHER_SITE', datacenterId: found }];
};

/** Dates that are tried at most: each is a decision. */
const MOST_DATES = 16;

/** The first declared date on which the same order, as long, is accepted with what runs now; else the date on which enough leases have ended. */
const laterFor = (s: CapacityState, r: PlacementRequest, headline: PlacementReason | undefined): Counterfactual[] => {
  if (headline === undefined || NEVER.has(headline)) return [];
  const moved = (at: Instant): PlacementRequest => ({ ...r, at, leaseEnd: shifted(r, at) });
  const phases = [...s.siteFacts.keys()].flatMap(id => s.power.contractChanges(id, r.at)).map(at => ({ at, because: 'PHASE_ENERGISED' as const }));
  const reservations = [...s.reserved.values()].flat().filter(x => x.to > r.at).map(x => ({ at: x.to, because: 'RESERVATION_ENDS' as const }));
  const dated = [...phases, ...reservations].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(0, MOST_DATES).find(d => would(s, moved(d.at)));
  const ends = leasesEnd(s, r, moved, dated?.at);
  return ends !== undefined ? [ends] : dated !== undefined ? [{ change: 'LATER', ...dated }] : [];
};
const NEVER: ReadonlySet<PlacementReason> = new Set(['MISCONFIGURED', 'NO_MATCHING_SHAPE', 'LEGAL_SCOPE', 'TENANT_CLASS', 'VOLUME_ELSEWHERE', 'STAFFING', 'EXCEEDS_MAX_QUOTA']);

/** The same length, from another instant. */
const shifted = (r: PlacementRequest, at: Instant): Instant => new Date(Date.parse(at) + Date.parse(r.leaseEnd) - Date.parse(r.at)).toISOString();

const MOST_LEASES = 512;
/** When leases of what serves the order end, and nobody takes what they leave: tried on the state itself, which is given back as it was. */
const leasesEnd = (s: CapacityState, r: PlacementRequest, moved: (at: Instant) => PlacementRequest, before: Instant | undefined): Counterfactual | undefined => {
  const { need } = scopeOf(s, r);
  const ending = [...s.claims].filter(([, c]) => c.leaseEnd > r.at && (before === undefined || c.leaseEnd < before) && need.shapes.has(s.machineShape.get(c.machine)))
    .sort(([a, x], [b, y]) => (x.leaseEnd < y.leaseEnd ? -1 : x.leaseEnd > y.leaseEnd ? 1 : a < b ? -1 : 1)).slice(0, MOST_LEASES);
  const instants = [...new Set(ending.map(([, c]) => c.leaseEnd))];
  const ended = (at: Instant): boolean => without(s, ending.filter(([, c]) => c.leaseEnd <= at).map(([id]) => id), () => would(s, moved(at)));
  // More leases ended is more room: halving finds the first date.
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ended(instants[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  const at = instants[low];
  return at === undefined ? undefined : { change: 'LATER', at, because: 'LEASES_END' };
};
