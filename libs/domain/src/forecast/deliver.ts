import type { PowerNodeId, Watts } from '../core/index.ts';
import type { PowerNode, PowerTree } from '../powernode/index.ts';

/** What a tree can carry, and the nodes that stop it from carrying more. */
export interface Delivered {
  readonly watts: Watts;
  readonly stoppedBy: readonly PowerNode[];
}

/** The tree of nodes that the store has: its faults were refused when it was declared. */
export const treeOf = (nodes: readonly PowerNode[]): PowerTree => ({ byId: new Map(nodes.map(n => [n.id, n])), byName: new Map(nodes.map(n => [n.name, n])) });

/**
 * IT watts that the tree can bring to racks on two feeds when each node has `freeW` left, wherever the racks are put. A node passes on the smaller of its own
 * room and its children's, which is exact for a tree (max-flow min-cut, Ford & Fulkerson 1956). Where the loss of a side is to be borne, each side
 * must carry all of it; otherwise half. With one side only, its racks have one feed.
 */
export const deliver = (tree: PowerTree, freeW: (node: PowerNode) => Watts, feedLossTolerated: boolean): Delivered => {
  const children = Map.groupBy(tree.byId.values(), n => n.parentId);
  const total = together((children.get(undefined) ?? []).map(root => flow(root, { children, freeW, feedLossTolerated })));
  const stoppedBy = [...total.a <= total.b || !total.hasB ? total.stopsA : [], ...total.b < total.a || !total.hasA ? total.stopsB : []];
  if (!total.hasA || !total.hasB) return { watts: total.a + total.b, stoppedBy };
  return { watts: Math.min(total.a, total.b) * (feedLossTolerated ? 1 : 2), stoppedBy };
};

interface Flow {
  readonly a: Watts;
  readonly b: Watts;
  readonly hasA: boolean;
  readonly hasB: boolean;
  readonly stopsA: readonly PowerNode[];
  readonly stopsB: readonly PowerNode[];
}
interface Ground {
  readonly children: ReadonlyMap<PowerNodeId | undefined, readonly PowerNode[]>;
  readonly freeW: (node: PowerNode) => Watts;
  readonly feedLossTolerated: boolean;
}

const flow = (node: PowerNode, ground: Ground): Flow => {
  const free = Math.max(0, ground.freeW(node));
  const children = ground.children.get(node.id) ?? [];
  const below = together(children.map(c => flow(c, ground)));
  // Racks hang on nodes of a side: a common node without children feeds nothing.
  if (node.side === 'NONE') return common(node, free, below, ground.feedLossTolerated);
  const own = children.length === 0 ? free : Math.min(free, node.side === 'A' ? below.a : below.b);
  const stops = children.length > 0 && own < free ? (node.side === 'A' ? below.stopsA : below.stopsB) : [node];
  return node.side === 'A' ? { ...NOTHING, a: own, hasA: true, stopsA: stops } : { ...NOTHING, b: own, hasB: true, stopsB: stops };
};

/** A node above both sides sees a rack once, whichever side it draws from: all of it on one side after a loss, half on each on any other day. */
const common = (node: PowerNode, free: Watts, below: Flow, feedLossTolerated: boolean): Flow => {
  const perSide = below.hasA && below.hasB && !feedLossTolerated ? Math.floor(free / 2) : free;
  return {
    ...below, a: Math.min(below.a, perSide), b: Math.min(below.b, perSide),
    stopsA: below.a < perSide ? below.stopsA : [node], stopsB: below.b < perSide ? below.stopsB : [node],
  };
};

const NOTHING: Flow = { a: 0, b: 0, hasA: false, hasB: false, stopsA: [], stopsB: [] };
const together = (flows: readonly Flow[]): Flow => ({
  a: flows.reduce((n, f) => n + f.a, 0), b: flows.reduce((n, f) => n + f.b, 0), hasA: flows.some(f => f.hasA), hasB: flows.some(f => f.hasB),
  stopsA: flows.flatMap(f => f.stopsA), stopsB: flows.flatMap(f => f.stopsB),
});
