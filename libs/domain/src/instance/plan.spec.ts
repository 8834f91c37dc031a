import { describe, expect, it } from 'vitest';
import type { GpuInstance } from './model.ts';
import type { InstanceSnapshot, InstanceStep, InstanceView, PodFacts } from './plan.ts';
import { planInstance } from './plan.ts';
import type { InstanceDone } from './status.ts';
import { INSTANCE_MOVES, statusOfInstance } from './status.ts';

const NOW = '2026-11-24T10:00:00.000Z';
const instance = (over: Partial<GpuInstance> = {}): GpuInstance => ({
  id: 'instance_01h455vb4pex5vsknk084sn02q', tenantId: 'organisation_1', projectId: 'project_1', orderId: 'order_1', name: 'train-1', regionId: 'region_1',
  datacenterId: 'datacenter_1', clusterId: 'cluster_1', poolId: 'pool_1', shapeId: 'shape_1', machineId: 'machine_1', rackId: 'rack_1', gpus: 8, reservedW: 4000,
  image: 'registry.example/cuda:1', sshKeys: ['ssh-ed25519 AAAA'], leaseEnd: '2026-12-24T10:00:00.000Z', interruptible: false, desired: 'RUNNING', status: 'PENDING',
  statusHistory: [], conditions: [], decisionId: 'decision_1', createdAt: NOW, observedGeneration: 0, generation: 1, ...over,
} as GpuInstance);

const ours = <F extends object>(facts: F) => ({ as: 'OURS', uid: 'u1', deleting: false, ...facts }) as const;
const pod = (facts: Partial<PodFacts & { deleting: boolean }> = {}) => ours({ phase: 'Pending' as const, ready: false, bound: false, pulling: false, ...facts });
const view = (over: Partial<InstanceView> = {}): InstanceView =>
  ({ namespaceName: 'cad-p-1', objectName: 'instance-01h', namespace: 'READY', node: 'READY', pod: { as: 'ABSENT' }, service: { as: 'ABSENT' }, ...over });
const running = view({ pod: pod({ phase: 'Running', ready: true, bound: true }), service: ours({}) });
const snapshot = (i: Partial<GpuInstance> | null, v: InstanceView | 'UNREACHABLE', over: Partial<InstanceSnapshot> = {}): InstanceSnapshot =>
  ({ id: 'instance_01h455vb4pex5vsknk084sn02q' as InstanceSnapshot['id'], instance: i === null ? null : instance(i), simulated: false, view: v, strays: [], ...over });
const stray = { kind: 'Pod', clusterId: 'cluster_2', namespace: 'elsewhere', name: 'x', uid: 'u9', deleting: false } as InstanceSnapshot['strays'][number];
const words = (steps: readonly InstanceStep[]): string => steps.map(s => (s.do === 'delete' ? `delete ${s.what.kind} ${s.what.uid}` : s.do)).join(', ');

const PLANS: readonly (readonly [reason: string, snapshot: InstanceSnapshot, steps: string, because: string])[] = [
  ['a placed instance gets its door and its pod', snapshot({}, view()), 'applyService, applyPod', 'no pod'],
  ['nothing is created in a namespace that is not fenced yet', snapshot({}, view({ namespace: 'NOT_READY' })), '', 'the namespace is not ready'],
  ["a stranger's namespace is left alone", snapshot({}, view({ namespace: 'STRANGER' })), '', 'the namespace is not ours'],
  ["a stranger's pod of our name is left alone", snapshot({}, view({ pod: { as: 'STRANGER' } })), '', 'the name is taken by an object that is not ours'],
  ["a stranger's service keeps us from making the pod too", snapshot({}, view({ service: { as: 'STRANGER' } })), '', 'the name is taken by an object that is not ours'],
  ['a lost service comes back without touching the pod', snapshot({ status: 'READY' }, view({ pod: running.pod })), 'applyService', 'no service'],
  ['a failed pod goes before another comes', snapshot({}, view({ pod: pod({ phase: 'Failed' }), service: ours({}) })), 'delete Pod u1', 'the pod ended as Failed'],
  ['no pod is made while the old one is going', snapshot({}, view({ pod: pod({ deleting: true }), service: ours({}) })), '', 'the old pod is still going'],
  ['a running pod is left in peace', snapshot({ status: 'READY' }, running), '', 'runs'],
  ['a silent cluster is not acted upon', snapshot({ desired: 'RELEASED' }, 'UNREACHABLE'), '', 'the cluster does not answer'],
  ['a second pod goes before the first is made', snapshot({}, view(), { strays: [stray] }), 'delete Pod u9', 'outside its place'],
  ['and it must be wholly gone', snapshot({}, view(), { strays: [{ ...stray, deleting: true }] }), '', 'outside its place'],
  ['a pod without a row goes', snapshot(null, 'UNREACHABLE', { strays: [stray] }), 'delete Pod u9', 'no such instance'],
  ['a release deletes what is ours', snapshot({ desired: 'RELEASED' }, running), 'delete Pod u1, delete Service u1', 'released'],
  ['GPUs are not free while the pod is going', snapshot({ desired: 'RELEASED' }, view({ pod: pod({ deleting: true }) })), '', 'its objects are going'],
  ['GPUs are free once nothing is left', snapshot({ desired: 'RELEASED' }, view()), 'free', 'the pod is gone'],
  ["a stranger under our name does not hold the GPUs", snapshot({ desired: 'RELEASED' }, view({ pod: { as: 'STRANGER' } })), 'free', 'the pod is gone'],
  ['what is freed is not freed again', snapshot({ desired: 'RELEASED', status: 'RELEASED' }, view()), '', 'free'],
  ['a pod that survived its release goes', snapshot({ desired: 'RELEASED', status: 'RELEASED' }, running), 'delete Pod u1, delete Service u1', 'released'],
  ['a stopped instance keeps its door and loses its pod', snapshot({ desired: 'STOPPED', status: 'READY' }, running), 'delete Pod u1', 'must not run'],
];

describe('the next moves of an instance', () => {
  it.each(PLANS)('%s', (_reason, seen, steps, because) => {
    const plan = planInstance(seen);
    expect({ steps: words(plan.steps), because: plan.because, generation: plan.assumes.generation }).toEqual({ steps, because, generation: seen.instance?.generation ?? 0 });
  });
});

const idle: InstanceDone = { appliedPod: false, freed: false, refused: null };
const STATES: readonly (readonly [reason: string, snapshot: InstanceSnapshot, done: InstanceDone, state: string, ready: string])[] = [
  ['a wait for the namespace is no progress', snapshot({}, view({ namespace: 'NOT_READY' })), idle, 'PENDING', 'False WAITING_FOR_NAMESPACE'],
  ['a pod just made is provisioning', snapshot({}, view()), { ...idle, appliedPod: true }, 'PROVISIONING', 'False POD_PENDING'],
  ['a pod the cache does not show yet was not lost', snapshot({ status: 'PROVISIONING' }, view()), { ...idle, appliedPod: true }, 'PROVISIONING', 'False POD_PENDING'],
  ['a bound pod is configuring', snapshot({ status: 'PROVISIONING' }, view({ pod: pod({ bound: true, pulling: true }) })), idle, 'CONFIGURING', 'False IMAGE_PULLING'],
  ['a running pod with its door is ready', snapshot({ status: 'CONFIGURING' }, running), idle, 'READY', 'True POD_RUNNING'],
  ['ready needs the door', snapshot({ status: 'CONFIGURING' }, { ...running, service: { as: 'ABSENT' } }), idle, 'CONFIGURING', 'False POD_PENDING'],
  ['ready needs the node', snapshot({ status: 'READY' }, { ...running, node: 'NOT_READY' }), idle, 'REPAIRING', 'False NODE_NOT_READY'],
  ['a vanished pod is repaired', snapshot({ status: 'READY' }, view()), idle, 'REPAIRING', 'False POD_MISSING'],
  ['a repair is not sold as a new beginning', snapshot({ status: 'REPAIRING' }, view({ pod: pod({ bound: true }), service: ours({}) })), idle, 'REPAIRING', 'False POD_PENDING'],
  ['a repair ends', snapshot({ status: 'REPAIRING' }, running), idle, 'READY', 'True POD_RUNNING'],
  ['silence keeps the last state and says so', snapshot({ status: 'READY' }, 'UNREACHABLE'), idle, 'READY', 'Unknown CLUSTER_UNREACHABLE'],
  ['a stranger is named', snapshot({}, view({ pod: { as: 'STRANGER' } })), idle, 'PENDING', 'False NOT_OURS'],
  ['a refusal is named', snapshot({}, view()), { ...idle, refused: { code: 'FORBIDDEN', object: 'Pod a/b' } }, 'PENDING', 'False APPLY_REFUSED'],
  ['a release terminates even where nothing is seen', snapshot({ desired: 'RELEASED', status: 'READY' }, 'UNREACHABLE'), idle, 'TERMINATING', 'False RELEASING'],
  ['a stop is done when the pod is gone', snapshot({ desired: 'STOPPED', status: 'READY' }, view()), idle, 'STOPPED', 'False POD_NOT_CREATED'],
];

describe('the status of an instance', () => {
  it.each(STATES)('%s', (_reason, seen, done, state, ready) => {
    const after = statusOfInstance(seen, done, NOW)?.next ?? seen.instance;
    const condition = after?.conditions.find(c => c.type === 'Ready');
    expect([after?.status, `${condition?.status} ${condition?.reason}`, after?.observedGeneration]).toEqual([state, ready, 1]);
  });

  it('is saved once: the same look again says nothing new', () => {
    const first = statusOfInstance(snapshot({ status: 'CONFIGURING' }, running), idle, NOW);
    expect(first?.next.readyAt).toBe(NOW);
    expect(statusOfInstance({ ...snapshot({}, running), instance: first?.next ?? null }, idle, '2026-11-24T11:00:00.000Z')).toBeNull();
  });

  it('promises no login on simulated hardware', () => {
    const ssh = statusOfInstance(snapshot({}, running, { simulated: true }), idle, NOW)?.next.conditions.find(c => c.type === 'SshReachable');
    expect([ssh?.status, ssh?.reason]).toEqual(['False', 'SIMULATED']);
  });

  it('leaves an audit event for each change that a tenant can see', () => {
    const moved = statusOfInstance(snapshot({ status: 'CONFIGURING' }, running), idle, NOW);
    const silent = statusOfInstance(snapshot({ status: 'READY' }, 'UNREACHABLE'), idle, NOW);
    const told = (s: typeof moved): unknown => [s?.verb, s?.audit.map(a => [a.type, a.op?.from, a.op?.to, a.change?.find(c => c.path === 'conditions.Ready')?.to])];
    expect(told(moved)).toEqual(['ready', [['compute.instance.state', 'CONFIGURING', 'READY', 'True']]]);
    expect(told(silent)).toEqual(['observed', [['compute.instance.state', 'READY', 'READY', 'Unknown']]]);
  });

  it('is the allocator\'s to write once the GPUs were given back', () => {
    expect(statusOfInstance(snapshot({ status: 'READY', desired: 'RELEASED' }, view()), { ...idle, freed: true }, NOW)).toBeNull();
  });

  it('never leaves RELEASED', () => {
    expect(INSTANCE_MOVES.RELEASED).toEqual([]);
    expect(statusOfInstance(snapshot({ status: 'RELEASED', desired: 'RELEASED' }, view()), idle, NOW)).toBeNull();
  });
});

describe('the story of an instance', () => {
  const tell = (title: string, chapters: readonly (readonly [event: string, view: InstanceView | 'UNREACHABLE', over?: Partial<GpuInstance>])[]): string => {
    let i = instance();
    const lines = chapters.map(([event, v, over]) => {
      i = { ...i, ...over };
      const seen: InstanceSnapshot = { ...snapshot({}, v), instance: i };
      const plan = planInstance(seen);
      const done = { ...idle, appliedPod: plan.steps.some(s => s.do === 'applyPod') };
      i = statusOfInstance(seen, done, NOW)?.next ?? i;
      return `${event}\n  does    ${words(plan.steps) || 'nothing'}\n  because ${plan.because}\n  says    ${i.status} (${i.conditions.find(c => c.type === 'Ready')?.reason ?? 'nothing yet'})`;
    });
    return `${title}\n\n${lines.join('\n')}\n`;
  };
  const service = ours({});

  it('from order to release, with a lost pod between', async () => {
    await expect(tell('An instance is ordered, runs, loses its pod, and is released.', [
      ['the order is placed, the project is new', view({ namespace: 'NOT_READY' })],
      ['the namespace is fenced', view()],
      ['the pod exists', view({ pod: pod(), service })],
      ['the scheduler confirmed the machine', view({ pod: pod({ bound: true, pulling: true }), service })],
      ['the container runs', running],
      ['someone deleted the pod by hand', view({ pod: pod({ phase: 'Running', ready: true, bound: true, deleting: true }), service })],
      ['it is gone', view({ service })],
      ['the new pod starts', view({ pod: pod({ bound: true }), service })],
      ['the new pod runs', running],
      ['the cluster falls silent', 'UNREACHABLE'],
      ['the cluster is back', running],
      ['the tenant gives it back', running, { desired: 'RELEASED', generation: 2 }],
      ['the pod is going', view({ pod: pod({ phase: 'Running', bound: true, deleting: true }), service: ours({ deleting: true }) })],
      ['nothing is left', view()],
      ['the allocator wrote the release', view(), { status: 'RELEASED' }],
    ])).toMatchFileSnapshot('./stories/instance.txt');
  });
});
