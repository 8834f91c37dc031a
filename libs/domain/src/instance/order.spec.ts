import { describe, expect, it } from 'vitest';
import type { Datacenter } from '../datacenter/model.ts';
import type { DatacenterId, Id, IdKind, OrganisationId, ProjectId, RegionId, ShapeId } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Organisation } from '../organisation/model.ts';
import type { Project } from '../project/model.ts';
import type { Region } from '../region/model.ts';
import type { Shape } from '../shape/model.ts';
import type { CreateGpuInstances, OrderSeen } from './order.ts';
import { decideOrderRequest } from './order.ts';

const now = '2026-11-24T10:00:00.000Z';
const ids = { next: <K extends IdKind>(kind: K) => `${kind}_1` as Id<K> };
const organisation: Organisation = { id: 'organisation_1' as OrganisationId, code: 'chu', name: 'CHU', class: 'PUBLIC_BODY', memberIds: [], generation: 1 };
const [valence, lyon] = ['valence', 'lyon'].map((code): Region => ({ id: `region_${code}` as RegionId, code, nameFr: code, nameEn: code, country: 'FR', jurisdiction: 'EU-FR', operatorName: 'o', capitalChain: [], generation: 1 })) as [Region, Region];
const site = { id: 'datacenter_1' as DatacenterId, regionId: valence.id } as Datacenter;
const SIZE = { gpus: 8, cpuMilli: 192_000, ramMiB: 2_097_152, nvlinkDomainSize: 8, sliceProfiles: [{ name: '1g.18gb', milliGpu: 142, memoryMiB: 18_432 }] };
const seen: OrderSeen = {
  project: { id: 'project_1' as ProjectId, tenantId: organisation.id, legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' } } as unknown as Project, regions: [valence], datacenter: undefined, sshKeyFaults: [],
  shapes: [{ id: 'shape_1' as ShapeId, code: 'h200-8', ...SIZE }, { id: 'shape_2' as ShapeId, code: 'b300-8', ...SIZE }] as unknown as Shape[],
};
const input: CreateGpuInstances = {
  projectId: 'project_1' as ProjectId, shape: 'h200-8', count: 2, name: 'train', image: 'registry.example.fr/cuda:13', sshKeys: ['ssh-ed25519 AAAA me'], leaseEnd: '2027-01-01T00:00:00.000Z', interruptible: false,
};
const decided = (more: Partial<CreateGpuInstances> = {}, world: Partial<OrderSeen> = {}) => decideOrderRequest({ ...input, ...more }, { ...seen, ...world }, { ids, now, organisation });
const codes = (d: ReturnType<typeof decided>) => (d.ok ? [] : d.error.map(p => `${p.code} ${(p.path ?? []).join('.')}`));

describe('an order', () => {
  it('names the shape and the tenant for the allocator, in the only region there is', () => {
    expect(decided()).toMatchObject({ ok: true, value: { region: { code: 'valence' }, order: { orderId: 'order_1', shapeId: 'shape_1', tenantClass: 'PUBLIC_BODY', count: 2, datacenterId: null, poolId: null } } });
  });

  it('of a slice keeps the name of its profile: Kubernetes knows it by that, not by its size', () => {
    const d = decided({ slice: '1g.18gb' });
    expect(d.ok && [d.value.order.milliGpu, d.value.order.slice]).toEqual([142, '1g.18gb']);
  });

  it.each<readonly [string, Partial<CreateGpuInstances>, Partial<OrderSeen>, readonly string[]]>([
    ['no machine', { count: 0 }, {}, ['BELOW_MINIMUM count']],
    ['512 machines', { count: 512 }, {}, []],
    ['100,000 machines', { count: 100_000 }, {}, ['ABOVE_MAXIMUM count']],
    ['half a machine', { count: 0.5 }, {}, ['NOT_AN_INTEGER count']],
    ['a name of 40 characters', { name: 'a'.repeat(40) }, {}, []],
    ['a name of 41 characters', { name: 'a'.repeat(41) }, {}, ['BAD_FORMAT name']],
    ['a name that ends with a hyphen', { name: 'a-' }, {}, ['BAD_FORMAT name']],
    ['a mistyped shape', { shape: 'h20-8' }, {}, ['UNKNOWN_VALUE shape']],
    ['no region where there are two', {}, { regions: [valence, lyon] }, ['REQUIRED region']],
    ['one of two regions', { region: 'lyon' }, { regions: [valence, lyon] }, []],
    ['a region that is none', { region: 'paris' }, { regions: [valence, lyon] }, ['UNKNOWN_VALUE region']],
    ['a site of the region', { datacenterId: site.id }, { datacenter: site }, []],
    ['a site of another region', { datacenterId: site.id, region: 'lyon' }, { datacenter: site, regions: [valence, lyon] }, ['NOT_FOUND datacenterId']],
    ['a site that is none', { datacenterId: site.id }, {}, ['NOT_FOUND datacenterId']],
    ['a slice of the shape', { slice: '1g.18gb' }, {}, []],
    ['a slice that the shape has not', { slice: '2g.18gb' }, {}, ['UNKNOWN_VALUE slice']],
    ['a slice and whole GPUs', { slice: '1g.18gb', gpusPerInstance: 2 }, {}, ['CONTRADICTION slice']],
    ['more GPUs than a machine has', { gpusPerInstance: 9 }, {}, ['ABOVE_MAXIMUM gpusPerInstance']],
    ['a gang on one machine that has fewer GPUs', { count: 2, topology: { level: 'SAME_MACHINE', required: true } }, {}, ['TOPOLOGY_IMPOSSIBLE topology.level']],
    ['the same gang where it is only wished for', { count: 2, topology: { level: 'SAME_MACHINE', required: false } }, {}, []],
    ['law that contradicts the project\'s', { legalScope: { jurisdictions: ['EU-DE'], certifications: [], dataClass: 'ORDINARY' } },
      { project: { id: 'project_1' as ProjectId, legalScope: { jurisdictions: ['EU-FR'], certifications: [], dataClass: 'ORDINARY' } } as unknown as Project }, ['LEGAL_SCOPE_CONTRADICTORY legalScope.jurisdictions']],
    ['no key', { sshKeys: [] }, {}, ['REQUIRED sshKeys']],
    ['17 keys', { sshKeys: Array.from({ length: 17 }, (_, n) => `k ${String(n)}`) }, {}, ['ABOVE_MAXIMUM sshKeys']],
    ['one key under two names', { sshKeys: ['t AAAA me', 't AAAA you'] }, {}, ['DUPLICATE sshKeys.1']],
    ['a key that cannot be read', {}, { sshKeyFaults: [problem('BAD_SSH_KEY', { number: 1 }, { path: ['sshKeys', '0'] })] }, ['BAD_SSH_KEY sshKeys.0']],
    ['a lease that is over', { leaseEnd: now }, {}, ['IN_THE_PAST leaseEnd']],
    ['a lease of 366 days', { leaseEnd: '2027-11-25T10:00:00.000Z' }, {}, []],
    ['a lease of 367 days', { leaseEnd: '2027-11-26T10:00:00.000Z' }, {}, ['ABOVE_MAXIMUM leaseEnd']],
    ['everything wrong at once', { count: 0, name: '', image: 'x', shape: 'y' }, {}, ['BELOW_MINIMUM count', 'UNKNOWN_VALUE shape', 'REQUIRED name', 'BAD_FORMAT image']],
    ['another tenant\'s project, said alone', { count: 0 }, { project: undefined }, ['NOT_FOUND projectId']],
  ])('of %s', (_, more, world, expected) => {
    expect(codes(decided(more, world))).toEqual(expected);
  });

  it.each([
    ['registry.example.fr/team/image:1.2', true], ['image:1', true], ['localhost:5000/a/b:x', true], [`a/b@sha256:${'0'.repeat(64)}`, true], [`a/b:1@sha256:${'0'.repeat(64)}`, true],
    ['image', false], ['image:', false], ['Image:1', false], ['a//b:1', false], ['https://a/b:1', false], ['a b:1', false], ['a@sha256:00', false], ['a:1\n', false], [`a:${'x'.repeat(129)}`, false], ['a'.repeat(300), false],
  ])('of image %j: %s', (image, fine) => {
    expect(decided({ image }).ok).toBe(fine);
  });
});
