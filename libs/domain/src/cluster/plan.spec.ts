import { describe, expect, it } from 'vitest';
import { labelValue } from './builders.ts';
import type { Cluster } from './model.ts';
import type { ClusterSnapshot } from './plan.ts';
import { planCluster } from './plan.ts';
import { statusOfCluster } from './status.ts';

const NOW = '2026-11-24T10:00:00.000Z';
const cluster = { id: 'cluster_1', datacenterId: 'datacenter_1', name: 'c', provider: 'SIMULATED', endpoint: 'https://c', conditions: [], observedGeneration: 0, generation: 3 } as unknown as Cluster;
const snapshot = (over: Partial<ClusterSnapshot> = {}): ClusterSnapshot =>
  ({ cluster, connectedGeneration: 3, probe: { ok: true, version: 'v1.37.2', endpoint: 'https://c' }, missingRights: [], cachesFresh: true, ...over });
const fine = { connectRefused: null };

const ROWS: readonly (readonly [reason: string, snapshot: ClusterSnapshot, done: Parameters<typeof statusOfCluster>[1], steps: string, reachable: string, ready: string])[] = [
  ['a new cluster is connected', snapshot({ connectedGeneration: null, probe: null, cachesFresh: false }), fine, 'connect', 'Unknown CONNECTING', 'Unknown CONNECTING'],
  ['a new credential replaces the client', snapshot({ connectedGeneration: 2 }), fine, 'connect', 'True ANSWERS', 'True WATCHING'],
  ['a cluster that answers rests', snapshot(), fine, '', 'True ANSWERS', 'True WATCHING'],
  ['a silent cluster keeps its client', snapshot({ probe: { ok: false, code: 'CLUSTER_UNREACHABLE', detail: 'ECONNREFUSED' } }), fine, '', 'False CLUSTER_UNREACHABLE', 'False CLUSTER_UNREACHABLE'],
  ['a right that lacks is named', snapshot({ missingRights: ['create pods'] }), fine, '', 'True ANSWERS', 'False RIGHTS_MISSING'],
  ['caches that lag make it not ready', snapshot({ cachesFresh: false }), fine, '', 'True ANSWERS', 'False CACHES_BEHIND'],
  ['a credential that cannot be opened is named', snapshot({ connectedGeneration: null, probe: null }), { connectRefused: { code: 'CLUSTER_BAD_KUBECONFIG', detail: 'damaged' } }, 'connect', 'False CLUSTER_BAD_KUBECONFIG', 'False CLUSTER_BAD_KUBECONFIG'],
];

describe('a cluster', () => {
  it.each(ROWS)('%s', (_reason, seen, done, steps, reachable, ready) => {
    const status = statusOfCluster(seen, done, NOW);
    const words = status?.next.conditions.map(c => `${c.status} ${c.reason}`);
    expect([planCluster(seen).steps.map(s => s.do).join(), words, status?.next.observedGeneration]).toEqual([steps, [reachable, ready], 3]);
  });

  it('is saved once: the same look again says nothing new', () => {
    const next = statusOfCluster(snapshot(), fine, NOW)?.next;
    expect(next?.kubernetesVersion).toBe('v1.37.2');
    expect(statusOfCluster({ ...snapshot(), cluster: next ?? cluster }, fine, '2026-11-24T11:00:00.000Z')).toBeNull();
  });
});

it('free text becomes a label value', () => {
  expect(['Salle A (nord)', '-x-', 'a'.repeat(80), '…'].map(labelValue)).toEqual(['Salle-A-nord', 'x', 'a'.repeat(63), '']);
});
