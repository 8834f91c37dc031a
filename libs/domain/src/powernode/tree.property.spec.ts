import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from '../core/check.ts';
import type { PowerNodeId, RackId, Watts } from '../core/index.ts';
import { powerNode } from '../datacenter/site.fixture.ts';
import type { PowerNode } from './model.ts';
import type { Draw } from './tree.ts';
import { growTree, loadsOf, newOverloads, overloads, treeOf } from './tree.ts';

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };

/** A world: nodes whose parents stand before them, so that it is a tree; racks that name nodes of their sides, or a label that nothing has. */
const world = fc.array(fc.record({ side: fc.constantFrom('A' as const, 'B' as const, 'NONE' as const), above: fc.nat(), capacityW: fc.integer({ min: 1, max: 400 }), deratingPct: fc.integer({ min: 0, max: 100 }) }), { minLength: 1, maxLength: 14 })
  .map(list => list.reduce<readonly PowerNode[]>((nodes, { above, ...n }, i) => {
    const parents = nodes.filter(p => p.side === 'NONE' || p.side === n.side);
    const parent = above % 4 === 0 ? undefined : parents[above % Math.max(1, parents.length)];
    return [...nodes, powerNode(`N${String(i)}`, { ...n, kind: 'SWITCHBOARD', ...(parent === undefined ? {} : { parentId: parent.id }) })];
  }, []))
  .chain(nodes => {
    const feed = (side: 'A' | 'B') => fc.option(fc.constantFrom(...nodes.filter(n => n.side === side).map(n => n.name), 'no-such-node'), { nil: undefined });
    const rack = fc.record({ a: feed('A'), b: feed('B'), usedW: fc.nat(101) });
    return fc.record({ nodes: fc.constant(nodes), racks: fc.array(rack, { maxLength: 12 }), tolerated: fc.boolean() });
  })
  .map(({ nodes, racks, tolerated }) => ({
    nodes, tolerated,
    draws: racks.map(({ a, b, usedW }, i): Draw => ({ rackId: `rack_${String(i)}` as RackId, name: `R${String(i)}`, usedW, ...(a === undefined ? {} : { feedA: a }), ...(b === undefined ? {} : { feedB: b }) })),
  }));

/** What a node carries when a side is lost, told as an electrician would: each rack asks its living feeds, each feed asks its parent. In half watts. */
const naive = (nodes: readonly PowerNode[], draws: readonly Draw[], lost: 'A' | 'B' | undefined): ReadonlyMap<PowerNodeId, number> => {
  const carried = new Map<PowerNodeId, number>();
  const pull = (node: PowerNode | undefined, halves: number): void => {
    if (node === undefined) return;
    carried.set(node.id, (carried.get(node.id) ?? 0) + halves);
    pull(nodes.find(n => n.id === node.parentId), halves);
  };
  for (const d of draws) {
    const living = [lost === 'A' ? undefined : d.feedA, lost === 'B' ? undefined : d.feedB].flatMap(name => nodes.filter(n => n.name === name));
    for (const feed of living) pull(feed, (2 * d.usedW) / living.length);
  }
  return carried;
};

describe('loads agree with a naive walk', () => {
  it('while nothing is lost, and after the loss of either side', () => {
    fc.assert(fc.property(world, ({ nodes, draws }) => {
      expect(growTree(nodes, () => at()).ok).toBe(true);
      const loads = loadsOf(treeOf(nodes), draws);
      const worlds = ([undefined, 'A', 'B'] as const).map(lost => naive(nodes, draws, lost));
      for (const { id, side } of nodes) {
        const load = loads.get(id) ?? { normalW: 0, afterLossW: 0 };
        const worst = Math.max(...worlds.map(w => (w.get(id) ?? 0) / 2));
        expect(load.normalW).toBe(Math.ceil((worlds[0]?.get(id) ?? 0) / 2));
        // A common node that carries one chain of some racks and all of others is judged by all of them.
        if (side === 'NONE') expect(load.afterLossW).toBeGreaterThanOrEqual(worst);
        else expect(load.afterLossW).toBe(worst);
      }
    }), RUNS);
  });

  it('whatever the order of nodes and racks', () => {
    fc.assert(fc.property(world, ({ nodes, draws }) => {
      const sorted = (map: ReadonlyMap<PowerNodeId, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(loadsOf(treeOf([...nodes].reverse()), [...draws].reverse()))).toEqual(sorted(loadsOf(treeOf(nodes), draws)));
    }), RUNS);
  });

  it('a change that only adds capacity never breaks anything, and nothing breaks that did not change', () => {
    fc.assert(fc.property(world, fc.nat(), ({ nodes, draws, tolerated }, which) => {
      const grownW = (n: PowerNode, i: number): Watts => (i === which % nodes.length ? n.capacityW + 100 : n.capacityW);
      const [before, after] = [treeOf(nodes), treeOf(nodes.map((n, i) => ({ ...n, capacityW: grownW(n, i) })))];
      expect(newOverloads(overloads(before, draws, tolerated), overloads(after, draws, tolerated))).toEqual([]);
      expect(newOverloads(overloads(before, draws, tolerated), overloads(before, draws, tolerated))).toEqual([]);
    }), RUNS);
  });
});
