import type { LinkId } from '@cadastre/domain/core';
import { decideCreateLink, decideUpdateLink, resilienceOf, type CreateLink, type UpdateLink } from '@cadastre/domain/link';
import * as carriers from '@cadastre/store/carrier';
import * as datacenters from '@cadastre/store/datacenter';
import * as links from '@cadastre/store/link';
import { viewDatacenters, viewLinks, type LinkView } from '@cadastre/store/place';
import type { Page } from '@cadastre/store/sql';
import type { CreateLinkInput, UpdateLinkInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import { problemData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createLink', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updateLink', roles: ['OPERATOR'] };

const linkData = (l: LinkView): object => ({ __typename: 'Link', ...l });

export const loadLink = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('link', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewLinks(q, [...(await links.byIds(q, [id])).values()]));
  return view === undefined ? undefined : linkData(view);
};

export const listLinks = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<LinkView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<LinkView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await links.page(q, { ...request, ...by });
    return { ...page, items: await viewLinks(q, page.items) };
  }), items => items.map(linkData));

export const siteResilience = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('datacenter', text);
  if (id === undefined) return undefined;
  return await viewer.door.store.read(viewer.scope, async q => {
    const [found, declared] = await Promise.all([datacenters.byIds(q, [id]), links.ofDatacenters(q, [id])]);
    const [datacenter] = await viewDatacenters(q, [...found.values()]);
    if (datacenter === undefined) return undefined;
    const { carrierIds, warnings, ...capacities } = resilienceOf(declared);
    const over = await carriers.byIds(q, carrierIds);
    return { datacenter, ...capacities, carriers: carrierIds.flatMap(c => over.get(c) ?? []), warnings: warnings.map(w => ({ ...problemData(viewer.lang, w), __typename: 'SiteWarning' })) };
  });
};

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'LinkAccepted', link: await loadLink(viewer, id) });

export const createLink = (viewer: Viewer, input: CreateLinkInput): Promise<object> =>
  mutate<LinkId>(viewer, {
    policy: CREATE, type: 'dcim.link.create', target: { kind: 'link', id: input.name, parent: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<CreateLink>(input, { datacenterId: 'datacenter', toDatacenterId: 'datacenter', carrierId: 'carrier' });
      if (!wanted.ok) return wanted;
      const { datacenterId, toDatacenterId, carrierId, name } = wanted.value;
      const [ends, carrier, named] = await Promise.all([
        datacenters.byIds(q, toDatacenterId === undefined ? [datacenterId] : [datacenterId, toDatacenterId]), carriers.get(q, carrierId), links.page(q, { first: 1, datacenterId, name }),
      ]);
      const near = ends.get(datacenterId);
      const [datacenter] = await viewDatacenters(q, near === undefined ? [] : [near]);
      const decided = decideCreateLink(wanted.value, {
        datacenter, carrier, toDatacenter: toDatacenterId === undefined ? undefined : ends.get(toDatacenterId), regionCode: datacenter?.region.code ?? '_', taken: named.totalCount > 0,
      }, viewer.door);
      return outcome(decided, d => links.insert(d.next), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updateLink = (viewer: Viewer, input: UpdateLinkInput): Promise<object> =>
  mutate<LinkId>(viewer, {
    policy: UPDATE, type: 'dcim.link.update', target: { kind: 'link', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdateLink>(input, { id: 'link' });
      if (!wanted.ok) return wanted;
      const { id } = wanted.value;
      const found = await links.byIds(q, [id]);
      const [view] = await viewLinks(q, [...found.values()]);
      const decided = decideUpdateLink(wanted.value, { link: found.get(id), regionCode: view?.datacenter.region.code ?? '_' });
      return changeOutcome(decided, d => links.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
