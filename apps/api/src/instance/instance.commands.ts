import type { AuditTarget } from '@cadastre/domain/audit';
import type { InstanceId, Problem } from '@cadastre/domain/core';
import { isId, no, problem } from '@cadastre/domain/core';
import type { OrderRequest } from '@cadastre/domain/capacity';
import { decideOrderRequest, instanceNames, type CreateGpuInstances } from '@cadastre/domain/instance';
import * as datacenters from '@cadastre/store/datacenter';
import * as instances from '@cadastre/store/instance';
import type { TenantInstance } from '@cadastre/store/instance';
import type { Reader } from '@cadastre/store/pool';
import * as projects from '@cadastre/store/project';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import type { CreateGpuInstancesInput, ReleaseGpuInstanceInput } from '../generated/tenant.ts';
import { created } from '../shared/input.ts';
import { admit, type Policy } from '../shared/mutate.ts';
import { tenantOf, type Viewer } from '../shared/viewer.ts';
import { allocate, firstAnswer, type Answered, type Order } from './allocate.ts';
import { refusedData, tenantData } from './instance.data.ts';
import { sshKeyFault } from './ssh-key.ts';

const CREATE: Policy = { operation: 'createGpuInstances', roles: ['OWNER', 'ENGINEER'] };
const RELEASE: Policy = { operation: 'releaseGpuInstance', roles: ['OWNER', 'ENGINEER'] };

/** The door judges the input; the region's allocator alone decides who gets what, and writes it. */
export const createGpuInstances = async (viewer: Viewer, input: CreateGpuInstancesInput, details: 'brief' | 'full'): Promise<object> => {
  const order: Order = { policy: CREATE, type: 'compute.instance.create', target: projectTarget(input.projectId), input };
  const refused = await admit(viewer, order);
  if (refused !== undefined) return refused;
  const decided = await orderOf(viewer, input);
  const answer = decided.ok
    ? await allocate(viewer, order, decided.value.region.code, common => ({ kind: 'CREATE', ...common, order: decided.value.order }))
    : await firstAnswer(viewer, order, decided.error);
  if ('refused' in answer) return answer.refused;
  const { reply } = answer;
  // Accepted by the answer just received, and not a repetition of an older one: then the instances are as they were made, and need no look.
  const born = details === 'brief' && decided.ok && reply.kind === 'ACCEPTED' && reply.orderId === decided.value.order.orderId;
  return born ? bornData(decided.value.order, reply) : await createdData(viewer, input, reply);
};

const orderOf = async (viewer: Viewer, input: CreateGpuInstancesInput) => {
  const wanted = created<CreateGpuInstances>(input, { projectId: 'project', datacenterId: 'datacenter' });
  if (!wanted.ok) return no(wanted.error);
  const known = rememberedCatalogue(viewer.door);
  const decided = await judge(viewer, wanted.value, known);
  // A refusal may only be that the catalogue was remembered from before what the order names was declared.
  return decided.ok || known === undefined ? decided : await judge(viewer, wanted.value, undefined);
};

const judge = async (viewer: Viewer, wanted: CreateGpuInstances, known: Catalogue | undefined) => {
  const { door } = viewer;
  const { projectId, datacenterId } = wanted;
  const [project, catalogue, datacenter] = await door.store.read(viewer.scope, q =>
    Promise.all([projects.get(q, projectId), known ?? readCatalogue(q), datacenterId === undefined ? undefined : datacenters.get(q, datacenterId)]));
  if (known === undefined) CATALOGUES.set(door, { ...catalogue, at: performance.now() });
  const seen = { project, shapes: catalogue.shapes, regions: catalogue.regions, datacenter, sshKeyFaults: keyFaults(wanted.sshKeys) };
  return decideOrderRequest(wanted, seen, { ids: door.ids, now: door.clock.now(), organisation: tenantOf(viewer) });
};

// Shapes and regions are few, the same for every tenant, and change when hardware is bought: an order need not fetch them again each time. Codes and ids never
// change, and the allocator has its own view of what a shape needs; all that an old copy can do is to go on taking the only region for granted for two seconds.
const REMEMBER_MS = 2_000;
type Catalogue = Awaited<ReturnType<typeof readCatalogue>>;
const CATALOGUES = new WeakMap<Viewer['door'], Catalogue & { readonly at: number }>();
const readCatalogue = async (q: Reader) => {
  const [allShapes, allRegions] = await Promise.all([shapes.list(q), regions.list(q)]);
  return { shapes: allShapes, regions: allRegions };
};
const rememberedCatalogue = (door: Viewer['door']): Catalogue | undefined => {
  const known = CATALOGUES.get(door);
  return known !== undefined && performance.now() - known.at < REMEMBER_MS ? known : undefined;
};

const keyFaults = (keys: readonly string[]): readonly Problem[] =>
  keys.flatMap((key, n) => {
    const detail = sshKeyFault(key);
    return detail === undefined ? [] : [problem('BAD_SSH_KEY', { number: n + 1, detail }, { path: ['sshKeys', String(n)] })];
  });

const bornData = ({ orderId, name, count }: OrderRequest, { instances: ids, decisionId, auditId }: Extract<Answered, { kind: 'ACCEPTED' }>): object => {
  const names = instanceNames(name, count);
  return {
    __typename: 'GpuInstancesAccepted', orderId, decisionId, receipt: { auditEventId: auditId },
    instances: ids.map((id, n) => ({ __typename: 'GpuInstance', id, name: names[n], status: 'PENDING', orderId, decisionId })),
  };
};

const createdData = async (viewer: Viewer, input: CreateGpuInstancesInput, reply: Answered): Promise<object> => {
  if (reply.kind === 'REFUSED') return refusedData(viewer, { shape: input.shape, count: input.count ?? 1 }, reply.decisionId, reply.verdict);
  const views = await viewsOf(viewer, reply.instances);
  return {
    __typename: 'GpuInstancesAccepted', orderId: views[0]?.orderId, decisionId: reply.decisionId, instances: tenantData(viewer, views), receipt: { auditEventId: reply.auditId },
  };
};

/** Asks for an end; the GPUs come back once the pod is gone. */
export const releaseGpuInstance = async (viewer: Viewer, input: ReleaseGpuInstanceInput): Promise<object> => {
  const order: Order = { policy: RELEASE, type: 'compute.instance.release', target: { kind: 'instance', id: isId('instance', input.id) ? input.id : 'malformed' }, input };
  const refused = await admit(viewer, order);
  if (refused !== undefined) return refused;
  const { id } = input;
  const [found] = isId('instance', id) ? await viewsOf(viewer, [id]) : [];
  const answer = found === undefined
    ? await firstAnswer(viewer, order, [problem('NOT_FOUND', { noun: 'instance', id: id.slice(0, 80) }, { path: ['id'] })])
    : await allocate(viewer, order, found.region.code, common => ({ kind: 'RELEASE', ...common, tenantId: tenantOf(viewer).id, instanceId: found.id }));
  if ('refused' in answer) return answer.refused;
  if (answer.reply.kind === 'REFUSED') throw new Error('an allocator refused a release with a placement verdict');
  const [instance] = tenantData(viewer, await viewsOf(viewer, answer.reply.instances));
  return { __typename: 'GpuInstanceReleaseAccepted', instance, receipt: { auditEventId: answer.reply.auditId } };
};

const viewsOf = (viewer: Viewer, ids: readonly InstanceId[]): Promise<readonly TenantInstance[]> => viewer.door.store.read(viewer.scope, q => instances.tenantViews(q, ids));

/** Only a well-formed id enters the audit log: other text might be anything. */
const projectTarget = (id: string): AuditTarget => ({ kind: 'project', id: isId('project', id) ? id : 'malformed' });
