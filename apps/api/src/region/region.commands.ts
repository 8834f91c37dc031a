import type { RegionId } from '@cadastre/domain/core';
import { decideCreateRegion, decideUpdateRegion, type CreateRegion, type Region, type UpdateRegion } from '@cadastre/domain/region';
import * as regions from '@cadastre/store/region';
import type { Stored } from '@cadastre/store/sql';
import type { CreateRegionInput, UpdateRegionInput } from '../generated/provider.ts';
import { changeOutcome, created, idOrNone, outcome, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createRegion', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateRegion', roles: ['OPERATOR'] };

const regionData = (r: Stored<Region>): object => ({ __typename: 'Region', ...r });

export const loadRegion = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('region', text);
  const found = id === undefined ? undefined : await viewer.door.store.read(viewer.scope, q => regions.get(q, id));
  return found === undefined ? undefined : regionData(found);
};

export const listRegions = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => regions.page(q, request)), items => items.map(regionData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'RegionAccepted', region: await loadRegion(viewer, id) });

export const createRegion = (viewer: Viewer, input: CreateRegionInput): Promise<object> =>
  mutate<RegionId>(viewer, {
    policy: CREATE, type: 'dcim.region.create', target: { kind: 'region', id: input.code }, input,
    decide: async q => {
      const wanted = created<CreateRegion>(input);
      if (!wanted.ok) return wanted;
      const taken = (await regions.byCode(q, wanted.value.code)) !== undefined;
      return outcome(decideCreateRegion(wanted.value, { taken }, viewer.door), d => regions.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateRegion = (viewer: Viewer, input: UpdateRegionInput): Promise<object> =>
  mutate<RegionId>(viewer, {
    policy: UPDATE, type: 'dcim.region.update', target: { kind: 'region', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateRegion>(input, { id: 'region' });
      if (!wanted.ok) return wanted;
      const decided = decideUpdateRegion(wanted.value, { region: await regions.get(q, wanted.value.id) });
      return changeOutcome(decided, d => regions.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
