import type { AuditTarget } from '@cadastre/domain/audit';
import { isId, ok } from '@cadastre/domain/core';
import { decidePlacementRequest, type PlacementWish } from '@cadastre/domain/instance';
import * as decisions from '@cadastre/store/decision';
import * as plans from '@cadastre/store/plan';
import type { Page } from '@cadastre/store/sql';
import type { PlanGpuInstancesInput } from '../generated/tenant.ts';
import { allocate, firstAnswer, type Answered, type Order } from '../shared/allocate.ts';
import { EMPTY, filterIds, idOrNone, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { admit, type Policy } from '../shared/mutate.ts';
import { refusedData } from '../shared/refused.ts';
import type { Viewer } from '../shared/viewer.ts';
import { judge, wishOf } from '../shared/wish.ts';
import { plansData } from './plan.data.ts';

const PLAN: Policy = { operation: 'planGpuInstances', roles: ['OWNER', 'ENGINEER'] };

/** The door judges the input; the region's allocator decides and holds. A placement that cannot be had is answered as an order's would be. */
export const planGpuInstances = async (viewer: Viewer, input: PlanGpuInstancesInput): Promise<object> => {
  const order: Order = { policy: PLAN, type: 'compute.plan.create', target: projectTarget(input.projectId), input };
  const refused = await admit(viewer, order);
  if (refused !== undefined) return refused;
  const decided = await judged(viewer, input);
  const answer = decided.ok
    ? await allocate(viewer, order, decided.value.region.code, common => ({ kind: 'PLAN', ...common, request: decided.value.request, prices: decided.value.prices }))
    : await firstAnswer(viewer, order, decided.error);
  return 'refused' in answer ? answer.refused : await plannedData(viewer, input, answer.reply);
};

const judged = async (viewer: Viewer, input: PlanGpuInstancesInput) => {
  const wanted = wishOf<PlacementWish>(input);
  if (!wanted.ok) return wanted;
  return await judge(viewer, wanted.value, (seen, by) => {
    const decided = decidePlacementRequest(wanted.value, seen, by);
    return decided.ok ? ok({ ...decided.value, prices: Object.fromEntries(seen.shapes.flatMap(s => (s.pricePerHourMinor === undefined ? [] : [[s.id, s.pricePerHourMinor]]))) }) : decided;
  });
};

const plannedData = async (viewer: Viewer, input: PlanGpuInstancesInput, reply: Answered): Promise<object> => {
  if (reply.kind !== 'PLANNED') throw new Error(`an allocator answered a plan with ${reply.kind}`);
  const decision = await viewer.door.store.read(viewer.scope, q => decisions.get(q, reply.decisionId));
  if (decision?.verdict.outcome === 'REFUSED') return await refusedData(viewer, { shape: input.shape, count: input.count ?? 1, at: decision.createdAt }, decision.id, decision.verdict);
  return { __typename: 'PlanAccepted', plan: await loadPlan(viewer, reply.planId), receipt: { auditEventId: reply.auditId } };
};

export const loadPlan = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('plan', text);
  if (id === undefined) return undefined;
  const [plan] = await viewer.door.store.read(viewer.scope, async q => plansData(viewer, q, [...(await plans.byIds(q, [id])).values()]));
  return plan;
};

/** Open to every role of the tenant. */
export const listPlans = (viewer: Viewer, args: ListArgs, filter: Filter<'projectId'>): Promise<object> =>
  listById<{ readonly id: string }>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<{ readonly id: string }>> => {
    const by = filterIds(filter, { projectId: 'project' });
    if (by === undefined) return EMPTY;
    const page = await plans.page(q, { ...request, ...by });
    return { ...page, items: await plansData(viewer, q, page.items) };
  }), items => items);

/** Only a well-formed id enters the audit log: other text might be anything. */
const projectTarget = (id: string): AuditTarget => ({ kind: 'project', id: isId('project', id) ? id : 'malformed' });
