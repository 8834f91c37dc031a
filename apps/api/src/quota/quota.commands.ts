import type { OrganisationId, QuotaId } from '@cadastre/domain/core';
import { ok } from '@cadastre/domain/core';
import { decideGrantQuota, type GrantQuota, type Quota } from '@cadastre/domain/quota';
import * as organisations from '@cadastre/store/organisation';
import type { Reader } from '@cadastre/store/pool';
import * as quotas from '@cadastre/store/quota';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import type { Page, Stored } from '@cadastre/store/sql';
import type { GrantQuotaInput } from '../generated/provider.ts';
import { created, EMPTY, filterIds, idOrNone, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const GRANT: Policy = { operation: 'grantQuota', roles: ['OPERATOR'] };

interface Around {
  readonly regions: Awaited<ReturnType<typeof regions.byIds>>;
  readonly used: Awaited<ReturnType<typeof quotas.usedBy>>;
  readonly codes: Awaited<ReturnType<typeof quotas.projectCodes>>;
  readonly parents: Awaited<ReturnType<typeof quotas.byIds>>;
  readonly owners: Awaited<ReturnType<typeof organisations.byIds>>;
}
/** What stands around nodes, one statement a floor. A tenant's schema has neither parents nor owners, and its rows no cohort. */
const around = async (viewer: Viewer, q: Reader, list: readonly Stored<Quota>[]): Promise<Around> => {
  const some = <T>(values: readonly (T | undefined)[]): readonly T[] => values.filter(v => v !== undefined);
  const above: readonly QuotaId[] = viewer.door.name === 'provider' ? some(list.map(x => x.parentId)) : [];
  const tenants: readonly OrganisationId[] = viewer.door.name === 'provider' ? some(list.map(x => x.tenantId)) : [];
  const [regionsOf, used, codes, parents, owners] = await Promise.all([
    regions.byIds(q, list.map(x => x.regionId)), quotas.usedBy(q, list), quotas.projectCodes(q, some(list.map(x => x.projectId))), quotas.byIds(q, above), organisations.byIds(q, tenants),
  ]);
  return { regions: regionsOf, used, codes, parents, owners };
};

const quotaData = (x: Stored<Quota>, a: Around): { readonly id: QuotaId } => ({
  ...x, __typename: 'Quota', region: a.regions.get(x.regionId), used: [...(a.used.get(x.id) ?? [])].map(([dimension, amount]) => ({ dimension, amount })),
  project: x.projectId === undefined ? null : a.codes.get(x.projectId), parent: x.parentId === undefined ? null : (a.parents.get(x.parentId)?.name ?? null),
  organisation: x.tenantId === undefined ? null : (a.owners.get(x.tenantId) ?? null),
}) as { readonly id: QuotaId };

export const loadQuota = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('quota', text);
  if (id === undefined) return undefined;
  return await viewer.door.store.read(viewer.scope, async q => {
    const found = await quotas.get(q, id);
    return found === undefined ? undefined : quotaData(found, await around(viewer, q, [found]));
  });
};

export const listQuotas = (viewer: Viewer, args: ListArgs, filter: Filter<'regionId'>): Promise<object> =>
  listById<{ readonly id: QuotaId }>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<{ readonly id: QuotaId }>> => {
    const by = filterIds(filter, { regionId: 'region' });
    if (by === undefined) return EMPTY;
    const page = await quotas.page(q, { ...request, ...by });
    const a = await around(viewer, q, page.items);
    return { ...page, items: page.items.map(x => quotaData(x, a)) };
  }), items => items);

export const grantQuota = (viewer: Viewer, input: GrantQuotaInput): Promise<object> =>
  mutate<QuotaId>(viewer, {
    policy: GRANT, type: 'tenancy.quota.grant', target: { kind: 'quota', id: input.name, parent: input.regionId }, input,
    decide: async q => {
      const wanted = created<GrantQuota>({ ...input, limits: (input.limits ?? []).map(withoutNulls) }, { regionId: 'region' });
      if (!wanted.ok) return wanted;
      const { regionId, organisation, project } = wanted.value;
      const [region, all, owner, allShapes] = await Promise.all([regions.get(q, regionId), quotas.ofRegion(q, regionId), quotas.namedOwner(q, organisation, project), shapes.list(q)]);
      const decided = decideGrantQuota(wanted.value, { regionCode: region?.code, quotas: all, ...owner, shapeCodes: allShapes.map(s => s.code) }, viewer.door);
      if (!decided.ok) return decided;
      const { kind, decision } = decided.value;
      const write = kind === 'create' ? quotas.insert(decision.next) : quotas.update(decision.next.id, decision.changes, decision);
      return ok({ writes: [write], events: decision.events, audit: decision.audit, answer: decision.next.id });
    },
    accept: async id => ({ __typename: 'QuotaAccepted', quota: await loadQuota(viewer, id) }),
  });

const withoutNulls = (limit: object): object => Object.fromEntries(Object.entries(limit).filter(([, v]) => v !== null));
