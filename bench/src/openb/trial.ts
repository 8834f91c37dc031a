import { place, type CapacityState, type ClaimFact, type Placement, type PlacementRequest } from '@cadastre/domain/capacity';
import type { DecisionId, InstanceId } from '@cadastre/domain/core';
import { Chance } from '../region/chance.ts';
import { idOf } from '../region/world.ts';
import { append, type Cluster } from './cluster.ts';
import { checked } from './check.ts';
import { milliOf, type Task } from './trace.ts';

/** Percent of the cluster's GPUs that the tasks so far have asked for. */
export const LOADS = [20, 40, 60, 80, 90, 95, 100, 110, 120, 130] as const;
const MOST = 130;

/** What one seed came to. */
export interface Trial {
  readonly seed: number;
  /** Percent of the cluster's GPUs, by load. */
  readonly allocated: readonly number[];
  readonly arrived: readonly number[];
  readonly decisions: number;
  readonly refused: number;
  /** Processor time of all decisions, with the fold of the claims. */
  readonly cpuMicros: number;
  /** Of which for refusals: divided as the clock on the wall was. */
  readonly refusedCpuMicros: number;
}

/** Tasks in an order drawn by the seed: all of them once, in a new order all of them again, until they ask for enough. */
const drawn = (tasks: readonly Task[], seed: number, untilMilli: number): readonly Task[] => {
  const chance = new Chance(seed);
  const order = [...tasks];
  const out: Task[] = [];
  for (let asked = 0; ;) {
    for (let n = order.length - 1; n > 0; n--) {
      const other = chance.below(n + 1);
      const [a, b] = [order[n], order[other]];
      if (a === undefined || b === undefined) throw new Error('a task outside the list was drawn');
      [order[n], order[other]] = [b, a];
    }
    for (const task of order) {
      out.push(task);
      asked += milliOf(task);
      if (asked >= untilMilli) return out;
    }
  }
};

/** Offers the tasks one by one; what fits nowhere is dropped, nothing ever ends. Every claim goes through the ledger's fold, as the allocator's do. */
export const trial = (cluster: Cluster, tasks: readonly Task[], seed: number): Trial => {
  const s = cluster.empty();
  const offered = drawn(tasks, seed, (cluster.totalMilli * MOST) / 100);
  const known = new Map([...new Set(offered)].map((t) => [t, cluster.requestOf(t)]));
  const requests = offered.map((t, n) => ({ ...(known.get(t) ?? cluster.requestOf(t)), orderId: idOf('order', n + 1) }));
  // Ids come from outside, as the orders do.
  const ids = offered.map((_, n) => ({ instanceId: idOf('instance', n), decisionId: idOf('decision', n) }));
  const claims: (ClaimFact | undefined)[] = [];
  const spent = { placed: 0, refused: 0 };
  const before = process.cpuUsage();
  let clock = performance.now();
  for (const [n, r] of requests.entries()) {
    const claim = decided(s, r, ids[n]);
    claims.push(claim);
    // As the allocator does after each group of orders.
    if (s.mix.ripe) append(s, { kind: 'MIX' });
    const now = performance.now();
    spent[claim === undefined ? 'refused' : 'placed'] += now - clock;
    clock = now;
  }
  const cpu = process.cpuUsage(before);
  checked(cluster, offered, claims);
  const cpuMicros = cpu.user + cpu.system;
  return {
    seed, ...atLoads(cluster, offered, claims), decisions: offered.length, refused: claims.filter((c) => c === undefined).length,
    cpuMicros, refusedCpuMicros: (cpuMicros * spent.refused) / (spent.placed + spent.refused),
  };
};

interface Ids { readonly instanceId: InstanceId; readonly decisionId: DecisionId }

const decided = (s: CapacityState, r: PlacementRequest, ids: Ids | undefined): ClaimFact | undefined => {
  const verdict = place(s, r);
  if (verdict.outcome === 'REFUSED') return undefined;
  const [placement] = verdict.placements;
  if (placement === undefined || ids === undefined) throw new Error('placed, and nowhere');
  const claim = claimOf(r, placement, ids);
  append(s, claim);
  return claim;
};

const claimOf = (r: PlacementRequest, p: Placement, { instanceId, decisionId }: Ids): ClaimFact => ({
  kind: 'CLAIM', instanceId, tenantId: r.tenantId, projectId: r.projectId, decisionId, leaseEnd: r.leaseEnd, interruptible: false,
  machineId: p.machineId, gpus: p.gpus, watts: p.watts, cpuMilli: p.cpuMilli, ramMiB: p.ramMiB,
  ...((r.orShapeIds ?? []).length === 0 ? {} : { orShapeIds: [r.shapeId, ...(r.orShapeIds ?? [])] }),
  ...(p.milliGpu === undefined ? {} : { milliGpu: p.milliGpu }), ...(p.slot === undefined ? {} : { slot: p.slot }),
});

const atLoads = ({ totalMilli }: Cluster, offered: readonly Task[], claims: readonly (ClaimFact | undefined)[]): Pick<Trial, 'allocated' | 'arrived'> => {
  const at: { readonly allocated: number; readonly arrived: number }[] = [];
  let [arrived, allocated] = [0, 0];
  for (const [n, t] of offered.entries()) {
    arrived += milliOf(t);
    if (claims[n] !== undefined) allocated += milliOf(t);
    for (let load = LOADS[at.length]; load !== undefined && arrived * 100 >= load * totalMilli; load = LOADS[at.length]) {
      at.push({ arrived: (arrived * 100) / totalMilli, allocated: (allocated * 100) / totalMilli });
    }
  }
  return { allocated: at.map((x) => x.allocated), arrived: at.map((x) => x.arrived) };
};
