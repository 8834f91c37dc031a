import type { HallId, Instant, PowerNodeId, Watts } from '../core/index.ts';
import type { PowerTree } from '../powernode/index.ts';
import { chainsOf, usableW } from '../powernode/index.ts';
import { deliver, treeOf } from './deliver.ts';
import type { Bound, RackGroup, ShapeFit, SiteCapacity, SiteHall, SiteResource, SiteShape } from './model.ts';
import { SITE_RESOURCES } from './model.ts';

/** What each resource has left at one instant, beside all that is held then. In IT watts. */
export interface Room {
  readonly phaseW: Watts;
  /** Each may be negative: more is held than fits. */
  readonly hallW: ReadonlyMap<HallId, Watts>;
  readonly nodeW: ReadonlyMap<PowerNodeId, Watts>;
  readonly groupW: ReadonlyMap<string, Watts>;
  readonly committedW: Watts;
}

/** The site without what changes with time: made once, asked for every interval. */
export interface Ground {
  readonly site: SiteCapacity;
  readonly tree: PowerTree;
  readonly standing: readonly RackGroup[];
  readonly chains: ReadonlyMap<string, ReturnType<typeof chainsOf>>;
}
export const groundOf = (site: SiteCapacity): Ground => {
  const tree = treeOf(site.nodes);
  const standing = site.groups.filter(g => g.state === 'INSTALLED').sort((a, b) => (a.key < b.key ? -1 : 1));
  return { site, tree, standing, chains: new Map(standing.map(g => [g.key, chainsOf(tree, g)])) };
};

/** Facility watts as IT watts: rounded down, so that the contract is never over by a fraction. */
export const itWatts = (facilityW: Watts, pueMilli: number): Watts => Math.floor((facilityW * 1000) / pueMilli);
export const cooledW = (h: Pick<SiteHall, 'coolingCapacityW' | 'deratingPct'>): Watts => Math.floor((h.coolingCapacityW * (100 - h.deratingPct)) / 100);

/** Held at an instant: idle watts of what stands, and the holds that have begun and not ended. */
export const roomAt = ({ site, standing, chains }: Ground, at: Instant, itW: Watts): Room => {
  const held = new Map(standing.map(g => [g.key, g.racks * g.idleW]));
  for (const h of site.holds) {
    const before = held.get(h.group);
    if (before !== undefined && (h.from === undefined || h.from <= at) && at < h.to) held.set(h.group, before + h.watts);
  }
  const used = (g: RackGroup): Watts => held.get(g.key) ?? 0;
  // In halves, so that a half is rounded up once and not rack by rack. After the loss of a side the other carries all.
  const halves = new Map<PowerNodeId, number>();
  for (const g of standing) for (const [id, share] of chains.get(g.key) ?? []) halves.set(id, (halves.get(id) ?? 0) + used(g) * (site.feedLossTolerated || share === 'ALL' ? 2 : 1));
  const committedW = standing.reduce((n, g) => n + used(g), 0);
  const hallUsed = new Map<HallId, Watts>();
  for (const g of standing) hallUsed.set(g.hallId, (hallUsed.get(g.hallId) ?? 0) + used(g));
  return {
    committedW,
    phaseW: itW - committedW,
    hallW: new Map(site.halls.map(h => [h.id, cooledW(h) - (hallUsed.get(h.id) ?? 0)])),
    nodeW: new Map(site.nodes.map(n => [n.id, usableW(n) - Math.ceil((halves.get(n.id) ?? 0) / 2)])),
    groupW: new Map(standing.map(g => [g.key, g.racks * g.limitW - used(g)])),
  };
};

/** What is held at an instant and what that leaves of halls and nodes, whatever the contract. */
export const roomOf = (site: SiteCapacity, at: Instant): Room => roomAt(groundOf(site), at, 0);

/** Watts left of each resource, and what gives way first in it; the tree only when one is declared. */
export const leftOf = (ground: Ground, room: Room): readonly { readonly resource: SiteResource; readonly freeW: Watts; readonly name?: string }[] => {
  const { site, tree } = ground;
  const named = (name: string | undefined) => (name === undefined ? {} : { name });
  const tightest = [...site.halls].sort((a, b) => (room.hallW.get(a.id) ?? 0) - (room.hallW.get(b.id) ?? 0))[0];
  const tree2 = site.nodes.length === 0 ? undefined : deliver(tree, n => room.nodeW.get(n.id) ?? 0, site.feedLossTolerated);
  return [
    { resource: 'PHASE', freeW: room.phaseW },
    ...(tree2 === undefined ? [] : [{ resource: 'POWER_NODE' as const, freeW: tree2.watts, ...named(tree2.stoppedBy[0]?.name) }]),
    { resource: 'COOLING', freeW: sumOf(room.hallW.values()), ...named(tightest?.name) },
    { resource: 'RACKS', freeW: sumOf(room.groupW.values()) },
  ];
};
const sumOf = (list: Iterable<number>): number => {
  let sum = 0;
  for (const n of list) sum += n;
  return sum;
};

/** How many more machines of the shape the room takes at full load: each resource alone, and all of them together. */
export const fitOf = (ground: Ground, room: Room, shape: SiteShape): ShapeFit => {
  const left = leftOf(ground, room);
  const alone: Readonly<Record<SiteResource, (freeW: Watts) => number>> = {
    PHASE: freeW => whole(freeW, shape.maxW),
    POWER_NODE: freeW => whole(freeW, shape.maxW),
    COOLING: () => ground.site.halls.filter(h => cools(h.coolingKinds, shape)).reduce((n, h) => n + whole(room.hallW.get(h.id) ?? 0, shape.maxW), 0),
    RACKS: () => ground.standing.reduce((n, g) => n + slots(g, room.groupW.get(g.key) ?? 0, shape), 0),
  };
  const bounds: readonly Bound[] = left.map(l => ({ ...l, machines: alone[l.resource](l.freeW) })).sort((a, b) => a.machines - b.machines || SITE_RESOURCES.indexOf(a.resource) - SITE_RESOURCES.indexOf(b.resource));
  const machines = bounds.some(b => b.machines === 0) ? 0 : pack(ground, room, shape);
  return { shapeId: shape.id, code: shape.code, machines, gpus: machines * shape.gpus, bounds };
};

const whole = (freeW: Watts, perMachine: Watts): number => Math.max(0, Math.floor(freeW / perMachine));
const cools = (kinds: readonly string[], shape: SiteShape): boolean => shape.coolingKinds.some(k => kinds.includes(k));

/**
 * Machines that the racks of a group take. Claims are known of the group and not of each rack, so that this is at most one machine a rack too many in a
 * group whose racks are filled unevenly; what stands in each rack and how high it is counts rack by rack.
 */
const slots = (g: RackGroup, freeW: Watts, shape: SiteShape): number =>
  cools([g.coolingKind], shape) ? Math.min(g.racks * whole(g.limitW - g.idleW, shape.maxW), whole(freeW, shape.maxW), g.racks * whole(g.units - g.usedUnits, shape.units)) : 0;

/**
 * Fills the groups one after the other and never goes beyond any limit, so that what it counts can be built. Not a search for the best filling: for machines
 * of one size over a tree the order hardly matters, and a forecast that can be redone by hand beats one that finds one machine more.
 */
const pack = (ground: Ground, room: Room, shape: SiteShape): number => {
  const hallW = new Map(room.hallW);
  const nodeW = new Map(room.nodeW);
  let phaseW = room.phaseW;
  let machines = 0;
  for (const g of ground.standing) {
    const chain = [...(ground.chains.get(g.key) ?? [])].map(([id, share]) => ({ id, perMachine: ground.site.feedLossTolerated || share === 'ALL' ? shape.maxW : Math.ceil(shape.maxW / 2) }));
    const n = Math.min(
      slots(g, room.groupW.get(g.key) ?? 0, shape), whole(phaseW, shape.maxW), whole(hallW.get(g.hallId) ?? 0, shape.maxW), ...chain.map(c => whole(nodeW.get(c.id) ?? 0, c.perMachine)),
    );
    machines += n;
    phaseW -= n * shape.maxW;
    hallW.set(g.hallId, (hallW.get(g.hallId) ?? 0) - n * shape.maxW);
    for (const c of chain) nodeW.set(c.id, (nodeW.get(c.id) ?? 0) - n * c.perMachine);
  }
  return machines;
};
