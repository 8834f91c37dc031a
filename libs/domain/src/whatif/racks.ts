import { at, integer, oneOf } from '../core/check.ts';
import type { Faults, Instant, Result, Watts } from '../core/index.ts';
import { faults, no, ok } from '../core/index.ts';
import type { SiteCapacity, SiteShape } from '../forecast/index.ts';
import { cooledW, deliver, itWatts, roomOf, treeOf } from '../forecast/index.ts';
import { usableW, type PowerNode } from '../powernode/index.ts';
import { MAX_RACK_POWER_W } from '../rack/model.ts';
import type { RackLimit, RacksAnswer, RacksQuestion } from './model.ts';

/** The question as it comes in: the shape by its code. */
export type RacksWanted = Omit<RacksQuestion, 'shape' | 'perRack'> & { readonly shape: string; readonly machinesPerRack: number };

/** All faults of a question at once. */
export const racksQuestion = ({ shape, machinesPerRack, ...rest }: RacksWanted, shapes: readonly SiteShape[]): Result<RacksQuestion, Faults> => {
  const found = shapes.find(s => s.code === shape);
  const list = faults([
    ...oneOf(at('shape'), shape, shapes.map(s => s.code)), ...integer(at('machinesPerRack'), machinesPerRack, 1, MAX_UNITS), ...integer(at('rackW'), rest.rackW, 1, MAX_RACK_POWER_W),
    ...integer(at('rackUnits'), rest.rackUnits, 1, MAX_UNITS), ...integer(at('pueMilli'), rest.pueMilli, 1_000, 10_000),
  ]);
  if (list !== undefined) return no(list);
  if (found === undefined) throw new Error('a shape that is known is found');
  return ok({ ...rest, shape: found, perRack: machinesPerRack });
};
const MAX_UNITS = 100;

/** Each limit of the chain alone, and the smallest of them: for the whole phase on an empty site, and beside what is held at `now`. */
export const racksThatFit = (site: SiteCapacity, q: RacksQuestion, now: Instant): RacksAnswer => {
  const rackDrawW = q.perRack * q.shape.maxW;
  const asked: SiteCapacity = { ...site, pueMilli: q.pueMilli, feedLossTolerated: q.feedLossTolerated };
  const limits = [phaseLimit(asked, q, rackDrawW, now), ...treeLimit(asked, rackDrawW, now), coolingLimit(asked, q, rackDrawW, now)];
  const least = (of: (l: RackLimit) => number): number => Math.min(...limits.map(of));
  const racks = least(l => l.racks);
  if (rackDrawW > q.rackW || q.perRack * q.shape.units > q.rackUnits) return { rackDrawW, racks: 0, racksBeside: 0, limits, limitedBy: 'RACK' };
  return { rackDrawW, racks, racksBeside: least(l => l.racksBeside), limits, limitedBy: limits.find(l => l.racks === racks)?.resource ?? 'PHASE' };
};

const whole = (w: Watts, rackDrawW: Watts): number => Math.max(0, Math.floor(w / rackDrawW));
const limit = (resource: RackLimit['resource'], limitW: Watts, freeW: Watts, rackDrawW: Watts, name?: string): RackLimit =>
  ({ resource, limitW, racks: whole(limitW, rackDrawW), freeW, racksBeside: whole(freeW, rackDrawW), ...(name === undefined ? {} : { name }) });

const phaseLimit = (site: SiteCapacity, q: RacksQuestion, rackDrawW: Watts, now: Instant): RackLimit => {
  const itW = itWatts(q.contractedW, q.pueMilli);
  return limit('PHASE', itW, itW - roomOf(site, now).committedW, rackDrawW);
};

const treeLimit = (site: SiteCapacity, rackDrawW: Watts, now: Instant): readonly RackLimit[] => {
  if (site.nodes.length === 0) return [];
  const tree = treeOf(site.nodes);
  const { nodeW } = roomOf(site, now);
  const carried = (freeW: (n: PowerNode) => Watts) => deliver(tree, freeW, site.feedLossTolerated);
  const empty = carried(usableW);
  return [limit('POWER_NODE', empty.watts, carried(n => nodeW.get(n.id) ?? 0).watts, rackDrawW, empty.stoppedBy[0]?.name)];
};

/** Hall by hall: a rack is not cooled by two of them. */
const coolingLimit = (site: SiteCapacity, { shape }: RacksQuestion, rackDrawW: Watts, now: Instant): RackLimit => {
  const halls = site.halls.filter(h => h.coolingKinds.some(k => shape.coolingKinds.includes(k)));
  const { hallW } = roomOf(site, now);
  const sum = (of: (h: (typeof halls)[number]) => number): number => halls.reduce((n, h) => n + of(h), 0);
  const free = (h: (typeof halls)[number]): Watts => hallW.get(h.id) ?? 0;
  const [tightest] = [...halls].sort((a, b) => free(a) - free(b));
  return {
    ...limit('COOLING', sum(cooledW), sum(free), rackDrawW, tightest?.name),
    racks: sum(h => whole(cooledW(h), rackDrawW)), racksBeside: sum(h => whole(free(h), rackDrawW)),
  };
};
