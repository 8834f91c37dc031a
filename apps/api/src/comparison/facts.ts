import { assumedIn, type SiteFacts } from '@cadastre/domain/comparison';
import type { DatacenterId } from '@cadastre/domain/core';
import * as certifications from '@cadastre/store/certification';
import * as datacenters from '@cadastre/store/datacenter';
import * as links from '@cadastre/store/link';
import { viewDatacenters, type DatacenterView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as phases from '@cadastre/store/powerphase';
import * as racks from '@cadastre/store/rack';
import * as staff from '@cadastre/store/staff';

export type FoundSite = Omit<SiteFacts, 'assumptions'> & { readonly view: DatacenterView };

/** What is declared of each datacenter that is there, in the order asked for: what the comparison reads, and no more. */
export const factsOf = async (q: Reader, ids: readonly DatacenterId[]): Promise<readonly FoundSite[]> => {
  const views = await viewDatacenters(q, [...(await datacenters.byIds(q, ids)).values()]);
  const [allLinks, rota, held] = await Promise.all([
    links.ofDatacenters(q, ids), staff.ofDatacenters(q, ids), Promise.all([...new Set(views.map(v => v.regionId))].map(r => certifications.ofRegion(q, r))).then(lists => lists.flat()),
  ]);
  return await Promise.all(views.map(async (view): Promise<FoundSite> => {
    const [calendar, draws] = await Promise.all([phases.ofDatacenter(q, view.id), racks.draws(q, view.id)]);
    const mine = <T extends { readonly datacenterId: DatacenterId }>(list: readonly T[]): readonly T[] => list.filter(o => o.datacenterId === view.id);
    const lawful = held.filter(c => (c.datacenterId === undefined ? c.regionId === view.regionId : c.datacenterId === view.id));
    return {
      view, datacenterId: view.id, code: view.code, name: view.name, pueMilli: view.pueMilli, phases: calendar, usedItW: draws.reduce((w, d) => w + d.usedW, 0),
      links: mine(allLinks), staff: mine(rota),
      law: { country: view.region.country, jurisdiction: view.region.jurisdiction, tenantClasses: view.admittedTenantClasses, certifications: lawful },
      assumed: [
        ...assumedIn('site', [{ name: view.code, assumed: view.assumed }]), ...assumedIn('links', mine(allLinks)), ...assumedIn('staff', mine(rota)), ...assumedIn('phases', calendar),
        ...assumedIn('certifications', lawful.map(c => ({ name: c.kind, assumed: c.assumed }))),
      ],
    };
  }));
};
