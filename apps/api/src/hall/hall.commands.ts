import type { HallId } from '@cadastre/domain/core';
import { decideCreateHall, decideUpdateHall, type CreateHall, type UpdateHall } from '@cadastre/domain/hall';
import * as datacenters from '@cadastre/store/datacenter';
import * as halls from '@cadastre/store/hall';
import { viewDatacenters, viewHalls, type HallView } from '@cadastre/store/place';
import type { Page } from '@cadastre/store/sql';
import type { CreateHallInput, UpdateHallInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createHall', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateHall', roles: ['OPERATOR'] };

const hallData = (h: HallView): object => ({ __typename: 'Hall', ...h });

export const loadHall = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('hall', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewHalls(q, [...(await halls.byIds(q, [id])).values()]));
  return view === undefined ? undefined : hallData(view);
};

export const listHalls = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<HallView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<HallView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await halls.page(q, { ...request, ...by });
    return { ...page, items: await viewHalls(q, page.items) };
  }), items => items.map(hallData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'HallAccepted', hall: await loadHall(viewer, id) });

export const createHall = (viewer: Viewer, input: CreateHallInput): Promise<object> =>
  mutate<HallId>(viewer, {
    policy: CREATE, type: 'dcim.hall.create', target: { kind: 'hall', id: input.name, parent: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<CreateHall>(input, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      const { datacenterId, name } = wanted.value;
      const [found, named] = await Promise.all([datacenters.byIds(q, [datacenterId]), halls.page(q, { first: 1, datacenterId, name })]);
      const [datacenter] = await viewDatacenters(q, [...found.values()]);
      const decided = decideCreateHall(wanted.value, { datacenter, regionCode: datacenter?.region.code ?? '_', taken: named.totalCount > 0 }, viewer.door);
      return outcome(decided, d => halls.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateHall = (viewer: Viewer, input: UpdateHallInput): Promise<object> =>
  mutate<HallId>(viewer, {
    policy: UPDATE, type: 'dcim.hall.update', target: { kind: 'hall', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateHall>(input, { id: 'hall' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      const [found, racks] = await Promise.all([halls.byIds(q, [id]), halls.cooledRacks(q, id)]);
      const [view] = await viewHalls(q, [...found.values()]);
      const decided = decideUpdateHall(wanted.value, { hall: found.get(id), regionCode: view?.datacenter.region.code ?? '_', racks });
      return changeOutcome(decided, d => halls.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
