import type { StaffId } from '@cadastre/domain/core';
import { decideCreateStaffCoverage, decideUpdateStaffCoverage, worstResponseMinutes, type CreateStaffCoverage, type UpdateStaffCoverage } from '@cadastre/domain/staff';
import * as datacenters from '@cadastre/store/datacenter';
import { viewDatacenters, viewStaff, type StaffView } from '@cadastre/store/place';
import type { Page } from '@cadastre/store/sql';
import * as staff from '@cadastre/store/staff';
import type { CreateStaffCoverageInput, UpdateStaffCoverageInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createStaffCoverage', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateStaffCoverage', roles: ['OPERATOR'] };

const staffData = (c: StaffView): object => ({ __typename: 'StaffCoverage', ...c });

export const loadStaffCoverage = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('staff', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewStaff(q, [...(await staff.byIds(q, [id])).values()]));
  return view === undefined ? undefined : staffData(view);
};

export const listStaffCoverages = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<StaffView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<StaffView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await staff.page(q, { ...request, ...by });
    return { ...page, items: await viewStaff(q, page.items) };
  }), items => items.map(staffData));

export const staffResponse = async (viewer: Viewer, text: string): Promise<readonly object[]> => {
  const id = idOrNone('datacenter', text);
  if (id === undefined) return [];
  const rota = await viewer.door.store.read(viewer.scope, q => staff.ofDatacenters(q, [id]));
  return [...new Set(rota.map(c => c.skill))].sort().map(skill => ({ skill, worstResponseMinutes: worstResponseMinutes(rota, skill) ?? null }));
};

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'StaffCoverageAccepted', staffCoverage: await loadStaffCoverage(viewer, id) });

export const createStaffCoverage = (viewer: Viewer, input: CreateStaffCoverageInput): Promise<object> =>
  mutate<StaffId>(viewer, {
    policy: CREATE, type: 'dcim.staff.create', target: { kind: 'staff', id: input.name, parent: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<CreateStaffCoverage>(input, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      const { datacenterId, name } = wanted.value;
      const [found, named] = await Promise.all([datacenters.byIds(q, [datacenterId]), staff.page(q, { first: 1, datacenterId, name })]);
      const [datacenter] = await viewDatacenters(q, [...found.values()]);
      const decided = decideCreateStaffCoverage(wanted.value, { datacenter, regionCode: datacenter?.region.code ?? '_', taken: named.totalCount > 0 }, viewer.door);
      return outcome(decided, d => staff.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateStaffCoverage = (viewer: Viewer, input: UpdateStaffCoverageInput): Promise<object> =>
  mutate<StaffId>(viewer, {
    policy: UPDATE, type: 'dcim.staff.update', target: { kind: 'staff', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateStaffCoverage>(input, { id: 'staff' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      const found = await staff.byIds(q, [id]);
      const [view] = await viewStaff(q, [...found.values()]);
      const decided = decideUpdateStaffCoverage(wanted.value, { coverage: found.get(id), regionCode: view?.datacenter.region.code ?? '_' });
      return changeOutcome(decided, d => staff.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
