import { viewViolations, type ViolationView } from '@cadastre/store/place';
import type { Page } from '@cadastre/store/sql';
import * as violations from '@cadastre/store/violation';
import { EMPTY, filterIds, idOrNone, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { CATALOGUES, render } from '../shared/messages/render.ts';
import type { Viewer } from '../shared/viewer.ts';

const violationData = (viewer: Viewer) => ({ detail, tenantId, ...v }: ViolationView): { readonly id: string } => ({
  __typename: 'Violation', ...v, organisationId: tenantId, message: render(viewer.lang, CATALOGUES[viewer.lang].law[v.rule], detail),
} as { readonly id: string });

export const loadViolation = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('violation', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewViolations(q, [...(await violations.byIds(q, [id])).values()]));
  return view === undefined ? undefined : violationData(viewer)(view);
};

export const listViolations = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId' | 'instanceId'>): Promise<object> =>
  listById<ViolationView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<ViolationView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter', instanceId: 'instance' });
    if (by === undefined) return EMPTY;
    const page = await violations.page(q, { ...request, ...by });
    return { ...page, items: await viewViolations(q, page.items) };
  }), items => items.map(violationData(viewer)));
