import type { CertificationId } from '@cadastre/domain/core';
import {
  decideAddCertification, decideUpdateCertification, type AddCertification, type Certification, type CertifiedPlace, type UpdateCertification,
} from '@cadastre/domain/certification';
import * as certifications from '@cadastre/store/certification';
import * as datacenters from '@cadastre/store/datacenter';
import { viewCertifications, viewDatacenters, type CertificationView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as regions from '@cadastre/store/region';
import type { Page } from '@cadastre/store/sql';
import type { AddCertificationInput, UpdateCertificationInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const ADD: Policy = { operation: 'addCertification', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateCertification', roles: ['OPERATOR'] };

const certificationData = (c: CertificationView): object => ({ __typename: 'Certification', ...c });

export const loadCertification = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('certification', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewCertifications(q, [...(await certifications.byIds(q, [id])).values()]));
  return view === undefined ? undefined : certificationData(view);
};

export const listCertifications = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId' | 'regionId'>): Promise<object> =>
  listById<CertificationView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<CertificationView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter', regionId: 'region' });
    if (by === undefined) return EMPTY;
    const page = await certifications.page(q, { ...request, ...by });
    return { ...page, items: await viewCertifications(q, page.items) };
  }), items => items.map(certificationData));

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'CertificationAccepted', certification: await loadCertification(viewer, id) });

/** Undefined when the place named is not there. */
const placeSeen = async (q: Reader, { datacenterId, regionId }: Pick<Certification, 'datacenterId' | 'regionId'>): Promise<CertifiedPlace | undefined> => {
  if (datacenterId === undefined) {
    const region = regionId === undefined ? undefined : await regions.get(q, regionId);
    return region === undefined ? undefined : { regionCode: region.code };
  }
  const [datacenter] = await viewDatacenters(q, [...(await datacenters.byIds(q, [datacenterId])).values()]);
  return datacenter === undefined ? undefined : { regionCode: datacenter.region.code };
};

const isTaken = async (q: Reader, { kind, from, datacenterId, regionId }: AddCertification): Promise<boolean> => {
  const there = { ...(datacenterId === undefined ? {} : { datacenterId }), ...(regionId === undefined ? {} : { regionId }) };
  return (await certifications.page(q, { first: 1, kind, from, ...there })).totalCount > 0;
};

export const addCertification = (viewer: Viewer, input: AddCertificationInput): Promise<object> =>
  mutate<CertificationId>(viewer, {
    policy: ADD, type: 'dcim.certification.create', target: { kind: 'certification', id: input.kind, parent: input.datacenterId ?? input.regionId ?? '_' }, input,
    decide: async q => {
      const wanted = created<AddCertification>(input, { datacenterId: 'datacenter', regionId: 'region' });
      if (!wanted.ok) return wanted;
      const [place, taken] = await Promise.all([placeSeen(q, wanted.value), isTaken(q, wanted.value)]);
      return outcome(decideAddCertification(wanted.value, { place, taken }, viewer.door), d => certifications.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateCertification = (viewer: Viewer, input: UpdateCertificationInput): Promise<object> =>
  mutate<CertificationId>(viewer, {
    policy: UPDATE, type: 'dcim.certification.update', target: { kind: 'certification', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateCertification>(input, { id: 'certification' });
      if (!wanted.ok) return wanted;
      const certification = await certifications.get(q, wanted.value.id);
      const regionCode = certification === undefined ? '_' : (await placeSeen(q, certification))?.regionCode ?? '_';
      return changeOutcome(decideUpdateCertification(wanted.value, { certification, regionCode }), d => certifications.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
