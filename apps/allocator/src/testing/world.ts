import { createHash } from 'node:crypto';
import type { ActContext } from '@cadastre/domain/audit';
import type { AllocateReply, AllocateRequest, OrderRequest, PlacementRequest } from '@cadastre/domain/capacity';
import type { ClusterId, DatacenterId, HallId, InstanceId, Instant, MachineId, OrganisationId, PlanId, PoolId, ProjectId, RackId, RegionId, ReservationId, ShapeId } from '@cadastre/domain/core';
import type { Machine } from '@cadastre/domain/machine';
import { createIds } from '@cadastre/platform/ids';
import { systemClock } from '@cadastre/platform/clock';
import * as clusters from '@cadastre/store/cluster';
import type { Write } from '@cadastre/store/commit';
import { commit } from '@cadastre/store/commit';
import * as datacenters from '@cadastre/store/datacenter';
import * as halls from '@cadastre/store/hall';
import * as machines from '@cadastre/store/machine';
import * as pools from '@cadastre/store/node-pool';
import * as organisations from '@cadastre/store/organisation';
import type { Store, StoreOptions, StoreRole } from '@cadastre/store/pool';
import { openStore } from '@cadastre/store/pool';
import * as powerPhases from '@cadastre/store/powerphase';
import * as projects from '@cadastre/store/project';
import * as racks from '@cadastre/store/rack';
import * as regions from '@cadastre/store/region';
import type { Shape } from '@cadastre/domain/shape';
import * as shapes from '@cadastre/store/shape';

/** The superuser's URL as one of our roles: rights and row-level security are those of the role. */
export const urlAs = (superuserUrl: string, role: StoreRole): string => {
  const url = new URL(superuserUrl);
  url.searchParams.set('options', `-c role=cadastre_${role}`);
  return url.href;
};

export const ids = createIds();
const KEYS = 'https://cluster.invalid';

export const actOf = (who: string, more: Partial<ActContext['request']> = {}): ActContext => ({
  actor: { kind: 'user', id: who, directory: 'tenant', roles: ['ENGINEER'], auth: { method: 'oidc' } },
  authz: { decision: 'allow', policy: 'instance', rule: 'engineer' },
  source: { interface: 'tenant-door', host: 'spec', version: '0' },
  request: { id: ids.next('request'), ...more },
  at: systemClock.now(),
});

/** One region with one site: racks of `perRack` machines of 8 GPUs, all in one pool. */
export interface Site {
  readonly regionId: RegionId;
  readonly code: string;
  readonly datacenterId: DatacenterId;
  readonly shapeId: ShapeId;
  readonly poolId: PoolId;
  readonly clusterId: ClusterId;
  readonly rackIds: readonly RackId[];
  readonly machineIds: readonly MachineId[];
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
}
export const IDLE_W = 1_900;
export const MAX_W = 6_000;

const save = async (store: Store, scope: 'system' | { readonly tenant: OrganisationId }, writes: readonly Write[]): Promise<void> => {
  for (const write of writes) {
    const done = await commit(store, {
      scope, act: actOf('olivia'), writes: [write], outbox: [],
      audit: [{ type: 'dcim.rack.import', phase: 'completed', outcome: 'success', target: { kind: write.noun, id: write.id }, ...(scope === 'system' ? {} : { tenant: scope.tenant }) }],
    });
    if (!done.ok) throw new Error(JSON.stringify(done.error));
  }
};

const machineOf = (s: Omit<Site, 'machineIds'>, rackId: RackId, name: string, more: Partial<Machine> = {}): Machine => ({
  id: ids.next('machine'), rackId, datacenterId: s.datacenterId, regionId: s.regionId, name, units: 8, shapeId: s.shapeId, serial: `${s.code}-${name}`, simulated: true, state: 'AVAILABLE',
  poolId: s.poolId, clusterId: s.clusterId, conditions: [], generation: 1, ...more,
});

export const buildSite = async (superuserUrl: string, size: { readonly code: string; readonly racks: number; readonly perRack: number; readonly maxPowerW?: number; readonly slices?: Shape['sliceProfiles'] }): Promise<Site> => {
  const provider = openStore(urlAs(superuserUrl, 'provider'), 'provider', { ids });
  const tenant = openStore(urlAs(superuserUrl, 'tenant'), 'tenant', { ids });
  const { code } = size;
  const s = {
    regionId: ids.next('region'), code, datacenterId: ids.next('datacenter'), shapeId: ids.next('shape'), poolId: ids.next('pool'), clusterId: ids.next('cluster'),
    rackIds: Array.from({ length: size.racks }, () => ids.next('rack')), tenantId: ids.next('organisation'), projectId: ids.next('project'),
  };
  const hallId: HallId = ids.next('hall');
  const fleet = s.rackIds.flatMap((rackId, r) => Array.from({ length: size.perRack }, (_, m) => machineOf(s, rackId, `r${String(r)}-m${String(m)}`)));
  try {
    await save(provider, 'system', [
      organisations.insert({ id: s.tenantId, code: `t-${code}`, name: 'Tenant', class: 'PUBLIC_BODY', memberIds: [], generation: 1 }),
      regions.insert({ id: s.regionId, code, nameFr: code, nameEn: code, country: 'FR', jurisdiction: 'EU-FR', operatorName: 'Operator', capitalChain: [], generation: 1 }),
      datacenters.insert({ id: s.datacenterId, regionId: s.regionId, code: 'dc', name: 'DC', commune: 'Valence', buildingOwner: 'Owner', admittedTenantClasses: ['PUBLIC_BODY'], pueMilli: 1200, feedLossTolerated: true, logLocation: 'FR', adminLocation: 'FR', status: 'OPEN', assumed: [], generation: 1 }),
      powerPhases.insert([{ id: ids.next('phase'), datacenterId: s.datacenterId, name: 'phase-1', contractedW: 500_000_000, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z', assumed: [], generation: 1 }]),
      halls.insert({ id: hallId, datacenterId: s.datacenterId, name: 'h1', coolingKinds: ['COLD_PLATE'], coolingCapacityW: 1_000_000, deratingPct: 0, assumed: [], generation: 1 }),
      shapes.insert({ id: s.shapeId, code: `h200-8-${code}`, gpuModel: 'NVIDIA-H200', gpus: 8, gpuMemoryMiB: 144_384, sliceProfiles: size.slices ?? [], nvlinkDomainSize: 8, cpuMilli: 192_000, ramMiB: 2_097_152, nvmeGiB: 30_000, nicMbps: 400_000, units: 8, coolingKinds: ['COLD_PLATE'], idleW: IDLE_W, maxW: MAX_W, peakFp16Tflops: 7_912, assumed: [], generation: 1 }),
      racks.insert(s.rackIds.map((id, n) => ({ id, hallId, datacenterId: s.datacenterId, regionId: s.regionId, name: `r${String(n)}`, row: 'A', position: n, units: 48, maxPowerW: size.maxPowerW ?? 60_000, coolingKind: 'COLD_PLATE' as const, coolingCapacityW: 60_000, state: 'INSTALLED' as const, assumed: [], generation: 1 }))),
      clusters.insert({ id: s.clusterId, datacenterId: s.datacenterId, name: 'c1', provider: 'SIMULATED', endpoint: KEYS, conditions: [], observedGeneration: 0, generation: 1 }, { sealed: 'sealed' }),
      pools.insert({ id: s.poolId, clusterId: s.clusterId, datacenterId: s.datacenterId, name: 'p1', shapeId: s.shapeId, rackIds: [], target: fleet.length, minimum: 0, maximum: fleet.length, purpose: 'MIXED', labels: {}, taints: [], tenantClasses: [], drainPolicy: 'WAIT_FOR_RELEASE', paused: false, readyMachines: 0, conditions: [], observedGeneration: 0, generation: 1 }),
      machines.insert(fleet),
    ]);
    await save(tenant, { tenant: s.tenantId }, [
      projects.insert({ id: s.projectId, tenantId: s.tenantId, code: 'lab', name: 'Lab', stage: 'PILOT', legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, conditions: [], observedGeneration: 0, generation: 1 }),
    ]);
  } finally {
    await Promise.all([provider.close(), tenant.close()]);
  }
  return { ...s, machineIds: fleet.map(m => m.id) };
};

export const addMachine = async (superuserUrl: string, s: Site, rack: number, name: string): Promise<void> => {
  const provider = openStore(urlAs(superuserUrl, 'provider'), 'provider', { ids });
  const rackId = s.rackIds[rack];
  if (rackId === undefined) throw new Error(`no rack ${String(rack)}`);
  await save(provider, 'system', [machines.insert([machineOf(s, rackId, name)])]).finally(() => provider.close());
};

/** The machine's row as the provider's door or the pool's reconciler would leave it. `generation`: that of the row before; 1 after `buildSite`. */
export const setMachineState = async (superuserUrl: string, id: MachineId, state: Machine['state'], generation: number): Promise<void> => {
  const provider = openStore(urlAs(superuserUrl, 'provider'), 'provider', { ids });
  await save(provider, 'system', [machines.update(id, { state }, { ifGeneration: generation })]).finally(() => provider.close());
};

export const storeAs = (superuserUrl: string, role: StoreRole, more: Partial<StoreOptions> = {}): Store => openStore(urlAs(superuserUrl, role), role, { ids, ...more });

let keys = 0;
const fingerprintOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

export const createRequest = (s: Site, more: Partial<OrderRequest> = {}, key = `key-${String(++keys)}`): Extract<AllocateRequest, { kind: 'CREATE' }> => {
  const order: OrderRequest = {
    orderId: ids.next('order'), tenantId: s.tenantId, tenantClass: 'PUBLIC_BODY', projectId: s.projectId, shapeId: s.shapeId, shapeCode: 'h200-8', count: 1, datacenterId: null, poolId: null,
    name: `job-${key}`, image: 'registry.invalid/train:1', sshKeys: ['ssh-ed25519 AAAA'], at: systemClock.now(), leaseEnd: '2027-01-01T00:00:00.000Z', legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, interruptible: false, ...more,
  };
  return { kind: 'CREATE', act: actOf('alice'), idempotency: { scope: s.tenantId, key, fingerprint: fingerprintOf({ name: order.name, count: order.count }) }, order };
};
export const releaseRequest = (s: Site, instanceId: InstanceId, key = `key-${String(++keys)}`): Extract<AllocateRequest, { kind: 'RELEASE' }> => ({
  kind: 'RELEASE', act: actOf('alice'), idempotency: { scope: s.tenantId, key, fingerprint: fingerprintOf(instanceId) }, tenantId: s.tenantId, instanceId,
});
export const freeRequest = (instanceId: InstanceId): AllocateRequest => ({ kind: 'FREE', act: actOf('controller'), instanceId });

/** The instances of an accepted order; throws with the reply when it was not accepted. */
export const accepted = (reply: AllocateReply): readonly InstanceId[] => {
  if (reply.kind !== 'ACCEPTED') throw new Error(`not accepted: ${JSON.stringify(reply)}`);
  return reply.instances;
};

export const planRequest = (s: Site, more: Partial<PlacementRequest> = {}, prices: Readonly<Record<string, number>> = {}, key = `key-${String(++keys)}`): Extract<AllocateRequest, { kind: 'PLAN' }> => {
  const { name: _name, image: _image, sshKeys: _sshKeys, ...request } = createRequest(s, {}, key).order;
  const asked = { ...request, ...more };
  return { kind: 'PLAN', act: actOf('alice'), idempotency: { scope: s.tenantId, key, fingerprint: fingerprintOf(asked) }, request: asked, prices };
};
export const applyRequest = (s: Site, planId: PlanId, { name = `plan-${String(++keys)}`, key = `key-${String(++keys)}` } = {}): Extract<AllocateRequest, { kind: 'APPLY' }> => ({
  kind: 'APPLY', act: actOf('alice'), idempotency: { scope: s.tenantId, key, fingerprint: fingerprintOf({ planId, name }) }, tenantId: s.tenantId, planId, name, image: 'registry.invalid/train:1', sshKeys: ['ssh-ed25519 AAAA'],
});
export const reserveRequest = (s: Site, of: { readonly machines: number; readonly from: Instant; readonly to: Instant }, key = `key-${String(++keys)}`): Extract<AllocateRequest, { kind: 'RESERVE' }> => ({
  kind: 'RESERVE', act: actOf('alice'), idempotency: { scope: s.tenantId, key, fingerprint: fingerprintOf(of) },
  reservation: {
    reservationId: ids.next('reservation'), tenantId: s.tenantId, tenantClass: 'PUBLIC_BODY', projectId: s.projectId, shapeId: s.shapeId, shapeCode: 'h200-8', watts: of.machines * MAX_W, datacenterId: null,
    legal: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, ...of,
  },
});
export const cancelRequest = (s: Site, reservationId: ReservationId, key = `key-${String(++keys)}`): Extract<AllocateRequest, { kind: 'CANCEL_RESERVATION' }> => ({
  kind: 'CANCEL_RESERVATION', act: actOf('alice'), idempotency: { scope: s.tenantId, key, fingerprint: fingerprintOf(reservationId) }, tenantId: s.tenantId, reservationId,
});
/** Another organisation that orders at the same site. */
export const guestAt = (s: Site, other: Site): Site => ({ ...s, tenantId: other.tenantId, projectId: other.projectId });
