import { randomBytes } from 'node:crypto';
import type { ActContext } from '@cadastre/domain/audit';
import type { ClusterId, DatacenterId, HallId, Id, IdKind, Ids, OrganisationId, PoolId, PowerPhaseId, ProjectId, RegionId, ShapeId } from '@cadastre/domain/core';
import type { Machine } from '@cadastre/domain/machine';
import type { Rack } from '@cadastre/domain/rack';
import * as clusters from '../cluster/index.ts';
import { commit } from '../commit/index.ts';
import type { Write } from '../commit/index.ts';
import * as datacenters from '../datacenter/index.ts';
import * as halls from '../hall/index.ts';
import * as machines from '../machine/index.ts';
import * as pools from '../node-pool/index.ts';
import * as organisations from '../organisation/index.ts';
import type { Store } from '../pool/index.ts';
import * as powerPhases from '../powerphase/index.ts';
import * as projects from '../project/index.ts';
import * as racks from '../rack/index.ts';
import * as regions from '../region/index.ts';
import * as shapes from '../shape/index.ts';

/** Ids that count up from a random start: increasing, and different in each call of the function. */
export const countingIds = (): Ids => {
  const start = BigInt(`0x${randomBytes(8).toString('hex')}`) << 32n;
  let n = 0n;
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  return {
    next: <K extends IdKind>(kind: K) => {
      let value = start + n++;
      let suffix = '';
      for (let i = 0; i < 26; i++) {
        suffix = `${digits.charAt(Number(value & 31n))}${suffix}`;
        value >>= 5n;
      }
      return `${kind}_${suffix}` as Id<K>;
    },
  };
};

export const actOf = (directory: 'tenant' | 'provider' | 'none' = 'provider', more: Partial<ActContext> = {}): ActContext => ({
  actor: { kind: directory === 'none' ? 'system' : 'user', id: directory === 'none' ? 'allocator' : 'subject-1', directory, roles: directory === 'provider' ? ['OPERATOR'] : [], auth: { method: directory === 'none' ? 'internal' : 'oidc' } },
  authz: { decision: 'allow', policy: 'test', rule: 'test' },
  source: { interface: directory === 'tenant' ? 'tenant-door' : directory === 'provider' ? 'provider-door' : 'allocator', host: 'test', version: '0.0.0' },
  request: { id: 'request_test', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  at: '2026-11-24T10:00:00.000Z',
  ...more,
});

export interface Site {
  readonly regionId: RegionId;
  readonly regionCode: string;
  readonly datacenterId: DatacenterId;
  readonly hallId: HallId;
  readonly phaseId: PowerPhaseId;
  readonly shapeId: ShapeId;
  readonly clusterId: ClusterId;
  readonly poolId: PoolId;
  readonly racks: readonly Rack[];
  readonly machines: readonly Machine[];
  readonly tenants: readonly { readonly id: OrganisationId; readonly code: string; readonly projectId: ProjectId }[];
}

/** One region, hall, shape (8 GPUs, 1,000 W idle, 9,000 W full), cluster and pool; `racks` of 150 kW with `machinesPerRack` each; two tenants with a project. */
export const site = (ids: Ids, { racks: rackCount = 2, machinesPerRack = 4, tenants = 2 } = {}): Site => {
  const word = ids.next('region').slice(-6);
  const base = {
    regionId: ids.next('region'), regionCode: `r-${word}`, datacenterId: ids.next('datacenter'), hallId: ids.next('hall'), phaseId: ids.next('phase'), shapeId: ids.next('shape'), clusterId: ids.next('cluster'),
    poolId: ids.next('pool'),
  };
  const rackList = Array.from({ length: rackCount }, (_, i): Rack => ({
    id: ids.next('rack'), hallId: base.hallId, datacenterId: base.datacenterId, regionId: base.regionId, name: `rack-${String(i)}`, row: 'A', position: i, units: 48,
    maxPowerW: 150_000, coolingKind: 'COLD_PLATE', coolingCapacityW: 150_000, state: 'INSTALLED', assumed: [], generation: 1,
  }));
  const machineList = rackList.flatMap((rack, r) =>
    Array.from({ length: machinesPerRack }, (_, m): Machine => ({
      id: ids.next('machine'), rackId: rack.id, datacenterId: base.datacenterId, regionId: base.regionId, name: `${word}-n${String(r)}-${String(m)}`, units: 4,
      shapeId: base.shapeId, serial: `${word}-${String(r)}-${String(m)}`, simulated: true, state: 'AVAILABLE', poolId: base.poolId, clusterId: base.clusterId, conditions: [], generation: 1,
    })),
  );
  return {
    ...base, racks: rackList, machines: machineList,
    tenants: Array.from({ length: tenants }, (_, i) => ({ id: ids.next('organisation'), code: `t${String(i)}-${word}`, projectId: ids.next('project') })),
  };
};

const placeWrites = (s: Site): readonly Write[] => [
  regions.insert({ id: s.regionId, code: s.regionCode, nameFr: 'Région', nameEn: 'Region', country: 'FR', jurisdiction: 'EU-FR', operatorName: 'Exploitant', capitalChain: [], generation: 1 }),
  datacenters.insert({
    id: s.datacenterId, regionId: s.regionId, code: 'dc1', name: 'Site 1', commune: 'Valence', buildingOwner: 'Bailleur', admittedTenantClasses: ['PUBLIC_BODY', 'PRIVATE'], pueMilli: 1200,
    feedLossTolerated: true, logLocation: 'FR', adminLocation: 'FR', status: 'OPEN', assumed: [], generation: 1,
  }),
  // Enough for whatever a spec puts into the site: a site without an energised phase takes no order.
  powerPhases.insert([{ id: s.phaseId, datacenterId: s.datacenterId, name: 'phase-1', contractedW: 500_000_000, state: 'ENERGISED', from: '2020-01-01T00:00:00.000Z', assumed: [], generation: 1 }]),
  halls.insert({ id: s.hallId, datacenterId: s.datacenterId, name: 'H1', coolingKinds: ['COLD_PLATE'], coolingCapacityW: 5_000_000, deratingPct: 0, assumed: [], generation: 1 }),
  shapes.insert({
    id: s.shapeId, code: `s-${s.regionCode}`, gpuModel: 'NVIDIA-H200', gpus: 8, gpuMemoryMiB: 144_384, sliceProfiles: [], nvlinkDomainSize: 8, cpuMilli: 96_000, ramMiB: 2_097_152, nvmeGiB: 30_000,
    nicMbps: 400_000, units: 4, coolingKinds: ['COLD_PLATE'], idleW: 1000, maxW: 9000, peakFp16Tflops: 7912, assumed: [], generation: 1,
  }),
  clusters.insert(
    { id: s.clusterId, datacenterId: s.datacenterId, name: 'k1', provider: 'SIMULATED', endpoint: 'https://127.0.0.1:6443', conditions: [], observedGeneration: 0, generation: 1 },
    { sealed: 'sealed' },
  ),
  pools.insert({
    id: s.poolId, clusterId: s.clusterId, datacenterId: s.datacenterId, name: 'p1', shapeId: s.shapeId, rackIds: [], target: s.machines.length, minimum: 0, maximum: s.machines.length,
    purpose: 'MIXED', labels: {}, taints: [], tenantClasses: [], drainPolicy: 'WAIT_FOR_RELEASE', paused: false, readyMachines: 0, conditions: [], observedGeneration: 0, generation: 1,
  }),
  racks.insert(s.racks),
  machines.insert(s.machines),
];

const must = <T>(done: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }): T => {
  if (!done.ok) throw new Error(`refused: ${JSON.stringify(done.error)}`);
  return done.value;
};

/** Saves the site as the doors would: places and organisations by the provider's, each project by the tenant's. */
export const seedSite = async (provider: Store, tenant: Store, s: Site): Promise<void> => {
  const target = { kind: 'region', id: s.regionId };
  must(
    await commit(provider, {
      scope: 'system', act: actOf('provider'), outbox: [],
      writes: [...placeWrites(s), ...s.tenants.map(t => organisations.insert({ id: t.id, code: t.code, name: t.code, class: 'PUBLIC_BODY', memberIds: [], generation: 1 }))],
      audit: [{ type: 'dcim.region.create', phase: 'completed', outcome: 'success', target }],
    }),
  );
  for (const t of s.tenants) {
    must(
      await commit(tenant, {
        scope: { tenant: t.id }, act: actOf('tenant'), outbox: [{ noun: 'project', objectId: t.projectId, verb: 'created', regionCode: '_', tenantId: t.id }],
        writes: [
          projects.insert({
            id: t.projectId, tenantId: t.id, code: 'p1', name: 'Projet', stage: 'PILOT', legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' }, conditions: [],
            observedGeneration: 0, generation: 1,
          }),
        ],
        audit: [{ type: 'tenancy.project.create', phase: 'completed', outcome: 'success', tenant: t.id, target: { kind: 'project', id: t.projectId } }],
      }),
    );
  }
};
