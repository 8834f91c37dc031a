import type { ClaimFact } from '@cadastre/domain/capacity';
import { idOf } from '../region/world.ts';
import type { Cluster } from './cluster.ts';
import type { Task } from './trace.ts';

/** What runs on a node, counted from the claims alone. */
interface Load {
  cpuMilli: number;
  ramMiB: number;
  gpus: number;
  /** Thousandths taken of each GPU that is cut, by slot. */
  readonly slots: Map<number, number>;
}

/** Throws unless every claim is what its task asked for, on a node that it allows, and no node has more than it is. Uses nothing of what the engine keeps. */
export const checked = (cluster: Cluster, offered: readonly Task[], claims: readonly (ClaimFact | undefined)[]): void => {
  const rows = new Map(cluster.nodes.map((_, n) => [idOf('machine', n + 1), n]));
  const loads = cluster.nodes.map((): Load => ({ cpuMilli: 0, ramMiB: 0, gpus: 0, slots: new Map() }));
  for (const [n, claim] of claims.entries()) {
    const task = offered[n];
    if (claim === undefined || task === undefined) continue;
    const row = rows.get(claim.machineId) ?? -1;
    const [node, load] = [cluster.nodes[row], loads[row]];
    const wrong = (what: string): Error => new Error(`task ${n} on node ${row}: ${what}`);
    if (node === undefined || load === undefined) throw wrong('there is no such node');
    if (task.models.length > 0 && !task.models.includes(node.model)) throw wrong(`it may not run on ${node.model}`);
    if (claim.gpus !== task.gpus || (claim.milliGpu ?? 0) !== task.milliGpu || claim.cpuMilli !== task.cpuMilli || claim.ramMiB !== task.ramMiB) throw wrong('the claim is not what it asked for');
    load.cpuMilli += task.cpuMilli;
    load.ramMiB += task.ramMiB;
    load.gpus += task.gpus;
    if (task.milliGpu > 0) load.slots.set(claim.slot ?? -1, (load.slots.get(claim.slot ?? -1) ?? 0) + task.milliGpu);
    if (load.cpuMilli > node.cpuMilli || load.ramMiB > node.ramMiB) throw wrong('more CPU or memory than the node has');
    if (load.gpus + load.slots.size > node.gpus) throw wrong('more GPUs than the node has');
    if (load.slots.has(-1) || [...load.slots.values()].some((milli) => milli > 1_000)) throw wrong('more of one GPU than there is');
  }
};
