import { readFileSync } from 'node:fs';
import type { ComparisonInput, Marked, SiteFacts, WorkloadYear } from '@cadastre/domain/comparison';
import { assumedIn, wattsOf } from '@cadastre/domain/comparison';
import type { CarrierId, DatacenterId, LinkId, StaffId } from '@cadastre/domain/core';
import type { Link } from '@cadastre/domain/link';
import type { StaffCoverage } from '@cadastre/domain/staff';
import { parse } from 'yaml';

const read = (file: string): unknown => parse(readFileSync(new URL(`../../../../examples/programmes/${file}`, import.meta.url), 'utf8'));

type Declared<T, K extends string> = Omit<T, K | 'id' | 'datacenterId' | 'generation'>;
interface Site extends Pick<SiteFacts, 'code' | 'name' | 'pueMilli'> {
  readonly admittedTenantClasses: SiteFacts['law']['tenantClasses'];
  readonly phases: (SiteFacts['phases'][number] & Marked)[];
  readonly staff: Declared<StaffCoverage, never>[];
  readonly links: (Declared<Link, 'carrierId' | 'toDatacenterId'> & { readonly carrier: string; readonly toDatacenter?: string })[];
  readonly assumed: readonly string[];
}
interface Programme {
  readonly shapes: readonly { readonly code: string; readonly gpus: number; readonly maxW: number }[];
  readonly regions: readonly { readonly country: string; readonly jurisdiction: string; readonly datacenters: readonly Site[] }[];
}
interface Question {
  readonly currency: string;
  readonly workload: Omit<ComparisonInput['workload'], 'years'> & { readonly shape: string; readonly years: readonly (Omit<WorkloadYear, 'itW'> & { readonly gpus: number })[] };
  readonly weights: Readonly<Record<string, number>>;
  readonly sites: readonly (SiteFacts['assumptions'] & { readonly datacenter: string })[];
}

/** The two example files as one question, without a database between them: what the door would load after `apply`. */
export const occitanie = (): ComparisonInput => {
  const [programme, question] = [read('occitanie.yaml') as Programme, read('occitanie.workload.yaml') as Question];
  const { shape: code, years, ...workload } = question.workload;
  const shape = programme.shapes.find(s => s.code === code);
  const [region] = programme.regions;
  if (shape === undefined || region === undefined) throw new Error('the examples name no shape or no region');
  const sites = region.datacenters.map((d): SiteFacts => {
    const assumptions = question.sites.find(s => s.datacenter.endsWith(`/${d.code}`));
    if (assumptions === undefined) throw new Error(`nothing is assumed about ${d.code}`);
    const { datacenter: _, ...assumed } = assumptions;
    return {
      datacenterId: `datacenter_${d.code}` as DatacenterId, code: d.code, name: d.name, pueMilli: d.pueMilli, phases: d.phases, usedItW: 0, assumptions: assumed,
      law: { country: region.country, jurisdiction: region.jurisdiction, tenantClasses: d.admittedTenantClasses, certifications: [] },
      staff: d.staff.map(c => ({ ...c, id: `staff_${c.name}` as StaffId, datacenterId: d.code as DatacenterId, generation: 1 })),
      links: d.links.map(({ carrier, toDatacenter, ...l }) => ({
        ...l, id: `link_${l.name}` as LinkId, datacenterId: d.code as DatacenterId, carrierId: carrier as CarrierId, generation: 1, ...(toDatacenter === undefined ? {} : { toDatacenterId: toDatacenter as DatacenterId }),
      })),
      assumed: [
        ...assumedIn('site', [{ name: d.code, assumed: d.assumed }]), ...assumedIn('links', d.links), ...assumedIn('staff', d.staff), ...assumedIn('phases', d.phases),
      ],
    };
  });
  return {
    currency: question.currency, sites, workload: { ...workload, years: years.map(y => ({ ...y, itW: wattsOf(y.gpus, shape) })) },
    weights: Object.fromEntries(Object.entries(question.weights).map(([k, v]) => [k.toUpperCase(), v])) as ComparisonInput['weights'],
  };
};
