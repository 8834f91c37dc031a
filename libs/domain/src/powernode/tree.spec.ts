import { describe, expect, it } from 'vitest';
import { at } from '../core/check.ts';
import type { PowerNodeId, RackId } from '../core/index.ts';
import { inWords, powerNode } from '../datacenter/site.fixture.ts';
import type { PowerNode } from './model.ts';
import type { Draw, FedRack } from './tree.ts';
import { chainsOf, feedFaults, growTree, loadsOf, newOverloads, overloads, treeOf, usableW } from './tree.ts';

const under = (parent: string): { readonly parentId: PowerNodeId } => ({ parentId: `powernode_${parent}` as PowerNodeId });
/** A grid connection over two chains: transformer ▸ UPS ▸ busway, of side A and of side B. */
const GRID = powerNode('GRID', { kind: 'GRID_CONNECTION', side: 'NONE', capacityW: 300_000 });
const side = (s: 'A' | 'B'): readonly PowerNode[] => [
  powerNode(`TR-${s}`, { kind: 'TRANSFORMER', side: s, ...under('GRID') }),
  powerNode(`UPS-${s}`, { kind: 'UPS', side: s, capacityW: 200_000, deratingPct: 10, ...under(`TR-${s}`) }),
  powerNode(`BUS-${s}1`, { side: s, capacityW: 150_000, ...under(`UPS-${s}`) }),
];
const NODES = [GRID, ...side('A'), ...side('B')];
const TREE = treeOf(NODES);
const draw = (name: string, usedW: number, feeds: Omit<FedRack, 'name'> = { feedA: 'BUS-A1', feedB: 'BUS-B1' }): Draw => ({ rackId: `rack_${name}` as RackId, name, usedW, ...feeds });
const grown = (nodes: readonly PowerNode[]) => inWords(growTree(nodes, (node, field) => at('nodes', nodes.indexOf(node), field)));

describe('a list of nodes is a tree', () => {
  it.each([
    { reason: 'parents before children', nodes: NODES, said: ['ok'] },
    { reason: 'children before parents', nodes: [...NODES].reverse(), said: ['ok'] },
    { reason: 'nothing at all', nodes: [], said: ['ok'] },
    { reason: 'a node that feeds itself', nodes: [powerNode('X', under('X'))], said: ['POWER_TREE_CYCLE nodes.0.parent'] },
    { reason: 'a circle of three is told once', nodes: [powerNode('X', under('Z')), powerNode('Y', under('X')), powerNode('Z', under('Y'))], said: ['POWER_TREE_CYCLE nodes.0.parent'] },
    { reason: 'a circle is found from a leaf below it, and told where it is', nodes: [powerNode('L', under('X')), powerNode('X', under('Y')), powerNode('Y', under('X'))], said: ['POWER_TREE_CYCLE nodes.1.parent'] },
    { reason: 'a node under two parents', nodes: [...NODES, powerNode('BUS-A1', { id: 'powernode_again' as PowerNodeId, ...under('TR-A') })], said: ['POWER_TWO_PARENTS nodes.7.parent'] },
    { reason: 'a node written twice', nodes: [GRID, { ...GRID, id: 'powernode_again' as PowerNodeId }], said: ['DUPLICATE nodes.1.name value=GRID other=1'] },
    { reason: 'a parent that is not there', nodes: [powerNode('X', under('Y'))], said: ['NOT_FOUND nodes.0.parent'] },
    { reason: 'side B under side A', nodes: [...NODES, powerNode('X', { side: 'B', ...under('UPS-A') })], said: ['POWER_SIDE_MISMATCH nodes.7.side value=B limit=A'] },
    { reason: 'a common node under side A would be lost with it', nodes: [...NODES, powerNode('X', { kind: 'SWITCHBOARD', side: 'NONE', ...under('UPS-A') })], said: ['POWER_SIDE_MISMATCH nodes.7.side value=NONE limit=A'] },
  ])('$reason', ({ nodes, said }) => { expect(grown(nodes)).toEqual(said); });
});

describe('a rack names its feeds', () => {
  const faults = (feeds: Omit<FedRack, 'name'>) => feedFaults(TREE, { name: 'A01', ...feeds }, at()).map(f => `${f.code} ${f.path?.join('.') ?? ''} ${String(f.params['near'] ?? '')}`.trim());
  it.each([
    { reason: 'both', feeds: { feedA: 'BUS-A1', feedB: 'BUS-B1' }, said: [] },
    { reason: 'one alone', feeds: { feedB: 'BUS-B1' }, said: [] },
    { reason: 'none', feeds: {}, said: [] },
    { reason: 'swapped', feeds: { feedA: 'BUS-B1', feedB: 'BUS-A1' }, said: ['FEED_WRONG_SIDE feedA', 'FEED_WRONG_SIDE feedB'] },
    { reason: 'a node without a side', feeds: { feedA: 'GRID' }, said: ['FEED_WITHOUT_SIDE feedA'] },
    { reason: 'a slip of the pen', feeds: { feedA: 'BUS-Al' }, said: ['UNKNOWN_VALUE feedA BUS-A1'] },
  ])('$reason', ({ feeds, said }) => { expect(faults(feeds)).toEqual(said); });
});

describe('loads', () => {
  it('derating takes whole percent off, rounded down', () => {
    expect([usableW({ capacityW: 1_000, deratingPct: 10 }), usableW({ capacityW: 999, deratingPct: 50 }), usableW({ capacityW: 5, deratingPct: 100 })]).toEqual([900, 499, 0]);
  });

  it('two feeds: half on each side, all of it where the sides meet', () => {
    expect(Object.fromEntries(chainsOf(TREE, { feedA: 'BUS-A1', feedB: 'BUS-B1' }))).toEqual({
      'powernode_BUS-A1': 'HALF', 'powernode_UPS-A': 'HALF', 'powernode_TR-A': 'HALF', 'powernode_BUS-B1': 'HALF', 'powernode_UPS-B': 'HALF', 'powernode_TR-B': 'HALF', powernode_GRID: 'ALL',
    });
  });
  it.each([
    { reason: 'one feed takes all', feeds: { feedA: 'BUS-A1' }, carriers: 4 },
    { reason: 'a label is not a cable: the other feed takes all', feeds: { feedA: 'BUS-A1', feedB: 'BUS-B9' }, carriers: 4 },
    { reason: 'no feed at all', feeds: {}, carriers: 0 },
  ])('$reason', ({ feeds, carriers }) => { expect([...chainsOf(TREE, feeds).values()]).toEqual(Array<string>(carriers).fill('ALL')); });

  it('halves are added before they are rounded', () => {
    const loads = loadsOf(TREE, [draw('A01', 3), draw('A02', 3)]);
    expect([loads.get('powernode_BUS-A1' as PowerNodeId), loads.get(GRID.id)]).toEqual([{ normalW: 3, afterLossW: 6 }, { normalW: 6, afterLossW: 6 }]);
  });

  const said = (draws: readonly Draw[], tolerated: boolean) => overloads(TREE, draws, tolerated).map(o => `${o.node.name} ${String(o.loadW)}>${String(o.usableW)} ${o.racks.join(',')}`);
  it.each([
    { reason: 'exactly what one side can carry alone', draws: [draw('A01', 150_000)], tolerated: true, over: [] },
    { reason: 'one watt more than a side can carry alone', draws: [draw('A01', 100_000), draw('A02', 50_001), draw('A03', 0)], tolerated: true, over: ['BUS-A1 150001>150000 A01,A02', 'BUS-B1 150001>150000 A01,A02'] },
    { reason: 'the same where a loss need not be borne', draws: [draw('A01', 150_001)], tolerated: false, over: [] },
    { reason: 'where a loss need not be borne, both sides together still end somewhere', draws: [draw('A01', 300_002)], tolerated: false, over: ['BUS-A1 150001>150000 A01', 'GRID 300002>300000 A01', 'BUS-B1 150001>150000 A01'] },
    { reason: 'a rack of one feed has no other half', draws: [draw('A05', 150_001, { feedA: 'BUS-A1' })], tolerated: false, over: ['BUS-A1 150001>150000 A05'] },
  ])('$reason', ({ draws, tolerated, over }) => { expect(said(draws, tolerated)).toEqual(over); });

  it('what was too much before is not the change\'s doing, unless it grows', () => {
    const [less, more] = [overloads(TREE, [draw('A01', 160_000)], true), overloads(TREE, [draw('A01', 170_000)], true)];
    expect([newOverloads(less, less), newOverloads(more, less), newOverloads(less, more).length]).toEqual([[], [], 2]);
  });

  it('a circle that two changes closed at once ends the walk', () => {
    expect(chainsOf(treeOf([powerNode('X', under('Y')), powerNode('Y', under('X'))]), { feedA: 'X' }).size).toBe(2);
  });
});
