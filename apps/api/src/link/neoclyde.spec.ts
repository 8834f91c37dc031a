import { readFileSync } from 'node:fs';
import type { CarrierId, DatacenterId, PowerNodeId, RackId } from '@cadastre/domain/core';
import { resilienceOf, type Link } from '@cadastre/domain/link';
import { loadsOf, overloads, treeOf, usableW, type Draw, type PowerNode } from '@cadastre/domain/powernode';
import { contractAt, facilityW, type PhaseTerms } from '@cadastre/domain/powerphase';
import { worstResponseMinutes, type StaffCoverage } from '@cadastre/domain/staff';
import { golden } from '@cadastre/testing/golden';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

interface RackGroup {
  readonly names: readonly string[];
  readonly maxPowerW: number;
  readonly coolingKind: string;
  readonly feedA: string;
  readonly feedB: string;
  readonly state: string;
}
interface Site {
  readonly name: string;
  readonly commune: string;
  readonly pueMilli: number;
  readonly powerNodes: readonly (Omit<PowerNode, 'id' | 'parentId' | 'deratingPct'> & { readonly parent?: string; readonly deratingPct?: number })[];
  readonly phases: readonly PhaseTerms[];
  readonly halls: readonly { readonly racks: readonly RackGroup[] }[];
  readonly staff: readonly StaffCoverage[];
  readonly links: readonly (Pick<Link, 'name' | 'kind' | 'capacityMbps' | 'monthlyPriceMinor'> & { readonly carrier: string; readonly toDatacenter?: string; readonly toName: string })[];
}

const { regions } = parse(readFileSync(new URL('../../../../examples/programmes/neoclyde.yaml', import.meta.url), 'utf8')) as { readonly regions: readonly { readonly datacenters: readonly Site[] }[] };
const [site] = regions.flatMap(r => r.datacenters);
if (site === undefined) throw new Error('the example declares a site');

const tree = treeOf(site.powerNodes.map(({ parent, ...n }) => ({ ...n, deratingPct: n.deratingPct ?? 0, id: `powernode_${n.name}` as PowerNodeId, datacenterId: 'datacenter_d' as DatacenterId, ...(parent === undefined ? {} : { parentId: `powernode_${parent}` as PowerNodeId }) })));
const racks = site.halls.flatMap(h => h.racks.flatMap(g => g.names.map(name => ({ ...g, name }))));
const full = (list: readonly (RackGroup & { readonly name: string })[]): readonly Draw[] => list.map(r => ({ rackId: `rack_${r.name}` as RackId, name: r.name, feedA: r.feedA, feedB: r.feedB, usedW: r.maxPowerW }));
const links = site.links.map(l => ({ ...l, carrierId: l.carrier as CarrierId, ...(l.toDatacenter === undefined ? {} : { toDatacenterId: l.toDatacenter as DatacenterId }) }));

const kw = (w: number): string => `${(w / 1_000).toFixed(1)} kW`;
const gbit = (mbps: number): string => `${String(mbps / 1_000)} Gbit/s`;
const hours = (minutes: number | undefined): string => (minutes === undefined ? 'nobody comes' : `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`);

const power = (list: readonly (RackGroup & { readonly name: string })[]): readonly string[] => {
  const loads = loadsOf(tree, full(list));
  const over = overloads(tree, full(list), true).map(o => o.node.name);
  return [...loads].map(([id, load]) => {
    const node = tree.byId.get(id);
    if (node === undefined) throw new Error(`a load on no node: ${id}`);
    return `    ${node.name}: ${kw(load.normalW)}, and ${kw(load.afterLossW)} when the other side is lost, of ${kw(usableW(node))}${over.includes(node.name) ? ' - TOO MUCH' : ''}`;
  });
};

const outside = (list: typeof links): string => {
  const { carrierIds, capacityMbps, capacityAfterLossMbps, warnings } = resilienceOf(list);
  return `${gbit(capacityMbps)} over ${carrierIds.join(' and ') || 'nobody'}; ${gbit(capacityAfterLossMbps)} if the bigger one is lost${warnings.map(w => ` - ${w.code}`).join('')}`;
};

it('Besançon: a site of human size, and what it bears', () => {
  const watts = racks.reduce((w, r) => w + r.maxPowerW, 0);
  const opened = '2027-01-01T00:00:00.000Z';
  const [one] = racks;
  if (one === undefined) throw new Error('the example has racks');
  golden('neoclyde', [
    `${site.name}, ${site.commune}`,
    `Racks: ${String(racks.length)} of ${kw(one.maxPowerW)}, ${one.coolingKind}; ${String(racks.filter(r => r.state === 'INSTALLED').length)} installed, ${String(racks.filter(r => r.state === 'PLANNED').length)} planned for the servers that leave their cupboards`,
    `Contract: ${kw(watts)} of IT are ${kw(facilityW(watts, site.pueMilli))} at the meter, of ${kw(contractAt(site.phases, opened))} energised`,
    'All racks full:', ...power(racks),
    'A thirteenth rack:', ...power([...racks, { ...one, name: 'B13' }]),
    `To the outside: ${outside(links)}`,
    ...[...new Set(links.map(l => l.carrier))].map(c => `    without ${c}: ${outside(links.filter(l => l.carrier !== c))}`),
    `    dark fibre: ${links.filter(l => l.kind === 'DARK_FIBRE').map(l => `${l.name}, ${l.toName}`).join('; ')}`,
    `    ${String(links.reduce((sum, l) => sum + l.monthlyPriceMinor, 0) / 100)} EUR a month for all links`,
    `Hands on site at the worst moment of the week: ${hours(worstResponseMinutes(site.staff))}`,
    ...site.staff.map(s => `    without « ${s.name} »: ${hours(worstResponseMinutes(site.staff.filter(o => o !== s)))}`),
  ].join('\n'));
  expect(overloads(tree, full(racks), true)).toEqual([]);
});
