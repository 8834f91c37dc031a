import { expect, it } from 'vitest';
import { shape } from '../datacenter/site.fixture.ts';
import { podOf } from './builders.ts';
import type { GpuInstance } from './model.ts';

const grace = (interruptible: boolean): unknown => {
  const instance = { id: 'instance_i', tenantId: 't', projectId: 'p', poolId: 'pool', machineId: 'm', decisionId: 'd', image: 'i', sshKeys: [], gpus: 1, cpuMilli: 0, ramMiB: 0, interruptible } as unknown as GpuInstance;
  return podOf({ instance, namespace: 'n', machineName: 'm', simulated: true, shape, taints: [], noticeSeconds: 300 }).spec.terminationGracePeriodSeconds;
};

it.each([
  { reason: 'one that may have to give way has the notice of the policy between SIGTERM and the end', interruptible: true, seconds: 300 },
  { reason: 'any other the default of Kubernetes', interruptible: false, seconds: undefined },
])('$reason', ({ interruptible, seconds }) => { expect(grace(interruptible)).toBe(seconds); });
