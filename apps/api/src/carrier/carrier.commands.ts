import type { Carrier, CreateCarrier, UpdateCarrier } from '@cadastre/domain/carrier';
import { decideCreateCarrier, decideUpdateCarrier } from '@cadastre/domain/carrier';
import type { CarrierId } from '@cadastre/domain/core';
import * as carriers from '@cadastre/store/carrier';
import type { Stored } from '@cadastre/store/sql';
import type { CreateCarrierInput, UpdateCarrierInput } from '../generated/provider.ts';
import { changeOutcome, created, idOrNone, outcome, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createCarrier', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateCarrier', roles: ['OPERATOR'] };

const carrierData = (c: Stored<Carrier>): object => ({ __typename: 'Carrier', ...c });

export const loadCarrier = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('carrier', text);
  if (id === undefined) return undefined;
  const found = await viewer.door.store.read(viewer.scope, q => carriers.get(q, id));
  return found === undefined ? undefined : carrierData(found);
};

export const listCarriers = (viewer: Viewer, args: ListArgs): Promise<object> =>
  listById<Stored<Carrier>>(viewer, args, request => viewer.door.store.read(viewer.scope, q => carriers.page(q, request)), items => items.map(carrierData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'CarrierAccepted', carrier: await loadCarrier(viewer, id) });

export const createCarrier = (viewer: Viewer, input: CreateCarrierInput): Promise<object> =>
  mutate<CarrierId>(viewer, {
    policy: CREATE, type: 'dcim.carrier.create', target: { kind: 'carrier', id: input.code }, input,
    decide: async q => {
      const wanted = created<CreateCarrier>(input);
      if (!wanted.ok) return wanted;
      const { totalCount } = await carriers.page(q, { first: 1, code: wanted.value.code });
      return outcome(decideCreateCarrier(wanted.value, { taken: totalCount > 0 }, viewer.door), d => carriers.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateCarrier = (viewer: Viewer, input: UpdateCarrierInput): Promise<object> =>
  mutate<CarrierId>(viewer, {
    policy: UPDATE, type: 'dcim.carrier.update', target: { kind: 'carrier', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateCarrier>(input, { id: 'carrier' });
      if (!wanted.ok) return wanted;
      const decided = decideUpdateCarrier(wanted.value, { carrier: await carriers.get(q, wanted.value.id) });
      return changeOutcome(decided, d => carriers.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
