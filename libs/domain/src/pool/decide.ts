import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { Cluster } from '../cluster/model.ts';
import * as check from '../core/check.ts';
import { at, fault, within } from '../core/check.ts';
import type { Faults, Ids, PoolId, Problem, RackId, Result } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Datacenter } from '../datacenter/model.ts';
import { TENANT_CLASSES } from '../organisation/model.ts';
import type { Rack } from '../rack/model.ts';
import type { Shape } from '../shape/model.ts';
import { labelFaults, taintFaults } from './labels.ts';
import type { NodePool } from './model.ts';
import { DRAIN_POLICIES, POOL_PURPOSES } from './model.ts';

export type CreateNodePool = Pick<
  NodePool, 'clusterId' | 'name' | 'shapeId' | 'rackIds' | 'target' | 'minimum' | 'maximum' | 'purpose' | 'taints' | 'tenantClasses' | 'drainPolicy'
> & { readonly labels: readonly { readonly key: string; readonly value: string }[] };

const MAX_POOL_MACHINES = 100_000;
const MAX_POOL_RACKS = 5_000;

/** A rack that the pool names, and how many machines it has, not retired and as real or simulated as the cluster. */
export interface PoolRack {
  readonly rack: Pick<Rack, 'id' | 'name' | 'datacenterId' | 'state'>;
  readonly machines: number;
  readonly ofShape: number;
}
export interface PoolSeen {
  readonly cluster: Cluster | undefined;
  readonly datacenter: Datacenter | undefined;
  readonly regionCode: string;
  readonly shape: Shape | undefined;
  readonly racks: ReadonlyMap<RackId, PoolRack>;
  /** Machines of the shape that are declared in the pool's racks, whatever their state short of retired, and as simulated as the cluster. */
  readonly declared: number;
  /** The cluster has a pool with this name. */
  readonly taken: boolean;
}

export const decideCreateNodePool = (input: CreateNodePool, seen: PoolSeen, by: { readonly ids: Ids }): Decided<NodePool> => {
  const { cluster, datacenter, shape, regionCode } = seen;
  if (cluster === undefined || datacenter === undefined) return notFound('cluster', input.clusterId, 'clusterId');
  if (shape === undefined) return notFound('shape', input.shapeId, 'shapeId');
  const found = [
    ...check.dnsLabel(at('name'), input.name),
    ...bounds(input),
    ...reachable(input.target, seen.declared),
    ...input.rackIds.flatMap((id, n) => rackFaults(n, id, seen.racks.get(id), { cluster, shape })),
    ...check.integer(at('rackIds'), input.rackIds.length, 0, MAX_POOL_RACKS),
    ...check.distinct(at('rackIds'), input.rackIds),
    ...check.oneOf(at('purpose'), input.purpose, POOL_PURPOSES),
    ...check.oneOf(at('drainPolicy'), input.drainPolicy, DRAIN_POLICIES),
    ...classes(input, datacenter),
    ...labelFaults(input.labels),
    ...taintFaults(input.taints),
    ...(seen.taken ? [alreadyExists('pool', input.name, at('name'))] : []),
  ];
  return unless(found, () => {
    const next: NodePool = {
      ...input, id: by.ids.next('pool'), datacenterId: cluster.datacenterId, labels: Object.fromEntries(input.labels.map(l => [l.key, l.value])),
      paused: false, readyMachines: 0, conditions: [], observedGeneration: 0, generation: 1,
    };
    return { next, events: [event(next, regionCode, 'created')], audit: [{ ...fact(next, regionCode, 'platform.pool.create'), numbers: sizes(next) }] };
  });
};

export interface ScaleNodePool {
  readonly id: PoolId;
  readonly generation: number;
  /** Machines wanted, between the pool's minimum and maximum. */
  readonly target: number;
}

/** A paused pool may be given another target; it moves when it is resumed. */
export const decideScaleNodePool = (
  input: ScaleNodePool, seen: { readonly pool: NodePool | undefined; readonly regionCode: string; readonly declared: number },
): Result<Change<NodePool, 'target'>, Faults> => {
  const found = current('pool', input, seen.pool, []);
  if (!found.ok) return found;
  const amend = amended(found.value, { target: input.target }, ['target']);
  const { next } = amend;
  // Fewer machines are always possible: only a target that grows can be out of reach.
  const unreachable = next.target > found.value.target ? reachable(next.target, seen.declared) : [];
  return unless([...bounds(next), ...unreachable], () => ({
    ...amend,
    events: [event(next, seen.regionCode, 'scaled')],
    audit: [{ ...fact(next, seen.regionCode, 'platform.pool.scale'), change: [{ path: 'target', from: found.value.target, to: next.target }] }],
  }));
};

export interface PauseNodePool {
  readonly id: PoolId;
  readonly generation: number;
  readonly paused: boolean;
}

export const decidePauseNodePool = (input: PauseNodePool, seen: { readonly pool: NodePool | undefined; readonly regionCode: string }): Result<Change<NodePool, 'paused'>, Faults> => {
  const found = current('pool', input, seen.pool, []);
  if (!found.ok) return found;
  const amend = amended(found.value, { paused: input.paused }, ['paused']);
  return unless([], () => ({
    ...amend,
    events: [event(amend.next, seen.regionCode, input.paused ? 'paused' : 'resumed')],
    audit: [{
      ...fact(amend.next, seen.regionCode, 'platform.pool.pause'),
      change: [{ path: 'paused', from: String(found.value.paused), to: String(input.paused) }],
    }],
  }));
};

const bounds = ({ target, minimum, maximum }: Pick<NodePool, 'target' | 'minimum' | 'maximum'>): check.Found => {
  const whole = [
    ...check.integer(at('minimum'), minimum, 0, MAX_POOL_MACHINES), ...check.integer(at('target'), target, 0, MAX_POOL_MACHINES),
    ...check.integer(at('maximum'), maximum, 0, MAX_POOL_MACHINES),
  ];
  if (whole.length > 0) return whole;
  const params = { target, minimum, maximum };
  if (minimum > maximum) return [fault('POOL_BOUNDS', at('minimum'), params)];
  return target < minimum || target > maximum ? [fault('POOL_BOUNDS', at('target'), params)] : [];
};

/**
 * A target above the machines that exist at all is refused: nothing but another act can ever meet it, and it is most often a wrong shape or rack. A target
 * above the machines that serve now (a rack still PLANNED, a node that is down) is a wish, and accepted: the pool's Scaled condition says
 * NOT_ENOUGH_MACHINES with the numbers until they come.
 */
const reachable = (target: number, declared: number): readonly Problem[] =>
  Number.isInteger(target) && target > declared ? [fault('TARGET_ABOVE_MACHINES', at('target'), { target, available: declared })] : [];

const rackFaults = (n: number, id: RackId, seen: PoolRack | undefined, { cluster, shape }: { readonly cluster: Cluster; readonly shape: Shape }): readonly Problem[] => {
  const place = at('rackIds', n);
  // A rack of another site cannot be reached by this cluster's network: to the pool it does not exist.
  if (seen === undefined || seen.rack.datacenterId !== cluster.datacenterId) return [problem('NOT_FOUND', { noun: 'rack', id: check.shown(id) }, place)];
  const { rack } = seen;
  if (rack.state !== 'INSTALLED' && rack.state !== 'PLANNED') return [fault('RACK_NOT_INSTALLED', place, { rack: rack.name, state: rack.state })];
  // An empty rack may be filled later; one that holds only other shapes was most likely mistaken for another.
  return seen.machines > 0 && seen.ofShape === 0 ? [fault('POOL_SHAPE_MISMATCH', place, { rack: rack.name, shape: shape.code, machines: seen.machines })] : [];
};

const classes = ({ tenantClasses }: CreateNodePool, { admittedTenantClasses }: Datacenter): readonly Problem[] => [
  ...tenantClasses.flatMap((c, n) => check.oneOf(within(at('tenantClasses'), n), c, TENANT_CLASSES.filter(known => admittedTenantClasses.includes(known)))),
  ...check.distinct(at('tenantClasses'), tenantClasses),
];

const sizes = (p: NodePool) => ({ target: p.target, minimum: p.minimum, maximum: p.maximum, racks: p.rackIds.length });
const event = (p: NodePool, regionCode: string, verb: string) => ({ noun: 'pool', objectId: p.id, verb, regionCode });
const fact = (p: NodePool, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'pool', id: p.id, parent: p.clusterId, region: regionCode, datacenter: p.datacenterId },
});
