import { describe, expect, it } from 'vitest';
import type { Machine } from '../machine/model.ts';
import { nodeLabels } from './builders.ts';
import type { NodePool } from './model.ts';
import type { NodeFacts, PoolMachine, PoolSnapshot } from './plan.ts';
import { MOVES_PER_PASS, planPool } from './plan.ts';
import { statusOfPool } from './status.ts';

const NOW = '2026-11-24T10:00:00.000Z';
const pool = (over: Partial<NodePool> = {}): NodePool => ({
  id: 'pool_1', clusterId: 'cluster_1', datacenterId: 'dc_1', name: 'h200', shapeId: 'shape_1', rackIds: [], target: 2, minimum: 0, maximum: 99, purpose: 'MIXED', labels: {},
  taints: [], tenantClasses: [], drainPolicy: 'WAIT_FOR_RELEASE', paused: false, readyMachines: 0, conditions: [], observedGeneration: 0, generation: 1, ...over,
} as NodePool);
const shape = { id: 'shape_1', code: 'h200-8', gpuModel: 'NVIDIA-H200', gpus: 8, cpuMilli: 192_000, ramMiB: 2_097_152, nvmeGiB: 30_000 } as PoolSnapshot['shape'];

const machine = (n: number, over: Partial<Machine> = {}, more: Partial<Omit<PoolMachine, 'rack'>> & { rack?: Partial<PoolMachine['rack']> } = {}): PoolMachine => ({
  machine: {
    id: `machine_${n}`, rackId: 'rack_1', datacenterId: 'dc_1', regionId: 'region_1', name: `node-${n}`, positionU: n, units: 8, shapeId: 'shape_1', serial: `s${n}`,
    simulated: true, state: 'REGISTERED', conditions: [], generation: 1, ...over,
  } as Machine,
  hallName: 'Salle A', claims: 0, inLedger: false, node: { as: 'ABSENT' }, ...more,
  rack: { id: 'rack_1', row: 'A', position: 1, name: 'R1', state: 'INSTALLED', coolingKind: 'AIR', ...more.rack } as PoolMachine['rack'],
});
const snapshot = (machines: readonly PoolMachine[], over: Partial<NodePool> = {}, more: Partial<PoolSnapshot> = {}): PoolSnapshot =>
  ({ pool: pool(over), shape, provider: 'SIMULATED', regionCode: 'fr-aura', datacenterCode: 'valence', view: 'SEEN', machines, ...more });
const mine = { poolId: 'pool_1' as NodePool['id'], clusterId: 'cluster_1' as NodePool['clusterId'], state: 'AVAILABLE' } as const;
const up = (m: PoolMachine, over: Partial<NodeFacts> = {}): PoolMachine => {
  const labels = nodeLabels({ pool: pool(), shape, machine: m.machine, rack: m.rack, hallName: m.hallName, regionCode: 'fr-aura', datacenterCode: 'valence' });
  return { ...m, node: { as: 'OURS', uid: `u-${m.machine.name}`, deleting: false, ready: true, cordoned: false, labels, taints: [], has: shape, ...over } };
};
const words = (s: PoolSnapshot): string => planPool(s).steps.map(step => `${step.do} ${step.machineId.slice(8)}`).join(', ');

const PLANS: readonly (readonly [reason: string, snapshot: PoolSnapshot, steps: string])[] = [
  ['the lowest positions are taken first, and no more than the target', snapshot([machine(3), machine(1), machine(2)]), 'take 1, take 2'],
  ['racks come before positions, by row then place in the row', snapshot([machine(1, {}, { rack: { row: 'B' } }), machine(9)], { target: 1 }), 'take 9'],
  ['a machine without a recorded position comes last in its rack', snapshot([(({ positionU: _p, ...m }) => ({ ...machine(1), machine: m }))(machine(1).machine), machine(2)], { target: 1 }), 'take 2'],
  ['a planned rack gives no machine', snapshot([machine(1, {}, { rack: { state: 'PLANNED' } })]), ''],
  ['another shape is not taken', snapshot([machine(1, { shapeId: 'shape_2' as Machine['shapeId'] })]), ''],
  ['a machine of another pool is not taken', snapshot([machine(1, { poolId: 'pool_2' as NodePool['id'], state: 'AVAILABLE' })]), ''],
  ['an adopted machine is never touched', snapshot([machine(1, { state: 'ADOPTED' })]), ''],
  ['racks that the pool does not name give nothing', snapshot([machine(1)], { rackIds: ['rack_9' as Machine['rackId']] }), ''],
  ['a real machine does not join a simulated cluster', snapshot([machine(1, { simulated: false })]), ''],
  ['a simulated machine does not join a real cluster', snapshot([machine(1)], {}, { provider: 'EXTERNAL' }), ''],
  ['a machine taken gets its simulated node', snapshot([machine(1, { ...mine, state: 'INSPECTING' })], { target: 1 }), 'createNode 1'],
  ['the node of a real machine is waited for', snapshot([machine(1, { ...mine, simulated: false })], { target: 1 }, { provider: 'EXTERNAL' }), ''],
  ["a stranger's node is not adopted", snapshot([machine(1, mine, { node: { as: 'STRANGER' } })], { target: 1 }), ''],
  ['a node without its GPUs is given them', snapshot([up(machine(1, mine), { has: { ...shape, gpus: 0 } })], { target: 1 }), 'stateCapacity 1'],
  ['a simulated node that its simulator made smaller is made right', snapshot([up(machine(1, mine), { has: { ...shape, ramMiB: 1_048_576 } })], { target: 1 }), 'stateCapacity 1'],
  ['a node that lost a label gets it back', snapshot([up(machine(1, mine), { labels: {} })], { target: 1 }), 'labelNode 1'],
  ['a pool at its target rests', snapshot([up(machine(1, mine)), up(machine(2, mine)), machine(3)]), ''],
  ['the last taken is the first held', snapshot([up(machine(1, mine)), up(machine(2, mine))], { target: 1 }), 'hold 2'],
  ['a machine with an instance is not held', snapshot([up(machine(1, mine)), up(machine(2, mine, { claims: 1 }))], { target: 1 }), 'hold 1'],
  ['a pool that is busy everywhere waits for release', snapshot([up(machine(1, mine, { claims: 1 }))], { target: 0 }), ''],
  ['a held machine keeps its node while the ledger may still place on it', snapshot([up(machine(1, { ...mine, state: 'ERASING' }, { inLedger: true }))], { target: 0 }), ''],
  ['an order that won the race keeps its machine', snapshot([up(machine(1, { ...mine, state: 'ERASING' }, { claims: 1 }))], { target: 0 }), ''],
  ['a held machine is cordoned', snapshot([up(machine(1, { ...mine, state: 'ERASING' }))], { target: 0 }), 'cordon 1'],
  ['then its simulated node goes', snapshot([up(machine(1, { ...mine, state: 'ERASING' }), { cordoned: true })], { target: 0 }), 'deleteNode 1'],
  ['then it is given back', snapshot([machine(1, { ...mine, state: 'ERASING' })], { target: 0 }), 'giveBack 1'],
  ['a real node stays, cordoned, and the machine is given back', snapshot([up(machine(1, { ...mine, state: 'ERASING', simulated: false }), { cordoned: true })], { target: 0 }, { provider: 'EXTERNAL' }), 'giveBack 1'],
  ['a machine on its way out is kept before another is taken', snapshot([up(machine(1, { ...mine, state: 'ERASING' })), machine(2)], { target: 1 }), 'keep 1'],
  ['a machine that stays is uncordoned', snapshot([up(machine(1, mine), { cordoned: true })], { target: 1 }), 'uncordon 1'],
  ['a paused pool is not scaled', snapshot([up(machine(1, mine)), machine(2), machine(3)], { paused: true, target: 3 }), ''],
  ['a paused pool keeps up its nodes', snapshot([machine(1, mine)], { paused: true, target: 1 }), 'createNode 1'],
  ['a silent cluster is not acted upon', snapshot([machine(1)], {}, { view: 'UNREACHABLE' }), ''],
];

describe('the next moves of a pool', () => {
  it.each(PLANS)('%s', (_reason, seen, steps) => { expect(words(seen)).toBe(steps); });

  it('says how far it is', () => {
    expect(planPool(snapshot([machine(1), machine(2), machine(3)])).because).toBe('0 of 2 machines: take 2');
  });

  it('moves a bounded number of machines at once', () => {
    expect(planPool(snapshot(Array.from({ length: 500 }, (_, n) => machine(n)), { target: 500 })).steps).toHaveLength(MOVES_PER_PASS);
  });
});

const stateAfter = (s: PoolSnapshot): string => {
  const status = statusOfPool(s, planPool(s).steps, [], NOW);
  const [m] = s.machines;
  const next = status.machines[0]?.next ?? m?.machine;
  return `${next?.state} ${next?.poolId ?? '-'} ${next?.conditions[0]?.reason ?? '-'}`;
};

const MACHINES: readonly (readonly [reason: string, snapshot: PoolSnapshot, state: string])[] = [
  ['a machine taken takes no orders until its node is seen', snapshot([machine(1)]), 'INSPECTING pool_1 -'],
  ['a node without GPUs is not ready for orders', snapshot([up(machine(1, { ...mine, state: 'INSPECTING' }), { has: { ...shape, gpus: 0 } })]), 'INSPECTING pool_1 NODE_NOT_READY'],
  ['a ready node makes its machine available', snapshot([up(machine(1, { ...mine, state: 'INSPECTING' }))]), 'AVAILABLE pool_1 NODE_READY'],
  ['a machine with an instance is allocated', snapshot([up(machine(1, mine, { claims: 1 }))]), 'ALLOCATED pool_1 NODE_READY'],
  ['a machine whose node is down takes no orders', snapshot([up(machine(1, mine), { ready: false })]), 'REPAIRING pool_1 NODE_NOT_READY'],
  ['a machine whose node a person cordoned takes no orders', snapshot([up(machine(1, mine), { cordoned: true })]), 'REPAIRING pool_1 NODE_NOT_READY'],
  ['a machine whose node is gone takes no orders', snapshot([machine(1, mine)], { paused: true }), 'REPAIRING pool_1 NODE_ABSENT'],
  ['and comes back with it', snapshot([up(machine(1, { ...mine, state: 'REPAIRING' }))]), 'AVAILABLE pool_1 NODE_READY'],
  ['silence changes no state', snapshot([machine(1, mine)], {}, { view: 'UNREACHABLE' }), 'AVAILABLE pool_1 CLUSTER_UNREACHABLE'],
  ["a person's word is not overruled", snapshot([up(machine(1, { ...mine, state: 'MAINTENANCE' }))]), 'MAINTENANCE pool_1 NODE_READY'],
  ['a machine given back has no pool', snapshot([machine(1, { ...mine, state: 'ERASING' })], { target: 0 }), 'AVAILABLE - -'],
];

describe('the machines of a pool', () => {
  it.each(MACHINES)('%s', (_reason, seen, state) => { expect(stateAfter(seen)).toBe(state); });
});

const condition = (s: PoolSnapshot, type: string): string => {
  const c = statusOfPool(s, [], [], NOW).pool?.conditions.find(x => x.type === type);
  return `${c?.status} ${c?.reason}`;
};
const POOLS: readonly (readonly [reason: string, snapshot: PoolSnapshot, ready: string, scaled: string])[] = [
  ['too few machines', snapshot([up(machine(1, mine))]), 'True NODES_READY', 'False NOT_ENOUGH_MACHINES'],
  ['nodes that have not come', snapshot([machine(1, mine), up(machine(2, mine))]), 'False NODES_NOT_READY', 'False WAITING_FOR_NODES'],
  ['all there', snapshot([up(machine(1, mine)), up(machine(2, mine))]), 'True NODES_READY', 'True SCALED'],
  ['tenants hold the rest', snapshot([up(machine(1, mine, { claims: 1 }))], { target: 0 }), 'True NODES_READY', 'False WAITING_FOR_RELEASE'],
  ['a stranger sits on a name', snapshot([machine(1, mine, { node: { as: 'STRANGER' } })], { target: 1 }), 'False NODE_NOT_OURS', 'False WAITING_FOR_NODES'],
  ['silence is Unknown', snapshot([], {}, { view: 'UNREACHABLE' }), 'Unknown CLUSTER_UNREACHABLE', 'Unknown CLUSTER_UNREACHABLE'],
];

describe('the status of a pool', () => {
  it.each(POOLS)('%s', (_reason, seen, ready, scaled) => { expect([condition(seen, 'Ready'), condition(seen, 'Scaled')]).toEqual([ready, scaled]); });

  it('is saved once: the same look again says nothing new', () => {
    const seen = snapshot([up(machine(1, mine)), up(machine(2, mine))]);
    const first = statusOfPool(seen, [], [], NOW);
    const again: PoolSnapshot = {
      ...seen, pool: first.pool ?? seen.pool, machines: seen.machines.map(m => ({ ...m, machine: first.machines.find(c => c.next.id === m.machine.id)?.next ?? m.machine })),
    };
    expect([first.pool?.readyMachines, first.machines.length]).toEqual([2, 2]);
    expect(statusOfPool(again, [], [], '2026-11-24T11:00:00.000Z')).toEqual({ pool: null, machines: [], audit: [] });
  });
});

it('a label of the operator cannot pass itself off as ours', () => {
  const m = machine(1);
  const labels = nodeLabels({ pool: pool({ labels: { 'cadastre.cloud/machine': 'x', team: 'a' } }), shape, machine: m.machine, rack: m.rack, hallName: 'Salle à côté', regionCode: 'r', datacenterCode: 'd' });
  expect([labels['cadastre.cloud/machine'], labels['team'], labels['cadastre.cloud/hall'], labels['cadastre.cloud/simulated']]).toEqual(['machine_1', 'a', 'Salle-c-t', 'true']);
});
