import type { PowerNodeId, Watts } from '../core/index.ts';
import { treeOf } from '../forecast/index.ts';
import { chainOf, usableW, type PowerNode, type PowerTree } from '../powernode/index.ts';
import type { CutAnswer, CutTotals, FedGroup, Overloaded } from './model.ts';

/**
 * "What stops if feed B of hall 3 is cut?" Everything under the node is dead. Racks with no other feed go dark; racks with two put everything on the one
 * that is left, and what that asks of the survivors is compared with what they may give. Undefined: there is no such node.
 */
export const feedCut = (nodes: readonly PowerNode[], groups: readonly FedGroup[], cut: PowerNodeId): CutAnswer | undefined => {
  const tree = treeOf(nodes);
  const node = tree.byId.get(cut);
  if (node === undefined) return undefined;
  const fates = groups.map(g => fateOf(tree, g, cut));
  const dark = fates.filter(f => f.fate === 'DARK').map(f => f.group);
  const before = halvesOf(fates.map(f => [f.group, f.feeds] as const));
  const after = halvesOf(fates.map(f => [f.group, f.alive] as const));
  const overloaded = nodes.flatMap(n => over(n, before, after));
  return {
    node: { id: node.id, name: node.name }, dark: totals(dark), shifted: totals(fates.filter(f => f.fate === 'SHIFTED').map(f => f.group)),
    darkFeeds: dark.map(({ hallId, feedA, feedB }) => ({ hallId, ...(feedA === undefined ? {} : { feedA }), ...(feedB === undefined ? {} : { feedB }) })),
    overloaded: overloaded.sort((a, b) => b.overW - a.overW || (a.name < b.name ? -1 : 1)), mustShedW: toShed(nodes, new Map(overloaded.map(o => [o.nodeId, o.overW]))),
  };
};

type Chain = readonly PowerNode[];
interface Fate {
  readonly group: FedGroup;
  readonly fate: 'DARK' | 'SHIFTED' | 'UNTOUCHED';
  /** Its chains up to the roots, and those of them that do not pass through what was cut. */
  readonly feeds: readonly Chain[];
  readonly alive: readonly Chain[];
}

const fateOf = (tree: PowerTree, group: FedGroup, cut: PowerNodeId): Fate => {
  const feeds = [group.feedA, group.feedB].map(f => chainOf(tree, f)).filter(c => c.length > 0);
  const alive = feeds.filter(c => c.every(n => n.id !== cut));
  const fate = alive.length === feeds.length ? 'UNTOUCHED' : alive.length === 0 ? 'DARK' : 'SHIFTED';
  return { group, fate, feeds, alive };
};

/** Half-watts by node: two chains take half each, and what they share all of it. */
const halvesOf = (fed: readonly (readonly [FedGroup, readonly Chain[]])[]): ReadonlyMap<PowerNodeId, number> => {
  const out = new Map<PowerNodeId, number>();
  for (const [group, chains] of fed) {
    const share = chains.length === 1 ? 2 : 1;
    for (const chain of chains) for (const n of chain) out.set(n.id, (out.get(n.id) ?? 0) + group.usedW * share);
  }
  return out;
};

const over = (n: PowerNode, before: ReadonlyMap<PowerNodeId, number>, after: ReadonlyMap<PowerNodeId, number>): readonly Overloaded[] => {
  const watts = (halves: ReadonlyMap<PowerNodeId, number>): Watts => Math.ceil((halves.get(n.id) ?? 0) / 2);
  const [loadW, limit] = [watts(after), usableW(n)];
  return loadW <= limit ? [] : [{ nodeId: n.id, name: n.name, side: n.side, beforeW: watts(before), loadW, usableW: limit, overW: loadW - limit }];
};

/** From the leaves up: a node needs its own excess shed, or as much as those under it need together, whichever is more. */
const toShed = (nodes: readonly PowerNode[], overW: ReadonlyMap<PowerNodeId, Watts>): Watts => {
  const children = Map.groupBy(nodes, n => n.parentId);
  const need = (n: PowerNode): Watts => Math.max(overW.get(n.id) ?? 0, (children.get(n.id) ?? []).reduce((sum, c) => sum + need(c), 0));
  return (children.get(undefined) ?? []).reduce((sum, root) => sum + need(root), 0);
};

const totals = (groups: readonly FedGroup[]): CutTotals => {
  const sum = (of: (g: FedGroup) => number): number => groups.reduce((n, g) => n + of(g), 0);
  return { racks: sum(g => g.racks), machines: sum(g => g.machines), instances: sum(g => g.instances), gpus: sum(g => g.gpus), watts: sum(g => g.usedW) };
};
