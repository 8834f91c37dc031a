import type { ClusterProvider } from '../cluster/model.ts';
import type { Seen } from '../cluster/seen.ts';
import type { MachineId, Plan } from '../core/index.ts';
import { compare } from '../core/index.ts';
import type { Machine } from '../machine/model.ts';
import type { Rack } from '../rack/model.ts';
import type { Shape } from '../shape/model.ts';
import { nodeLabels } from './builders.ts';
import type { NodePool, Taint } from './model.ts';

export interface NodeFacts {
  readonly ready: boolean;
  readonly cordoned: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** What it says it can give to pods; 0 for what it does not name. */
  readonly has: NodeAmounts;
}

export interface NodeAmounts {
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly ramMiB: number;
  readonly nvmeGiB: number;
}

/** A simulated node must be its shape exactly: the simulator fills in amounts of its own when it comes first. */
export const isOfShape = (has: NodeAmounts, shape: NodeAmounts): boolean =>
  has.gpus === shape.gpus && has.cpuMilli === shape.cpuMilli && has.ramMiB === shape.ramMiB && has.nvmeGiB === shape.nvmeGiB;

/** A machine the pool has, or could take. */
export interface PoolMachine {
  readonly machine: Machine;
  readonly rack: Rack;
  readonly hallName: string;
  /** Instances on it that are not released. */
  readonly claims: number;
  /** True while the ledger may still place on it: the row alone does not say, the allocator reads it a moment later. */
  readonly inLedger: boolean;
  readonly node: Seen<NodeFacts>;
}

export interface PoolSnapshot {
  readonly pool: NodePool;
  readonly shape: Shape;
  readonly provider: ClusterProvider;
  readonly regionCode: string;
  readonly datacenterCode: string;
  readonly view: 'SEEN' | 'UNREACHABLE';
  /** Machines of the shape in the pool's racks, and every machine the pool has. */
  readonly machines: readonly PoolMachine[];
}

export type PoolStep =
  /** The machine joins the pool: a row, no node yet. */
  | { readonly do: 'take'; readonly machineId: MachineId }
  /** Out of capacity, so that nothing more is placed on it; the node stays until the ledger agrees. */
  | { readonly do: 'hold'; readonly machineId: MachineId }
  /** A machine on its way out is wanted again. */
  | { readonly do: 'keep'; readonly machineId: MachineId }
  | { readonly do: 'giveBack'; readonly machineId: MachineId }
  | { readonly do: 'createNode'; readonly machineId: MachineId }
  | { readonly do: 'stateCapacity'; readonly machineId: MachineId }
  | { readonly do: 'labelNode'; readonly machineId: MachineId }
  | { readonly do: 'cordon'; readonly machineId: MachineId }
  /** A machine that was on its way out and stays. */
  | { readonly do: 'uncordon'; readonly machineId: MachineId }
  | { readonly do: 'deleteNode'; readonly machineId: MachineId; readonly uid: string };

/** A pass moves at most this many machines, so that one commit stays short and another pool gets its turn; the rest follow at once. */
export const MOVES_PER_PASS = 64;

const order = (a: PoolMachine, b: PoolMachine): number =>
  compare(a.rack.row, b.rack.row) || a.rack.position - b.rack.position || compare(a.rack.name, b.rack.name)
  || (a.machine.positionU ?? Number.MAX_SAFE_INTEGER) - (b.machine.positionU ?? Number.MAX_SAFE_INTEGER) || compare(a.machine.name, b.machine.name);

/** ERASING with a pool = on its way out of it. */
export const isLeaving = (m: PoolMachine, pool: NodePool): boolean => m.machine.poolId === pool.id && m.machine.state === 'ERASING';
export const isMember = (m: PoolMachine, pool: NodePool): boolean =>
  m.machine.poolId === pool.id && m.machine.state !== 'ERASING' && m.machine.state !== 'RETIRED' && m.machine.state !== 'ADOPTED';

const canBeTaken = (m: PoolMachine, s: PoolSnapshot): boolean =>
  m.machine.poolId === undefined && (m.machine.state === 'REGISTERED' || m.machine.state === 'AVAILABLE') && m.rack.state === 'INSTALLED'
  && m.machine.shapeId === s.pool.shapeId && m.machine.datacenterId === s.pool.datacenterId
  && (s.pool.rackIds.length === 0 || s.pool.rackIds.includes(m.machine.rackId))
  // A simulated machine cannot join a real cluster, and a real one must not be passed off as simulated.
  && m.machine.simulated === (s.provider === 'SIMULATED');

/** Every machine makes its next move, and only that; the next look sees what came of it. */
export const planPool = (s: PoolSnapshot): Plan<PoolStep> => {
  const assumes = { generation: s.pool.generation };
  if (s.view === 'UNREACHABLE') return { steps: [], because: 'the cluster does not answer', assumes };
  const sorted = [...s.machines].sort(order);
  const members = sorted.filter(m => isMember(m, s.pool));
  const steps = [...(s.pool.paused ? [] : scale(s, sorted, members)), ...members.flatMap(m => tend(m, s))].slice(0, MOVES_PER_PASS);
  return { steps, because: becauseOf(s, members.length, steps), assumes };
};

const scale = (s: PoolSnapshot, sorted: readonly PoolMachine[], members: readonly PoolMachine[]): readonly PoolStep[] => {
  const leaving = sorted.filter(m => isLeaving(m, s.pool));
  const lack = s.pool.target - members.length;
  const kept = leaving.slice(0, Math.max(0, lack));
  const taken = sorted.filter(m => canBeTaken(m, s)).slice(0, Math.max(0, lack - kept.length));
  // Last taken, first held, and only idle ones: WAIT_FOR_RELEASE. AFTER_NOTICE waits as well until there is a notice to give.
  const held = members.filter(m => m.claims === 0).reverse().slice(0, Math.max(0, -lack));
  return [
    ...kept.map(m => ({ do: 'keep', machineId: m.machine.id }) as const),
    ...taken.map(m => ({ do: 'take', machineId: m.machine.id }) as const),
    ...held.map(m => ({ do: 'hold', machineId: m.machine.id }) as const),
    ...leaving.filter(m => !kept.includes(m)).flatMap(m => leave(m, s)),
  ];
};

/** Only once nothing runs on it and the ledger can place nothing more: between the two looks an order may have won the race. */
const leave = ({ machine, node, claims, inLedger }: PoolMachine, s: PoolSnapshot): readonly PoolStep[] => {
  if (claims > 0 || inLedger) return [];
  const machineId = machine.id;
  if (node.as !== 'OURS') return [{ do: 'giveBack', machineId }];
  if (!node.cordoned) return [{ do: 'cordon', machineId }];
  // A real machine's agent would only register the node again: it stays, cordoned.
  if (s.provider !== 'SIMULATED') return [{ do: 'giveBack', machineId }];
  return node.deleting ? [] : [{ do: 'deleteNode', machineId, uid: node.uid }];
};

const tend = (m: PoolMachine, s: PoolSnapshot): readonly PoolStep[] => {
  const machineId = m.machine.id;
  if (m.node.as === 'STRANGER' || (m.node.as === 'OURS' && m.node.deleting)) return [];
  // Nodes of real machines join by themselves; adopting one in silence would be writing to a stranger's object.
  if (m.node.as === 'ABSENT') return s.provider === 'SIMULATED' ? [{ do: 'createNode', machineId }] : [];
  const wanted = nodeLabels({ pool: s.pool, shape: s.shape, machine: m.machine, rack: m.rack, hallName: m.hallName, regionCode: s.regionCode, datacenterCode: s.datacenterCode });
  const steps: PoolStep[] = [];
  const { labels, cordoned } = m.node;
  // Only what we cordoned ourselves: the write reports, and leaves alone, a field that a person holds.
  if (s.provider === 'SIMULATED' && cordoned) steps.push({ do: 'uncordon', machineId });
  if (Object.entries(wanted).some(([k, v]) => labels[k] !== v)) steps.push({ do: 'labelNode', machineId });
  if (s.provider === 'SIMULATED' && !isOfShape(m.node.has, s.shape)) steps.push({ do: 'stateCapacity', machineId });
  return steps;
};

const becauseOf = (s: PoolSnapshot, have: number, steps: readonly PoolStep[]): string => {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step.do, (counts.get(step.do) ?? 0) + 1);
  const moves = [...counts].map(([what, n]) => `${what} ${n}`).join(', ');
  return `${have} of ${s.pool.target} machines${s.pool.paused ? ', paused' : ''}${moves === '' ? '' : `: ${moves}`}`;
};
