import type { AuditFact } from '../audit/model.ts';
import type { Refused } from '../cluster/seen.ts';
import type { Condition, Instant, Params } from '../core/index.ts';
import { mergeConditions } from '../core/index.ts';
import type { Machine, MachineState } from '../machine/model.ts';
import type { NodePool } from './model.ts';
import type { PoolMachine, PoolSnapshot, PoolStep } from './plan.ts';
import { isLeaving, isMember, isOfShape } from './plan.ts';

/** Closed lists: what a pool's and a machine's conditions may say. */
export const POOL_REASONS = [
  'SCALED', 'SCALING', 'PAUSED', 'NOT_ENOUGH_MACHINES', 'WAITING_FOR_NODES', 'WAITING_FOR_RELEASE', 'NODES_READY', 'NODES_NOT_READY', 'NODE_NOT_OURS',
  'APPLY_REFUSED', 'CLUSTER_UNREACHABLE',
] as const;
export type PoolReason = (typeof POOL_REASONS)[number];
export const NODE_REASONS = ['NODE_READY', 'NODE_NOT_READY', 'NODE_ABSENT', 'NODE_NOT_OURS', 'CLUSTER_UNREACHABLE'] as const;
export type NodeReason = (typeof NODE_REASONS)[number];

/** What to save after a look: the pool when it changed, and every machine that did. */
export interface PoolStatus {
  readonly pool: NodePool | null;
  readonly machines: readonly { readonly before: Machine; readonly next: Machine }[];
  readonly audit: readonly AuditFact[];
}

/** `acted`: the steps that took effect. Row moves (take, hold, keep, giveBack) happen here, in the same commit as the status. */
export const statusOfPool = (s: PoolSnapshot, acted: readonly PoolStep[], refused: readonly Refused[], now: Instant): PoolStatus => {
  const machines = s.machines.map(m => ({ before: m.machine, next: nextMachine(m, s, acted, now) })).filter(c => !sameMachine(c.before, c.next));
  const pool = nextPool(s, refused, now);
  const before = s.pool;
  const changed = pool.readyMachines !== before.readyMachines || pool.observedGeneration !== before.observedGeneration
    || JSON.stringify(pool.conditions) !== JSON.stringify(before.conditions);
  return { pool: changed ? pool : null, machines, audit: [...machines.map(c => machineFact(c.before, c.next)), ...(changed ? [poolFact(before, pool)] : [])] };
};

const nextMachine = (m: PoolMachine, s: PoolSnapshot, acted: readonly PoolStep[], now: Instant): Machine => {
  const move = acted.find(step => step.machineId === m.machine.id && ROW_MOVES.has(step.do))?.do;
  switch (move) {
    case 'take': return { ...m.machine, poolId: s.pool.id, clusterId: s.pool.clusterId, state: 'INSPECTING' };
    case 'hold': return { ...m.machine, state: 'ERASING' };
    case 'keep': return { ...m.machine, state: 'INSPECTING' };
    case 'giveBack': return givenBack(m.machine);
    default: return m.machine.poolId === s.pool.id ? observed(m, s, now) : m.machine;
  }
};
const ROW_MOVES: ReadonlySet<PoolStep['do']> = new Set<PoolStep['do']>(['take', 'hold', 'keep', 'giveBack']);

const givenBack = ({ poolId: _pool, clusterId: _cluster, ...rest }: Machine): Machine => ({ ...rest, state: 'AVAILABLE', conditions: [] });

const observed = (m: PoolMachine, s: PoolSnapshot, now: Instant): Machine => {
  const [status, reason] = nodeVerdict(m, s);
  const conditions = mergeConditions<'NodeReady', string>(m.machine.conditions, [
    { type: 'NodeReady', status, reason, params: {}, observedGeneration: m.machine.generation, lastTransitionTime: now },
  ]);
  return { ...m.machine, conditions: sameVerdict(m.machine.conditions, conditions) ? m.machine.conditions : conditions, state: stateOf(m, status) };
};

/** Silence changes no state; a node that is seen to be down takes its machine out of capacity until it is seen up again. */
const stateOf = ({ machine, claims }: PoolMachine, nodeReady: Condition['status']): MachineState => {
  const { state } = machine;
  if (nodeReady === 'Unknown' || !TENDED.has(state)) return state;
  if (nodeReady === 'True') return claims > 0 ? 'ALLOCATED' : 'AVAILABLE';
  return state === 'INSPECTING' ? 'INSPECTING' : 'REPAIRING';
};
// MAINTENANCE and the rest are a person's word; what is observed does not overrule it.
const TENDED: ReadonlySet<MachineState> = new Set<MachineState>(['REGISTERED', 'INSPECTING', 'AVAILABLE', 'ALLOCATED', 'REPAIRING']);

const nodeVerdict = ({ node }: PoolMachine, s: PoolSnapshot): readonly [Condition['status'], NodeReason] => {
  if (s.view === 'UNREACHABLE') return ['Unknown', 'CLUSTER_UNREACHABLE'];
  if (node.as === 'STRANGER') return ['False', 'NODE_NOT_OURS'];
  if (node.as === 'ABSENT') return ['False', 'NODE_ABSENT'];
  return isUp({ node }, s) ? ['True', 'NODE_READY'] : ['False', 'NODE_NOT_READY'];
};

/** Ready, open to pods, and offering the GPUs of its shape: a node that a person cordoned, or whose device plugin is missing, would take orders and start none. */
const isUp = ({ node }: Pick<PoolMachine, 'node'>, s: PoolSnapshot): boolean =>
  node.as === 'OURS' && node.ready && !node.cordoned && !node.deleting && (s.provider === 'SIMULATED' ? isOfShape(node.has, s.shape) : node.has.gpus >= s.shape.gpus);

type Verdict = readonly [status: Condition['status'], reason: PoolReason, params: Params];

const nextPool = (s: PoolSnapshot, refused: readonly Refused[], now: Instant): NodePool => {
  const { pool } = s;
  const members = s.machines.filter(m => isMember(m, pool));
  const up = members.filter(m => isUp(m, s)).length;
  const condition = (type: 'Ready' | 'Scaled', [status, reason, params]: Verdict): Condition<'Ready' | 'Scaled'> =>
    ({ type, status, reason, params, observedGeneration: pool.generation, lastTransitionTime: now });
  const conditions = mergeConditions<'Ready' | 'Scaled', string>(pool.conditions, [
    condition('Ready', readyVerdict(s, members, up, refused)), condition('Scaled', scaledVerdict(s, members, up)),
  ]);
  return { ...pool, conditions, observedGeneration: pool.generation, readyMachines: s.view === 'UNREACHABLE' ? pool.readyMachines : up };
};

const readyVerdict = (s: PoolSnapshot, members: readonly PoolMachine[], up: number, refused: readonly Refused[]): Verdict => {
  if (s.view === 'UNREACHABLE') return ['Unknown', 'CLUSTER_UNREACHABLE', {}];
  const strangers = members.filter(m => m.node.as === 'STRANGER').map(m => m.machine.name);
  if (strangers.length > 0) return ['False', 'NODE_NOT_OURS', { nodes: strangers.slice(0, 16), count: strangers.length }];
  const [first] = refused;
  if (first !== undefined) return ['False', 'APPLY_REFUSED', { code: first.code, object: first.object }];
  return up === members.length ? ['True', 'NODES_READY', { ready: up }] : ['False', 'NODES_NOT_READY', { ready: up, machines: members.length }];
};

const scaledVerdict = (s: PoolSnapshot, members: readonly PoolMachine[], up: number): Verdict => {
  const { pool } = s;
  const params = { have: members.length, target: pool.target };
  if (s.view === 'UNREACHABLE') return ['Unknown', 'CLUSTER_UNREACHABLE', {}];
  if (pool.paused) return [members.length === pool.target ? 'True' : 'False', 'PAUSED', params];
  const leaving = s.machines.some(m => isLeaving(m, pool));
  if (members.length > pool.target) return ['False', members.some(m => m.claims === 0) ? 'SCALING' : 'WAITING_FOR_RELEASE', params];
  if (members.length < pool.target) return ['False', 'NOT_ENOUGH_MACHINES', params];
  if (leaving) return ['False', 'SCALING', params];
  return up === members.length ? ['True', 'SCALED', params] : ['False', 'WAITING_FOR_NODES', { ...params, ready: up }];
};

const sameVerdict = (a: readonly Condition[], b: readonly Condition[]): boolean =>
  a.length === b.length && a.every((c, i) => c.status === b[i]?.status && c.reason === b[i].reason);

const sameMachine = (a: Machine, b: Machine): boolean =>
  a.state === b.state && a.poolId === b.poolId && a.clusterId === b.clusterId && sameVerdict(a.conditions, b.conditions);

const machineFact = (before: Machine, next: Machine): AuditFact => ({
  type: 'dcim.machine.state', phase: 'completed', outcome: 'success', reason: next.conditions[0]?.reason ?? 'NODE_ABSENT',
    target: { kind: 'machine', id: next.id, parent: next.rackId, region: next.regionId, datacenter: next.datacenterId },
    change: [
      { path: 'state', from: before.state, to: next.state },
      ...(before.poolId === next.poolId ? [] : [{ path: 'poolId', from: before.poolId ?? '', to: next.poolId ?? '' }]),
    ],
  });

const poolFact = (before: NodePool, next: NodePool): AuditFact => ({
  type: 'platform.pool.state', phase: 'completed', outcome: 'success', reason: next.conditions.find(c => c.type === 'Scaled')?.reason ?? 'SCALING',
  target: { kind: 'pool', id: next.id, parent: next.clusterId, datacenter: next.datacenterId },
  numbers: { ready: next.readyMachines, target: next.target },
  change: next.conditions.filter(c => c.status !== before.conditions.find(b => b.type === c.type)?.status).map(c => ({ path: `conditions.${c.type}`, to: c.status })),
});
