import { randomUUID } from 'node:crypto';
import { ask, until, type Door } from './door.ts';

export interface Instance {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

interface Problem {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly suggestion?: string;
  readonly wouldFit?: number;
  readonly reasons?: readonly { readonly reason: string; readonly message: string }[];
}

type Answer = Problem & { readonly instances?: readonly Instance[] };

export interface Order {
  readonly projectId: string;
  readonly shape: string;
  readonly count: number;
  readonly name: string;
}

// A key nobody has the other half of: the pods are simulated, and a story must not open a door.
const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f story';
const LEASE_DAYS = 7;

const CREATE = `mutation ($input: CreateGpuInstancesInput!) { createGpuInstances(input: $input) { __typename
  ... on GpuInstancesAccepted { instances { id name status } }
  ... on Problem { code message suggestion }
  ... on PowerRefused { wouldFit reasons { reason message } }
  ... on NotEnoughCapacity { wouldFit reasons { reason message } }
  ... on LegalScopeRefused { wouldFit reasons { reason message } } } }`;

/** Sends the order and returns the answer, whatever it is; a retryable one (the region's allocator is just being elected) is sent again with the same key. */
export const order = async (door: Door, wanted: Order): Promise<Answer> => {
  const leaseEnd = new Date(Date.now() + LEASE_DAYS * 86_400_000).toISOString();
  const input = { ...wanted, leaseEnd, image: 'registry.k8s.io/pause:3.10', sshKeys: [SSH_KEY], idempotencyKey: randomUUID() };
  return await until('createGpuInstances', 30, door.signal, async () => {
    const { createGpuInstances: answer } = await ask<{ createGpuInstances: Answer & { readonly retryable?: boolean } }>(door, CREATE, { input });
    return answer.code === 'REGION_UNAVAILABLE' ? { seen: answer.message ?? '' } : { done: answer };
  });
};

/** The problem as a person reads it. */
export const told = (answer: Answer): string => [`${answer.code ?? answer.__typename}: ${answer.message ?? ''}`, ...(answer.reasons ?? []).map(r => `${r.reason}: ${r.message}`), `→ ${answer.suggestion ?? ''}`].join('\n      ');

/** Live instances of one order, by its name. */
export const liveOf = async (door: Door, name: string): Promise<readonly Instance[]> => {
  const { gpuInstances } = await ask<{ gpuInstances: { edges: readonly { node: Instance }[] } }>(door, '{ gpuInstances(filter: {live: true}, first: 100) { edges { node { id name status } } } }');
  return gpuInstances.edges.map(e => e.node).filter(i => i.name === name || i.name.startsWith(`${name}-`));
};

const look = async (door: Door, ids: readonly string[]): Promise<readonly Instance[]> => {
  const { gpuInstances } = await ask<{ gpuInstances: { edges: readonly { node: Instance }[] } }>(door, '{ gpuInstances(first: 100) { edges { node { id name status } } } }');
  return gpuInstances.edges.map(e => e.node).filter(i => ids.includes(i.id));
};

/** Waits until each of the instances has the status. */
export const reach = async (door: Door, ids: readonly string[], status: string): Promise<void> => {
  await until(`${String(ids.length)} × ${status}`, 60, door.signal, async () => {
    const seen = await look(door, ids);
    return seen.length === ids.length && seen.every(i => i.status === status) ? { done: undefined } : { seen: seen.map(i => `${i.name} ${i.status}`).join(', ') };
  });
};

const RELEASE = `mutation ($input: ReleaseGpuInstanceInput!) { releaseGpuInstance(input: $input) { __typename ... on Problem { code message suggestion } } }`;

export const release = async (door: Door, id: string): Promise<void> => {
  const { releaseGpuInstance: answer } = await ask<{ releaseGpuInstance: Answer }>(door, RELEASE, { input: { id, idempotencyKey: randomUUID() } });
  if (answer.code !== undefined) throw new Error(told(answer));
};

const PROJECTS = '{ projects(first: 100) { edges { node { id code } } } }';
const CREATE_PROJECT = `mutation ($input: CreateProjectInput!) { createProject(input: $input) { __typename ... on ProjectAccepted { project { id } } ... on Problem { code message suggestion } } }`;

/** The tenant's project of that code, created when it is not there. */
export const projectOf = async (door: Door, code: string, name: string): Promise<string> => {
  const { projects } = await ask<{ projects: { edges: readonly { node: { id: string; code: string } }[] } }>(door, PROJECTS);
  const found = projects.edges.find(e => e.node.code === code);
  if (found !== undefined) return found.node.id;
  const { createProject: answer } = await ask<{ createProject: Answer & { project?: { id: string } } }>(door, CREATE_PROJECT, { input: { idempotencyKey: randomUUID(), code, name, stage: 'PILOT' } });
  if (answer.project === undefined) throw new Error(told(answer));
  return answer.project.id;
};
