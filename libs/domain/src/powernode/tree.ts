import type { Place } from '../core/check.ts';
import { fault, shown, within } from '../core/check.ts';
import type { Faults, PowerNodeId, Problem, RackId, Result, Watts } from '../core/index.ts';
import { faults, no, ok } from '../core/index.ts';
import { nearest } from '../core/near.ts';
import type { PowerNode } from './model.ts';

/** A tree without faults: every parent is there, nothing feeds itself, sides do not mix. */
export interface PowerTree {
  readonly byId: ReadonlyMap<PowerNodeId, PowerNode>;
  readonly byName: ReadonlyMap<string, PowerNode>;
}

/** A rack as its power sees it. */
export interface FedRack {
  readonly name: string;
  readonly feedA?: string;
  readonly feedB?: string;
}
/** What a rack draws: idle watts of its machines and watts of claims. */
export interface Draw extends FedRack {
  readonly rackId: RackId;
  readonly usedW: Watts;
}

/** Watts that may be drawn from it: nameplate less derating, rounded down. */
export const usableW = ({ capacityW, deratingPct }: Pick<PowerNode, 'capacityW' | 'deratingPct'>): Watts => Math.floor((capacityW * (100 - deratingPct)) / 100);

/** Where a field of a node stands in the input, for its faults. */
export type PlaceOf = (node: PowerNode, field: 'name' | 'parent' | 'side') => Place;

/** The tree of a datacenter from its nodes, in any order; all its faults at once. */
export const growTree = (nodes: readonly PowerNode[], placeOf: PlaceOf): Result<PowerTree, Faults> => {
  const byId = new Map(nodes.map(n => [n.id, n]));
  const list = faults([...repeated(nodes, placeOf), ...nodes.flatMap(n => parentFaults(n, byId, placeOf)), ...cycles(nodes, byId, placeOf)]);
  return list === undefined ? ok(treeOf(nodes)) : no(list);
};

/** The tree of nodes that are known to be one: they were judged before they were stored. */
export const treeOf = (nodes: readonly PowerNode[]): PowerTree => ({ byId: new Map(nodes.map(n => [n.id, n])), byName: new Map(nodes.map(n => [n.name, n])) });

/** One name twice: under two parents it is the shape of the tree that is wrong, under one it is only written twice. */
const repeated = (nodes: readonly PowerNode[], placeOf: PlaceOf): readonly Problem[] => {
  const first = new Map<string, PowerNode>();
  return nodes.flatMap(node => {
    const before = first.get(node.name);
    if (before === undefined) first.set(node.name, node);
    if (before === undefined) return [];
    if (before.parentId === node.parentId) return [fault('DUPLICATE', placeOf(node, 'name'), { value: shown(node.name), other: String(nodes.indexOf(before) + 1) })];
    return [fault('POWER_TWO_PARENTS', placeOf(node, 'parent'), { node: shown(node.name), parents: [nameOf(before.parentId, nodes), nameOf(node.parentId, nodes)] })];
  });
};
const nameOf = (id: PowerNodeId | undefined, nodes: readonly PowerNode[]): string => shown(nodes.find(n => n.id === id)?.name ?? '—');

const parentFaults = (node: PowerNode, byId: ReadonlyMap<PowerNodeId, PowerNode>, placeOf: PlaceOf): readonly Problem[] => {
  if (node.parentId === undefined) return [];
  const parent = byId.get(node.parentId);
  if (parent === undefined) return [fault('NOT_FOUND', placeOf(node, 'parent'), { noun: 'powernode', id: node.parentId })];
  // Below a side everything is of that side: a common node there would be lost with it, and count as if it were not.
  if (parent.side === 'NONE' || parent.side === node.side) return [];
  return [fault('POWER_SIDE_MISMATCH', placeOf(node, 'side'), { node: shown(node.name), value: node.side, parent: shown(parent.name), limit: parent.side })];
};

/** Each cycle once, at its first node in the order of the input, with its nodes from there. */
const cycles = (nodes: readonly PowerNode[], byId: ReadonlyMap<PowerNodeId, PowerNode>, placeOf: PlaceOf): readonly Problem[] => {
  const judged = new Set<PowerNode>();
  return nodes.flatMap(start => {
    const path: PowerNode[] = [];
    let node: PowerNode | undefined = start;
    while (node !== undefined && !judged.has(node) && !path.includes(node)) {
      path.push(node);
      node = node.parentId === undefined ? undefined : byId.get(node.parentId);
    }
    const round = node === undefined || judged.has(node) ? [] : path.slice(path.indexOf(node));
    for (const seen of path) judged.add(seen);
    const [first] = [...round].sort((a, b) => nodes.indexOf(a) - nodes.indexOf(b));
    if (first === undefined) return [];
    return [fault('POWER_TREE_CYCLE', placeOf(first, 'parent'), { node: shown(first.name), nodes: round.map(n => shown(n.name)) })];
  });
};

/** The two feeds that a rack names: there, and of the side that the rack takes them for. */
export const feedFaults = (tree: PowerTree, rack: FedRack, place: Place): readonly Problem[] =>
  ([['feedA', 'A'], ['feedB', 'B']] as const).flatMap(([field, side]) => {
    const name = rack[field];
    if (name === undefined) return [];
    const node = tree.byName.get(name);
    const known = (): readonly string[] => [...tree.byName.values()].filter(n => n.side === side).map(n => n.name);
    if (node === undefined) return [fault('UNKNOWN_VALUE', within(place, field), { value: shown(name), near: nearest(name, known()), known: known().slice(0, SHOWN_FEEDS) })];
    return feedSide(node, rack.name, side, within(place, field));
  });
const SHOWN_FEEDS = 20;

const feedSide = (node: PowerNode, rack: string, side: 'A' | 'B', place: Place): readonly Problem[] => {
  if (node.side === side) return [];
  const told = { rack: shown(rack), value: shown(node.name), limit: side };
  return [node.side === 'NONE' ? fault('FEED_WITHOUT_SIDE', place, told) : fault('FEED_WRONG_SIDE', place, { ...told, side: node.side })];
};

/** The same seen from a node: racks that name it for a side that it is not of. Racks may name what is not there yet, so a new node is judged too. */
export const namedFaults = (node: PowerNode, racks: readonly FedRack[], place: Place): readonly Problem[] =>
  racks.flatMap(r => [
    ...(r.feedA === node.name ? feedSide(node, r.name, 'A', place) : []),
    ...(r.feedB === node.name ? feedSide(node, r.name, 'B', place) : []),
  ]).slice(0, 1);

/** From the node that a rack is plugged into up to the root; empty for a name that the tree does not have. */
export const chainOf = (tree: PowerTree, feed: string | undefined): readonly PowerNode[] => {
  const chain = new Set<PowerNode>();
  // Two changes at once can close a circle that neither of them saw; the walk ends there, and the next change of the tree is refused for it.
  for (let node = feed === undefined ? undefined : tree.byName.get(feed); node !== undefined && !chain.has(node); node = node.parentId === undefined ? undefined : tree.byId.get(node.parentId)) chain.add(node);
  return [...chain];
};

/** How much of a rack's watts a node carries while nothing is lost. After the loss of the other side it is always ALL. */
export type Share = 'HALF' | 'ALL';

/**
 * Every node that carries a part of the rack. With two feeds each chain takes half, and what both chains share takes all; with one feed its chain takes
 * all. A feed that the tree does not have carries nothing, and the other one then carries all: a label is not a cable.
 */
export const chainsOf = (tree: PowerTree, rack: Pick<FedRack, 'feedA' | 'feedB'>): ReadonlyMap<PowerNodeId, Share> => {
  const [a, b] = [chainOf(tree, rack.feedA), chainOf(tree, rack.feedB)];
  const alone = a.length === 0 || b.length === 0;
  const out = new Map<PowerNodeId, Share>();
  for (const { id } of [...a, ...b]) out.set(id, alone || out.has(id) ? 'ALL' : 'HALF');
  return out;
};

export interface Load {
  /** Nothing lost. Halves are added before they are rounded up. */
  readonly normalW: Watts;
  /**
   * What it must be able to carry when a side may be lost: the whole of every rack behind it. Exact for a node of a side; for a common one that only some
   * chains pass, and never more than racks behind it draw, it is the safe side, and needs no list of what else is lost then.
   */
  readonly afterLossW: Watts;
}

/** What each node that carries anything carries. */
export const loadsOf = (tree: PowerTree, draws: readonly Draw[]): ReadonlyMap<PowerNodeId, Load> => {
  const halves = new Map<PowerNodeId, number>();
  const whole = new Map<PowerNodeId, number>();
  for (const rack of draws) {
    for (const [id, share] of chainsOf(tree, rack)) {
      halves.set(id, (halves.get(id) ?? 0) + rack.usedW * (share === 'HALF' ? 1 : 2));
      whole.set(id, (whole.get(id) ?? 0) + rack.usedW);
    }
  }
  return new Map([...halves].map(([id, h]) => [id, { normalW: Math.ceil(h / 2), afterLossW: whole.get(id) ?? 0 }]));
};

export interface Overload {
  readonly node: PowerNode;
  readonly loadW: Watts;
  readonly usableW: Watts;
  /** Racks behind it that draw anything. */
  readonly racks: readonly string[];
}

/** Nodes that carry more than they may: after the loss of a side where that has to be borne, otherwise while nothing is lost. */
export const overloads = (tree: PowerTree, draws: readonly Draw[], feedLossTolerated: boolean): readonly Overload[] =>
  [...loadsOf(tree, draws)].flatMap(([id, load]) => {
    const node = tree.byId.get(id);
    if (node === undefined) return [];
    const loadW = feedLossTolerated ? load.afterLossW : load.normalW;
    if (loadW <= usableW(node)) return [];
    return [{ node, loadW, usableW: usableW(node), racks: draws.filter(d => d.usedW > 0 && chainsOf(tree, d).has(id)).map(d => d.name) }];
  });

/** What a change overloads, or overloads further: what was too much before is not the change's doing. */
export const newOverloads = (before: readonly Overload[], after: readonly Overload[]): readonly Overload[] => {
  const excess = new Map(before.map(o => [o.node.id, o.loadW - o.usableW]));
  return after.filter(o => o.loadW - o.usableW > (excess.get(o.node.id) ?? 0));
};
