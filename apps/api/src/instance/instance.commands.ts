import type { AuditTarget } from '@cadastre/domain/audit';
import type { OrderRequest } from '@cadastre/domain/capacity';
import type { InstanceId, Problem } from '@cadastre/domain/core';
import { faults, isId, problem } from '@cadastre/domain/core';
import { decideOrderRequest, instanceNames, namingFaults, type CreateGpuInstances } from '@cadastre/domain/instance';
import * as instances from '@cadastre/store/instance';
import type { TenantInstance } from '@cadastre/store/instance';
import * as plans from '@cadastre/store/plan';
import * as regions from '@cadastre/store/region';
import type { CreateGpuInstancesInput, ReleaseGpuInstanceInput } from '../generated/tenant.ts';
import { allocate, firstAnswer, type Answered, type Order } from '../shared/allocate.ts';
import { idOrNone } from '../shared/input.ts';
import { admit, type Policy } from '../shared/mutate.ts';
import { refusedData } from '../shared/refused.ts';
import { tenantOf, type Viewer } from '../shared/viewer.ts';
import { judge, wishOf } from '../shared/wish.ts';
import { tenantData } from './instance.data.ts';
import { sshKeyFault } from './ssh-key.ts';

const CREATE: Policy = { operation: 'createGpuInstances', roles: ['OWNER', 'ENGINEER'] };
const RELEASE: Policy = { operation: 'releaseGpuInstance', roles: ['OWNER', 'ENGINEER'] };

/** The door judges the input; the region's allocator alone decides who gets what, and writes it. With a plan it takes what the plan holds. */
export const createGpuInstances = async (viewer: Viewer, input: CreateGpuInstancesInput, details: 'brief' | 'full'): Promise<object> => {
  const order: Order = { policy: CREATE, type: 'compute.instance.create', target: input.planId == null ? wellFormed('project', input.projectId) : wellFormed('plan', input.planId), input };
  const refused = await admit(viewer, order);
  if (refused !== undefined) return refused;
  return input.planId == null ? await placeNow(viewer, order, input, details) : await applyPlan(viewer, order, input, input.planId);
};

const placeNow = async (viewer: Viewer, order: Order, input: CreateGpuInstancesInput, details: 'brief' | 'full'): Promise<object> => {
  const wanted = wishOf<CreateGpuInstances>(input);
  const decided = wanted.ok ? await judge(viewer, wanted.value, (seen, by) => decideOrderRequest(wanted.value, { ...seen, sshKeyFaults: keyFaults(input.sshKeys) }, by)) : wanted;
  const answer = decided.ok
    ? await allocate(viewer, order, decided.value.region.code, common => ({ kind: 'CREATE', ...common, order: decided.value.order }))
    : await firstAnswer(viewer, order, decided.error);
  if ('refused' in answer) return answer.refused;
  const { reply } = answer;
  // Accepted by the answer just received, and not a repetition of an older one: then the instances are as they were made, and need no look.
  const born = details === 'brief' && decided.ok && reply.kind === 'ACCEPTED' && reply.orderId === decided.value.order.orderId;
  return born ? bornData(decided.value.order, reply) : await createdData(viewer, input, reply);
};

const NAMING: readonly string[] = ['idempotencyKey', 'planId', 'name', 'image', 'sshKeys'];

/** What was planned says where and how much: whoever says it again might mean something else. */
const applyPlan = async (viewer: Viewer, order: Order, input: CreateGpuInstancesInput, planId: string): Promise<object> => {
  const said = Object.entries(input).filter(([field, value]) => value != null && !NAMING.includes(field)).map(([field]) => field);
  const wrong = faults([...said.map(field => problem('CONTRADICTION', { field, other: 'planId' }, { path: [field] })), ...namingFaults(input, keyFaults(input.sshKeys))]);
  const held = wrong === undefined ? await planned(viewer, planId) : undefined;
  const answer = held === undefined
    ? await firstAnswer(viewer, order, wrong ?? [problem('NOT_FOUND', { noun: 'plan', id: planId.slice(0, 80) }, { path: ['planId'] })])
    : await allocate(viewer, order, held.regionCode, common => ({
        kind: 'APPLY', ...common, tenantId: tenantOf(viewer).id, planId: held.id, name: input.name, image: input.image, sshKeys: input.sshKeys.map(k => k.trim()),
      }));
  return 'refused' in answer ? answer.refused : await createdData(viewer, input, answer.reply);
};

const planned = async (viewer: Viewer, text: string) => {
  const id = idOrNone('plan', text);
  if (id === undefined) return undefined;
  return await viewer.door.store.read(viewer.scope, async q => {
    const plan = await plans.get(q, id);
    const region = plan === undefined ? undefined : await regions.get(q, plan.regionId);
    return region === undefined ? undefined : { id, regionCode: region.code };
  });
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
  if (reply.kind === 'REFUSED') return await refusedData(viewer, { shape: input.shape ?? '', count: input.count ?? 1, at: viewer.door.clock.now() }, reply.decisionId, reply.verdict, reply.yields);
  if (reply.kind !== 'ACCEPTED') throw new Error(`an allocator answered an order with ${reply.kind}`);
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
  if (answer.reply.kind !== 'ACCEPTED') throw new Error(`an allocator answered a release with ${answer.reply.kind}`);
  const [instance] = tenantData(viewer, await viewsOf(viewer, answer.reply.instances));
  return { __typename: 'GpuInstanceReleaseAccepted', instance, receipt: { auditEventId: answer.reply.auditId } };
};

const viewsOf = (viewer: Viewer, ids: readonly InstanceId[]): Promise<readonly TenantInstance[]> => viewer.door.store.read(viewer.scope, q => instances.tenantViews(q, ids));

/** Only a well-formed id enters the audit log: other text might be anything. */
const wellFormed = (kind: 'project' | 'plan', id: string | null | undefined): AuditTarget => ({ kind, id: id != null && isId(kind, id) ? id : 'malformed' });
