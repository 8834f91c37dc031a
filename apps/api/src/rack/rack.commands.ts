import type { DatacenterId, RackId } from '@cadastre/domain/core';
import { no } from '@cadastre/domain/core';
import type { Datacenter } from '@cadastre/domain/datacenter';
import { decideCreateRack, decideImportRacks, decideUpdateRack, readRackRows, type CreateRack, type RackPower, type UpdateRack } from '@cadastre/domain/rack';
import * as datacenters from '@cadastre/store/datacenter';
import * as halls from '@cadastre/store/hall';
import { viewDatacenters, viewHalls, viewRacks, type RackView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as powerNodes from '@cadastre/store/powernode';
import * as racks from '@cadastre/store/rack';
import type { Page } from '@cadastre/store/sql';
import type { CreateRackInput, ImportRacksInput, UpdateRackInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';
import { readRackFile } from './rack.file.ts';

const CREATE: Policy = { operation: 'createRack', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateRack', roles: ['OPERATOR'] };
const IMPORT: Policy = { operation: 'importRacks', roles: ['OPERATOR'] };

const rackData = (r: RackView): object => ({ __typename: 'Rack', ...r });

export const loadRack = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('rack', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewRacks(q, [...(await racks.byIds(q, [id])).values()]));
  return view === undefined ? undefined : rackData(view);
};

export const listRacks = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId' | 'hallId'>): Promise<object> =>
  listById<RackView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<RackView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter', hallId: 'hall' });
    if (by === undefined) return EMPTY;
    const page = await racks.page(q, { ...request, ...by });
    return { ...page, items: await viewRacks(q, page.items) };
  }), items => items.map(rackData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'RackAccepted', rack: await loadRack(viewer, id) });

export const createRack = (viewer: Viewer, input: CreateRackInput): Promise<object> =>
  mutate<RackId>(viewer, {
    policy: CREATE, type: 'dcim.rack.create', target: { kind: 'rack', id: input.name, parent: input.hallId }, input,
    decide: async q => {
      const wanted = created<CreateRack>(input, { hallId: 'hall' });
      if (!wanted.ok) return wanted;
      const { hallId, name } = wanted.value;
      const [found, taken] = await Promise.all([halls.byIds(q, [hallId]), racks.taken(q, [{ hallId, name }])]);
      const [hall] = await viewHalls(q, [...found.values()]);
      const place = hall === undefined ? undefined : { hall, regionId: hall.datacenter.regionId, regionCode: hall.datacenter.region.code };
      const nodes = hall === undefined ? [] : await powerNodes.ofDatacenter(q, hall.datacenterId);
      return outcome(decideCreateRack(wanted.value, { place, taken: taken.length > 0, nodes }, viewer.door), d => racks.insert([d.next]), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateRack = (viewer: Viewer, input: UpdateRackInput): Promise<object> =>
  mutate<RackId>(viewer, {
    policy: UPDATE, type: 'dcim.rack.update', target: { kind: 'rack', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateRack>(input, { id: 'rack' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      const [found, standing, instances] = await Promise.all([racks.byIds(q, [id]), racks.standing(q, [id]), racks.instances(q, id)]);
      const [view] = await viewRacks(q, [...found.values()]);
      const rack = found.get(id);
      const seen = view === undefined || rack === undefined
        ? undefined
        : {
          rack, hall: view.hall, regionCode: view.hall.datacenter.region.code, machines: standing.get(id) ?? [], usedW: view.usedPowerW, instances,
          power: await powerAround(q, view.hall.datacenter),
        };
      return changeOutcome(decideUpdateRack(wanted.value, seen), d => racks.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

const powerAround = async (q: Reader, { id, feedLossTolerated }: Datacenter): Promise<RackPower> => {
  const [nodes, draws] = await Promise.all([powerNodes.ofDatacenter(q, id), racks.draws(q, id)]);
  return { nodes, draws, feedLossTolerated };
};

interface Imported {
  readonly rackIds: readonly RackId[];
}

/** Thirteen statements whatever the number of rows, the transactions' own and the look for the key included. */
export const importRacks = (viewer: Viewer, input: ImportRacksInput): Promise<object> =>
  mutate<Imported>(viewer, {
    policy: IMPORT, type: 'dcim.rack.import', target: { kind: 'datacenter', id: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<{ readonly datacenterId: DatacenterId }>({ datacenterId: input.datacenterId }, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      const file = readRackFile(input.format, input.content);
      if (!file.ok) return no(file.error);
      const { datacenterId } = wanted.value;
      const [found, inside, nodes] = await Promise.all([datacenters.byIds(q, [datacenterId]), halls.ofDatacenter(q, datacenterId), powerNodes.ofDatacenter(q, datacenterId)]);
      const [datacenter] = await viewDatacenters(q, [...found.values()]);
      const rows = readRackRows(file.value, inside);
      const taken = await racks.taken(q, rows.flatMap(r => (r.hallId === undefined || r.name === undefined ? [] : [{ hallId: r.hallId, name: r.name }])));
      const place = { datacenter, regionId: datacenter?.regionId, regionCode: datacenter?.region.code ?? '_', halls: inside, nodes, taken };
      return outcome(decideImportRacks(rows, datacenterId, place, viewer.door), d => racks.insert(d.next), d => ({ rackIds: d.next.map(r => r.id) }));
    },
    accept: ({ rackIds }) => Promise.resolve({ __typename: 'RacksImported', count: rackIds.length, rackIds }),
  });
