import type { LoadTargetId } from '@cadastre/domain/core';
import { decideApproveLoadTarget, decideCancelLoadTarget, decidePlanLoadTarget, type ApproveLoadTarget, type CancelLoadTarget, type PlanLoadTarget, type LoadTarget, type SheddingProgress } from '@cadastre/domain/loadtarget';
import * as datacenters from '@cadastre/store/datacenter';
import * as targets from '@cadastre/store/loadtarget';
import { viewDatacenters, viewLoadTargets, type LoadTargetView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import type { Page } from '@cadastre/store/sql';
import type { ApproveLoadTargetInput, CancelLoadTargetInput, PlanLoadTargetInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const PLAN: Policy = { operation: 'planLoadTarget', roles: ['OPERATOR'] };
const APPROVE: Policy = { operation: 'approveLoadTarget', roles: ['OPERATOR'] };
const CANCEL: Policy = { operation: 'cancelLoadTarget', roles: ['OPERATOR'] };
const MOST_STEPS = 1_000;

const stepData = ({ tenantId, ...step }: SheddingProgress): object => ({ ...step, organisationId: tenantId });
const targetData = ({ spared, ...target }: LoadTargetView): object => ({
  __typename: 'LoadTarget', ...target, approvedBy: target.approvedBy ?? null, approvedAt: target.approvedAt ?? null,
  overW: target.measuredW === undefined ? null : Math.max(0, target.measuredW - target.targetW), sparedInstances: spared.instances, sparedW: spared.watts,
});

/** How many steps are released. */
export const releasedOf = (viewer: Viewer, id: LoadTargetId): Promise<number> => viewer.door.store.read(viewer.scope, q => targets.released(q, id));

/** A window on the steps. One that nobody can mean shows nothing, like a page past the end. */
export const stepsOf = async (viewer: Viewer, id: LoadTargetId, { first, offset }: { readonly first: number; readonly offset: number }): Promise<readonly object[]> => {
  if (offset < 0 || first < 1) return [];
  return (await viewer.door.store.read(viewer.scope, q => targets.steps(q, id, { offset, first: Math.min(first, MOST_STEPS) }))).map(stepData);
};

export const loadLoadTarget = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('loadtarget', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewLoadTargets(q, [...(await targets.byIds(q, [id])).values()]));
  return view === undefined ? undefined : targetData(view);
};

export const listLoadTargets = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<LoadTargetView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<LoadTargetView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await targets.page(q, { ...request, ...by });
    return { ...page, items: await viewLoadTargets(q, page.items) };
  }), items => items.map(targetData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'LoadTargetAccepted', loadTarget: await loadLoadTarget(viewer, id) });

export const planLoadTarget = (viewer: Viewer, input: PlanLoadTargetInput): Promise<object> =>
  mutate<LoadTargetId>(viewer, {
    policy: PLAN, type: 'dcim.loadtarget.plan', target: { kind: 'loadtarget', id: 'new', parent: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<PlanLoadTarget>(input, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      const { datacenterId, from } = wanted.value;
      const [found, idleW, instances] = await Promise.all([datacenters.byIds(q, [datacenterId]), targets.idleW(q, datacenterId), targets.sheddable(q, datacenterId, from)]);
      const [datacenter] = await viewDatacenters(q, [...found.values()]);
      const itW = instances.reduce((n, i) => n + i.watts, idleW);
      const { ids, clock } = viewer.door;
      const decided = decidePlanLoadTarget(wanted.value, { datacenter, regionCode: datacenter?.region.code ?? '_', itW, instances }, { ids, subject: viewer.actor.id, now: clock.now() });
      return outcome(decided, d => targets.insert(d.next, d.steps), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

/** The target that an input names, as the decisions take it. */
const named = async (q: Reader, id: LoadTargetId): Promise<{ readonly target: LoadTarget | undefined; readonly regionCode: string }> => {
  const [view] = await viewLoadTargets(q, [...(await targets.byIds(q, [id])).values()]);
  if (view === undefined) return { target: undefined, regionCode: '_' };
  const { datacenter, ...target } = view;
  return { target, regionCode: datacenter.region.code };
};

export const approveLoadTarget = (viewer: Viewer, input: ApproveLoadTargetInput): Promise<object> =>
  mutate<LoadTargetId>(viewer, {
    policy: APPROVE, type: 'dcim.loadtarget.approve', target: { kind: 'loadtarget', id: input.id }, input,
    decide: async q => {
      const wanted = updated<ApproveLoadTarget>(input, { id: 'loadtarget' });
      if (!wanted.ok) return wanted;
      const decided = decideApproveLoadTarget(wanted.value, await named(q, wanted.value.id), { subject: viewer.actor.id, now: viewer.door.clock.now() });
      return changeOutcome(decided, d => targets.approve(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

export const cancelLoadTarget = (viewer: Viewer, input: CancelLoadTargetInput): Promise<object> =>
  mutate<LoadTargetId>(viewer, {
    policy: CANCEL, type: 'dcim.loadtarget.cancel', target: { kind: 'loadtarget', id: input.id }, input,
    decide: async q => {
      const wanted = updated<CancelLoadTarget>(input, { id: 'loadtarget' });
      if (!wanted.ok) return wanted;
      const decided = decideCancelLoadTarget(wanted.value, await named(q, wanted.value.id), { subject: viewer.actor.id, now: viewer.door.clock.now() });
      return changeOutcome(decided, d => targets.cancel(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
