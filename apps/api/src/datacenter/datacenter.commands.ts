import type { DatacenterId, Instant } from '@cadastre/domain/core';
import { decideCreateDatacenter, decideUpdateDatacenter, type CreateDatacenter, type PowerInside, type UpdateDatacenter } from '@cadastre/domain/datacenter';
import { siteDrawOf } from '@cadastre/domain/powerphase';
import * as datacenters from '@cadastre/store/datacenter';
import { viewDatacenters, type DatacenterView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as powerNodes from '@cadastre/store/powernode';
import * as powerPhases from '@cadastre/store/powerphase';
import * as racks from '@cadastre/store/rack';
import * as regions from '@cadastre/store/region';
import type { Page } from '@cadastre/store/sql';
import type { CreateDatacenterInput, UpdateDatacenterInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createDatacenter', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateDatacenter', roles: ['OPERATOR'] };

const datacenterData = (d: DatacenterView): object => ({ __typename: 'Datacenter', ...d });

export const loadDatacenter = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('datacenter', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewDatacenters(q, [...(await datacenters.byIds(q, [id])).values()]));
  return view === undefined ? undefined : datacenterData(view);
};

export const listDatacenters = (viewer: Viewer, args: ListArgs, filter: Filter<'regionId'>): Promise<object> =>
  listById<DatacenterView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<DatacenterView>> => {
    const by = filterIds(filter, { regionId: 'region' });
    if (by === undefined) return EMPTY;
    const page = await datacenters.page(q, { ...request, ...by });
    return { ...page, items: await viewDatacenters(q, page.items) };
  }), items => items.map(datacenterData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'DatacenterAccepted', datacenter: await loadDatacenter(viewer, id) });

export const createDatacenter = (viewer: Viewer, input: CreateDatacenterInput): Promise<object> =>
  mutate<DatacenterId>(viewer, {
    policy: CREATE, type: 'dcim.datacenter.create', target: { kind: 'datacenter', id: input.code, parent: input.regionId }, input,
    decide: async q => {
      const wanted = created<CreateDatacenter>(input, { regionId: 'region' });
      if (!wanted.ok) return wanted;
      const { regionId, code } = wanted.value;
      const [region, named] = await Promise.all([regions.get(q, regionId), datacenters.page(q, { first: 1, regionId, code })]);
      return outcome(decideCreateDatacenter(wanted.value, { region, taken: named.totalCount > 0 }, viewer.door), d => datacenters.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateDatacenter = (viewer: Viewer, input: UpdateDatacenterInput): Promise<object> =>
  mutate<DatacenterId>(viewer, {
    policy: UPDATE, type: 'dcim.datacenter.update', target: { kind: 'datacenter', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateDatacenter>(input, { id: 'datacenter' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      const [[datacenter], inside, power] = await Promise.all([
        datacenters.byIds(q, [id]).then(found => viewDatacenters(q, [...found.values()])), datacenters.tenantsInside(q, id), powerInside(q, id, viewer.door.clock.now()),
      ]);
      const decided = decideUpdateDatacenter(wanted.value, datacenter === undefined ? undefined : { ...split(datacenter), inside, power });
      return changeOutcome(decided, d => datacenters.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

const split = ({ region, ...datacenter }: DatacenterView) => ({ region, datacenter });

const powerInside = async (q: Reader, id: DatacenterId, now: Instant): Promise<PowerInside> => {
  const [nodes, draws, phases, leases] = await Promise.all([powerNodes.ofDatacenter(q, id), racks.draws(q, id), powerPhases.ofDatacenter(q, id), powerPhases.leased(q, id)]);
  return { nodes, draws, phases, draw: siteDrawOf(draws, leases), now };
};
