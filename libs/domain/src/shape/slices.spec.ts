import { describe, expect, it } from 'vitest';
import { shape } from '../datacenter/site.fixture.ts';
import { podOf } from '../instance/builders.ts';
import type { InstancePlace } from '../instance/builders.ts';
import type { GpuInstance } from '../instance/model.ts';
import { simulatedStatusOf } from '../pool/builders.ts';
import type { NodePlace } from '../pool/builders.ts';
import type { Shape } from './model.ts';

/** 8 GPUs, 192 cores, 2 TiB. Two MIG profiles, and shares of a quarter and a half of a GPU. */
const cut: Shape = {
  ...shape, gpus: 8, cpuMilli: 192_000, ramMiB: 2_097_152, nvmeGiB: 8_000,
  sliceProfiles: [
    { name: '1g.18gb', milliGpu: 142, memoryMiB: 18_432 }, { name: '2g.35gb', milliGpu: 285, memoryMiB: 35_840 },
    { name: 'quarter', milliGpu: 250, memoryMiB: 36_096 }, { name: 'half', milliGpu: 500, memoryMiB: 72_192 },
  ],
};
const limits = (size: Partial<GpuInstance>): unknown => {
  const instance = { id: 'instance_i', tenantId: 't', projectId: 'p', poolId: 'pool', machineId: 'm', decisionId: 'd', image: 'i', sshKeys: [], gpus: 0, cpuMilli: 0, ramMiB: 0, ...size } as unknown as GpuInstance;
  const place: InstancePlace = { instance, namespace: 'n', machineName: 'm', simulated: true, shape: cut, taints: [], noticeSeconds: 120 };
  return podOf(place).spec.containers[0]?.resources.limits;
};

describe('a pod asks its node for', () => {
  it.each([
    { reason: 'whole GPUs, with the cores and the memory of its claim, less a tenth for the node', size: { gpus: 2, cpuMilli: 40_000, ramMiB: 100_000 }, asks: { cpu: '36000m', memory: '90000Mi', 'ephemeral-storage': '1800Gi', 'nvidia.com/gpu': '2' } },
    { reason: 'whole GPUs, in proportion where its claim counted no cores', size: { gpus: 2 }, asks: { cpu: '43200m', memory: '471859Mi', 'ephemeral-storage': '1800Gi', 'nvidia.com/gpu': '2' } },
    { reason: 'the MIG device of its profile', size: { milliGpu: 285, slice: '2g.35gb', cpuMilli: 6_840, ramMiB: 74_000 }, asks: { cpu: '6156m', memory: '66600Mi', 'ephemeral-storage': '256Gi', 'nvidia.com/mig-2g.35gb': '1' } },
    { reason: 'one share of a shared GPU', size: { milliGpu: 250, slice: 'quarter', cpuMilli: 6_000, ramMiB: 65_536 }, asks: { cpu: '5400m', memory: '58982Mi', 'ephemeral-storage': '225Gi', 'nvidia.com/gpu.shared': '1' } },
    { reason: 'as many shares as its profile has of the smallest', size: { milliGpu: 500, slice: 'half', cpuMilli: 12_000, ramMiB: 131_072 }, asks: { cpu: '10800m', memory: '117964Mi', 'ephemeral-storage': '450Gi', 'nvidia.com/gpu.shared': '2' } },
    { reason: 'shares, where its row was written before it named its profile', size: { milliGpu: 300, cpuMilli: 6_000, ramMiB: 65_536 }, asks: { cpu: '5400m', memory: '58982Mi', 'ephemeral-storage': '270Gi', 'nvidia.com/gpu.shared': '2' } },
    { reason: 'cores alone, with its part of the disks', size: { cpuMilli: 24_000, ramMiB: 1_000 }, asks: { cpu: '21600m', memory: '900Mi', 'ephemeral-storage': '900Gi' } },
  ])('$reason', ({ size, asks }) => { expect(limits(size)).toEqual(asks); });
});

describe('a simulated node offers', () => {
  const offers = (purpose: NodePlace['pool']['purpose'], of: Shape): Readonly<Record<string, string>> =>
    simulatedStatusOf({ pool: { purpose }, shape: of, machine: { name: 'm' } } as unknown as NodePlace).status.capacity;
  const gpus = (capacity: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(capacity).filter(([name]) => name.startsWith('nvidia.com/')));
  it.each([
    { reason: 'in a pool that serves, each profile as often as it goes into its GPUs', purpose: 'INFERENCE', of: cut, has: { 'nvidia.com/gpu': '8', 'nvidia.com/mig-1g.18gb': '56', 'nvidia.com/mig-2g.35gb': '24', 'nvidia.com/gpu.shared': '32' } },
    { reason: 'in a mixed pool the same', purpose: 'MIXED', of: { ...cut, sliceProfiles: cut.sliceProfiles.slice(0, 1) }, has: { 'nvidia.com/gpu': '8', 'nvidia.com/mig-1g.18gb': '56' } },
    { reason: 'in a pool that trains, whole GPUs only', purpose: 'TRAINING', of: cut, has: { 'nvidia.com/gpu': '8' } },
    { reason: 'of a shape that is not cut, whole GPUs only', purpose: 'INFERENCE', of: { ...cut, sliceProfiles: [] }, has: { 'nvidia.com/gpu': '8' } },
  ] as const)('$reason', ({ purpose, of, has }) => { expect(gpus(offers(purpose, of))).toEqual(has); });
});
