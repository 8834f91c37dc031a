import type { CapacityState, LedgerFact, PlacementRequest } from '@cadastre/domain/capacity';
import { emptyCapacity, fold } from '@cadastre/domain/capacity';
import type { ShapeId } from '@cadastre/domain/core';
import { NOW, idOf } from '../region/world.ts';
import type { Node, Task } from './trace.ts';

const SITE = idOf('datacenter', 1);
const HALL = idOf('hall', 1);
const CLUSTER = idOf('cluster', 1);
const UNKNOWN = idOf('shape', 0);
const LEASE_END = '2030-01-01T00:00:00.000Z';
const IDLE_W = 400;
const GPU_W = 350;
const PUE_MILLI = 1_200;

/** Rows of a cluster of the trace as a region: a shape and a pool for each model, each node alone in its rack, and power for all. */
export class Cluster {
  readonly nodes: readonly Node[];
  readonly models: readonly string[];
  readonly totalMilli: number;
  readonly #shapeIds: ReadonlyMap<string, ShapeId>;

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
    this.models = [...new Set(nodes.map((n) => n.model))].sort();
    this.#shapeIds = new Map(this.models.map((m, n) => [m, idOf('shape', n + 1)]));
    this.totalMilli = nodes.reduce((sum, n) => sum + n.gpus * 1_000, 0);
  }

  /** A region in which nothing runs, and that has seen no work. */
  empty(): CapacityState {
    const s = emptyCapacity();
    for (const fact of this.#facts()) append(s, fact);
    return s;
  }

  /** Models that no node has are shapes that the region does not know. */
  shapeOf(model: string): ShapeId {
    return this.#shapeIds.get(model) ?? UNKNOWN;
  }

  /** The order of a task; `orderId` is the first's. */
  requestOf(t: Task): PlacementRequest {
    const [shapeId = UNKNOWN, ...orShapeIds] = (t.models.length === 0 ? this.models : t.models).map((m) => this.shapeOf(m));
    return {
      orderId: idOf('order', 1), tenantId: idOf('organisation', 1), tenantClass: 'PUBLIC_BODY', projectId: idOf('project', 1), shapeId, shapeCode: t.models[0] ?? '', orShapeIds, count: 1,
      at: NOW, leaseEnd: LEASE_END, legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, datacenterId: null, poolId: null, cpuMilli: t.cpuMilli, ramMiB: t.ramMiB,
      ...(t.milliGpu > 0 ? { milliGpu: t.milliGpu } : { gpusPerInstance: t.gpus }),
    };
  }

  *#facts(): Iterable<LedgerFact> {
    const watts = this.nodes.reduce((sum, n) => sum + wattsOf(n), 0);
    yield {
      kind: 'SITE', datacenterId: SITE, name: 'openb', country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY'], status: 'OPEN', pueMilli: PUE_MILLI, feedLossTolerated: true, responseMinutes: null, gridGramsPerKwh: null,
    };
    yield { kind: 'PHASE', phaseId: idOf('phase', 1), datacenterId: SITE, name: 'phase', contractedW: Math.ceil((watts * PUE_MILLI) / 1_000), energised: true, from: '2026-01-01T00:00:00.000Z', to: null };
    yield { kind: 'HALL', hallId: HALL, datacenterId: SITE, name: 'hall', coolingW: watts };
    for (const [n, model] of this.models.entries()) {
      yield { kind: 'POOL', poolId: idOf('pool', n + 1), clusterId: CLUSTER, datacenterId: SITE, name: model, shapeId: this.shapeOf(model), purpose: 'MIXED', tenantClasses: [], paused: false };
    }
    for (const [n, node] of this.nodes.entries()) yield* this.#machine(n, node);
  }

  *#machine(n: number, node: Node): Iterable<LedgerFact> {
    const rackId = idOf('rack', n + 1);
    const shapeId = this.shapeOf(node.model);
    yield { kind: 'RACK', rackId, hallId: HALL, datacenterId: SITE, name: `r${n}`, row: 'row', maxPowerW: wattsOf(node), coolingW: wattsOf(node), feedA: null, feedB: null, usable: true };
    yield {
      kind: 'MACHINE', machineId: idOf('machine', n + 1), rackId, shapeId, shapeCode: node.model, name: `m${n}`, gpus: node.gpus, idleW: IDLE_W, maxW: wattsOf(node), cpuMilli: node.cpuMilli, ramMiB: node.ramMiB,
      sliceable: true, nvlinkDomain: null, poolId: idOf('pool', this.models.indexOf(node.model) + 1), clusterId: CLUSTER, state: 'ENERGISED',
    };
  }
}

const wattsOf = (n: Node): number => IDLE_W + n.gpus * GPU_W;

export const append = (s: CapacityState, fact: LedgerFact): void => {
  const r = fold(s, { index: s.index + 1, fact });
  if (!r.ok) throw new Error(`the ledger is out of order: ${JSON.stringify(r.error)}`);
};
