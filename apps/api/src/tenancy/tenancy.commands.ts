import { problem } from '@cadastre/domain/core';
import { tenancyOf } from '@cadastre/domain/law';
import { recordAudit } from '@cadastre/store/commit';
import * as datacenters from '@cadastre/store/datacenter';
import { viewDatacenters } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as tenancy from '@cadastre/store/tenancy';
import type { QueryTenancyReportArgs } from '../generated/provider.ts';
import { idOrNone } from '../shared/input.ts';
import { problemData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

/** Open to every role of the provider's door: ids, codes and classes, nothing of what a tenant does. Who reads it is written down before anything is shown. */
export const tenancyReport = async (viewer: Viewer, asked: QueryTenancyReportArgs): Promise<object> => {
  const { to, from, datacenterId } = asked;
  if (to <= from) return problemData(viewer.lang, problem('INTERVAL_REVERSED', { field: 'to', from, to }, { path: ['to'] }));
  const report = await viewer.door.store.read(viewer.scope, q => reportOf(viewer, q, asked));
  if (report === undefined) return problemData(viewer.lang, problem('NOT_FOUND', { noun: 'datacenter', id: datacenterId.slice(0, 80) }, { path: ['datacenterId'] }));
  await recordAudit(viewer.door.store, viewer.act('tenancyReport', 'tenancyReport: every role'), [
    { type: 'tenancy.report.read', phase: 'read', outcome: 'success', target: { kind: 'datacenter', id: report.datacenter.id }, numbers: { from, to } },
  ], viewer.scope);
  return report;
};

const reportOf = async (viewer: Viewer, q: Reader, { datacenterId, from, to }: QueryTenancyReportArgs) => {
  const id = idOrNone('datacenter', datacenterId);
  const [datacenter] = id === undefined ? [] : await viewDatacenters(q, [...(await datacenters.byIds(q, [id])).values()]);
  if (datacenter === undefined) return undefined;
  const { regionId } = datacenter;
  const [held, range] = await Promise.all([tenancy.ofDatacenter(q, { regionId, datacenterId: datacenter.id, from, to }), tenancy.ledgerRange(q, regionId, to)]);
  return {
    __typename: 'TenancyReport', datacenter, from, to, admittedTenantClasses: datacenter.admittedTenantClasses, ...tenancyOf(held, datacenter.admittedTenantClasses),
    ledgerFirstIndex: range?.firstIndex, ledgerLastIndex: range?.lastIndex, at: viewer.door.clock.now(),
  };
};
