import { describe, expect, it } from 'vitest';
import type { DatacenterId, PowerNodeId, RackId } from '../core/index.ts';
import { countingIds, datacenter, inWords, powerNode } from '../datacenter/site.fixture.ts';
import type { CreatePowerNode, PowerNodeRow, PowerSeen, UpdatePowerNode } from './decide.ts';
import { decideCreatePowerNode, decideImportPowerNodes, decideUpdatePowerNode } from './decide.ts';
import type { Draw } from './tree.ts';

const GRID = powerNode('GRID', { kind: 'GRID_CONNECTION', side: 'NONE' });
const UPS = powerNode('UPS-A', { kind: 'UPS', parentId: GRID.id });
const BUS = powerNode('BUS-A1', { parentId: UPS.id, capacityW: 150_000 });
const draws: readonly Draw[] = [{ rackId: 'rack_1' as RackId, name: 'A01', feedA: 'BUS-A1', feedB: 'BUS-B1', usedW: 90_000 }, { rackId: 'rack_2' as RackId, name: 'A02', feedA: 'BUS-A1', usedW: 30_000 }];
const seen: PowerSeen = { datacenter, regionCode: 'fr-valence', nodes: [GRID, UPS, BUS], draws };

const create = (over: Partial<CreatePowerNode> = {}, more: Partial<PowerSeen> = {}) =>
  decideCreatePowerNode({ datacenterId: datacenter.id, name: 'BUS-A2', kind: 'BUSWAY', parentId: UPS.id, side: 'A', capacityW: 150_000, deratingPct: 0, assumed: [], ...over }, { ...seen, ...more }, { ids: countingIds() });
const update = (over: Partial<UpdatePowerNode>, more: Partial<PowerSeen> = {}, node = BUS) => decideUpdatePowerNode({ id: node.id, generation: 3, ...over }, { ...seen, ...more, node });

describe('a power node is declared', () => {
  it.each([
    { reason: 'under another', result: create(), said: ['ok'] },
    { reason: 'as a root of its own', result: create({ kind: 'UPS', parentId: undefined as never, name: 'UPS-C' }), said: ['ok'] },
    { reason: 'of no power', result: create({ capacityW: 0 }), said: ['BELOW_MINIMUM capacityW value=0 limit=1'] },
    { reason: 'derated by more than everything', result: create({ deratingPct: 101 }), said: ['ABOVE_MAXIMUM deratingPct value=101 limit=100'] },
    { reason: 'a busway with no side', result: create({ side: 'NONE', parentId: GRID.id }), said: ['FEED_WITHOUT_SIDE side value=BUSWAY limit=A, B'] },
    { reason: 'a switchboard with no side', result: create({ kind: 'SWITCHBOARD', side: 'NONE', parentId: GRID.id }), said: ['ok'] },
    { reason: 'of the other side than its parent', result: create({ side: 'B' }), said: ['POWER_SIDE_MISMATCH side value=B limit=A'] },
    { reason: 'of a side that a rack takes it not for', result: create({ name: 'BUS-B1' }), said: ['FEED_WRONG_SIDE side value=BUS-B1 limit=B'] },
    { reason: 'smaller than what the rack that names it draws', result: create({ name: 'BUS-B1', side: 'B', parentId: GRID.id, capacityW: 80_000 }), said: ['WOULD_BREAK_RUNNING capacityW value=80000 W count=1 running=A01'] },
    { reason: 'under a name that is taken', result: create({ name: 'BUS-A1' }), said: ['ALREADY_EXISTS name value=BUS-A1'] },
    { reason: 'under what is not there', result: create({ parentId: 'powernode_x' as PowerNodeId }), said: ['NOT_FOUND parentId'] },
    { reason: 'in no datacenter', result: create({ datacenterId: 'datacenter_x' as DatacenterId }, { datacenter: undefined }), said: ['NOT_FOUND datacenterId'] },
    { reason: 'assuming what it has not', result: create({ assumed: ['watts'] }), said: ['UNKNOWN_FIELD assumed.0 near=none'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});

describe('a power node is changed', () => {
  it.each([
    { reason: 'down to exactly what its racks draw when the other side is lost', result: update({ capacityW: 120_000 }), said: ['ok'] },
    { reason: 'below what runs: the racks and the least are named', result: update({ capacityW: 119_999 }), said: ['WOULD_BREAK_RUNNING capacityW value=119999 W count=2 running=A01,A02'] },
    { reason: 'derated below what runs', result: update({ deratingPct: 21 }), said: ['WOULD_BREAK_RUNNING capacityW value=118500 W count=2 running=A01,A02'] },
    { reason: 'the same where a loss need not be borne', result: update({ capacityW: 75_000 }, { datacenter: { ...datacenter, feedLossTolerated: false }, nodes: [GRID, UPS, BUS, powerNode('BUS-B1', { side: 'B' })] }), said: ['ok'] },
    { reason: 'moved under one that cannot carry it', result: update({ parentId: 'powernode_SMALL' as PowerNodeId }, { nodes: [...seen.nodes, powerNode('SMALL', { kind: 'UPS', capacityW: 100_000 })] }), said: ['WOULD_BREAK_RUNNING parentId value=SMALL count=2 running=A01,A02'] },
    { reason: 'fed by what it feeds', result: update({ parentId: BUS.id }, {}, UPS), said: ['POWER_TREE_CYCLE parentId'] },
    { reason: 'to the side that its racks do not take it for', result: update({ side: 'B', parentId: null }), said: ['FEED_WRONG_SIDE side value=BUS-A1 limit=A'] },
    { reason: 'to another side than what hangs below it', result: update({ side: 'B' }, {}, UPS), said: ['POWER_SIDE_MISMATCH side value=A limit=B'] },
    { reason: 'a node that was too small already may grow', result: update({ capacityW: 110_000 }, { nodes: [GRID, UPS, { ...BUS, capacityW: 100_000 }] }, { ...BUS, capacityW: 100_000 }), said: ['ok'] },
    { reason: 'somebody was faster', result: update({ generation: 2 }), said: ['STALE_GENERATION generation asked=2 current=3'] },
    { reason: 'kind emptied', result: update({ kind: null }), said: ['REQUIRED kind'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('tells the least that would do', () => { expect(update({ capacityW: 1 })).toMatchObject({ error: [{ params: { least: 120_000 } }] }); });
});

describe('a tree is declared whole', () => {
  const row = (name: string, over: Partial<PowerNodeRow> = {}): PowerNodeRow => ({ name, kind: 'UPS', side: 'A', capacityW: 500_000, deratingPct: 0, assumed: [], ...over });
  const all = (nodes: readonly PowerNodeRow[], more: Partial<PowerSeen> = {}) => decideImportPowerNodes({ datacenterId: datacenter.id, nodes }, { ...seen, nodes: [], ...more }, { ids: countingIds() });
  it.each([
    { reason: 'children first', result: all([row('BUS', { parent: 'UPS' }), row('UPS')]), said: ['ok'] },
    { reason: 'a circle', result: all([row('X', { parent: 'Y' }), row('Y', { parent: 'X' })]), said: ['POWER_TREE_CYCLE nodes.0.parent'] },
    { reason: 'one node under two parents', result: all([row('X'), row('Y'), row('Z', { parent: 'X' }), row('Z', { parent: 'Y' })]), said: ['POWER_TWO_PARENTS nodes.3.parent'] },
    { reason: 'a feed with no side', result: all([row('BUS', { kind: 'RACK_FEED', side: 'NONE' })]), said: ['FEED_WITHOUT_SIDE nodes.0.side value=RACK_FEED limit=A, B'] },
    { reason: 'a parent with a slip', result: all([row('UPS-A'), row('X', { parent: 'UPS_A' })]), said: ['UNKNOWN_VALUE nodes.1.parent value=UPS_A near=UPS-A'] },
    { reason: 'what exists is a parent too', result: all([row('X', { parent: 'UPS-A' })], { nodes: seen.nodes }), said: ['ok'] },
    { reason: 'a node too small for what runs is named by its row', result: all([row('UPS-A', { parent: 'GRID', capacityW: 119_999 })], { nodes: seen.nodes }), said: ['WOULD_BREAK_RUNNING nodes.0.capacityW value=119999 W count=2 running=A01,A02'] },
    { reason: 'nothing', result: all([]), said: ['REQUIRED nodes'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('writes what differs and leaves the rest', () => {
    const nodes = [GRID, { ...UPS, capacityW: 500_000 }, BUS];
    const result = all([row('UPS-A', { parent: 'GRID' }), row('GRID', { kind: 'GRID_CONNECTION', side: 'NONE', capacityW: 2_000_000 }), row('UPS-B', { side: 'B', parent: 'GRID' })], { nodes });
    expect(result).toMatchObject({
      value: { next: { created: [{ name: 'UPS-B', parentId: GRID.id }], updated: [{ name: 'GRID', generation: 4 }], unchanged: [{ name: 'UPS-A' }] }, audit: [{ numbers: { created: 1, updated: 1, unchanged: 1 } }] },
    });
  });
});
