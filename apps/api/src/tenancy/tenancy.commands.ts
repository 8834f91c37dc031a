import { problem } from '@cadastre/domain/core';
import { tenancyOf } from '@cadastre/domain/law';
import * as datacenters from '@cadastre/store/datacenter';
import { viewDatacenters } from '@cadastre/store/place';
import * as tenancy from '@cadastre/store/tenancy';
import type { QueryTenancyReportArgs } from '../generated/provider.ts';
import { idOrNone } from '../shared/input.ts';
import { problemData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Open to every role of the provider's door: ids, codes and classes, nothing of what a tenant does. */
export const tenancyReport = (viewer: Viewer, { datacenterId, from, to }: QueryTenancyReportArgs): Promise<object> =>
  viewer.door.store.read(viewer.scope, async q => {
    if (to <= from) return problemData(viewer.lang, problem('INTERVAL_REVERSED', { field: 'to', from, to }, { path: ['to'] }));
    const id = idOrNone('datacenter', datacenterId);
    const [datacenter] = id === undefined ? [] : await viewDatacenters(q, [...(await datacenters.byIds(q, [id])).values()]);
    if (datacenter === undefined) return problemData(viewer.lang, problem('NOT_FOUND', { noun: 'datacenter', id: datacenterId.slice(0, 80) }, { path: ['datacenterId'] }));
    const { regionId } = datacenter;
    const [held, range] = await Promise.all([tenancy.ofDatacenter(q, { regionId, datacenterId: datacenter.id, from, to }), tenancy.ledgerRange(q, regionId, to)]);
    return {
      __typename: 'TenancyReport', datacenter, from, to, admittedTenantClasses: datacenter.admittedTenantClasses, ...tenancyOf(held, datacenter.admittedTenantClasses),
      ledgerFirstIndex: range?.firstIndex, ledgerLastIndex: range?.lastIndex, at: viewer.door.clock.now(),
    };
  });
