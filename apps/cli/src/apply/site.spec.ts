import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseProgramme, type Programme } from './file.ts';

const programme = (name: string): Programme => {
  const parsed = parseProgramme(readFileSync(new URL(`../../../../examples/programmes/${name}.yaml`, import.meta.url), 'utf8'), 'en');
  if ('faults' in parsed) throw new Error(parsed.faults.join('\n'));
  return parsed.programme;
};
const sitesOf = (p: Programme) => p.regions.flatMap(r => r.datacenters);

describe('Occitanie', () => {
  const p = programme('occitanie');
  test('has two candidates, and pretends about neither: planned sites, candidate racks, no machine', () => {
    expect(sitesOf(p).map(d => [d.code, d.status, [...new Set(d.halls.flatMap(h => h.racks.map(r => r.state)))], d.clusters.length])).toEqual([['toulouse-1', 'PLANNED', ['CANDIDATE'], 0], ['montpellier-1', 'PLANNED', ['CANDIDATE'], 0]]);
  });
  test('four petaflops are one machine, to the precision that was published', () => { expect(Math.round((p.shapes[0]?.peakFp16Tflops ?? 0) / 1_000)).toBe(4); });
});

describe('Neoclyde', () => {
  const [site] = sitesOf(programme('neoclyde'));
  const racks = site?.halls.flatMap(h => h.racks.flatMap(r => r.names.map(name => ({ ...r, name })))) ?? [];
  test('has twelve racks of 12 kW behind rear doors, each with two feeds', () => {
    expect([racks.length, new Set(racks.map(r => r.name)).size, racks.every(r => r.maxPowerW === 12_000 && r.coolingKind === 'REAR_DOOR' && r.feedA === 'BUS-A' && r.feedB === 'BUS-B')]).toEqual([12, 12, true]);
  });
  test('has power for all of them, on either side alone', () => {
    const watts = racks.reduce((w, r) => w + r.maxPowerW, 0);
    expect(site?.powerNodes.filter(n => n.side !== 'NONE').every(n => (n.capacityW * (100 - (n.deratingPct ?? 0))) / 100 >= watts)).toBe(true);
    expect((site?.phases ?? []).filter(f => f.state === 'ENERGISED').every(f => f.contractedW >= (watts * (site?.pueMilli ?? 0)) / 1_000)).toBe(true);
  });
  test('has dark fibre, and two carriers around the table', () => {
    expect([site?.links.some(l => l.kind === 'DARK_FIBRE'), new Set(site?.links.map(l => l.carrier)).size]).toEqual([true, 2]);
  });
});

test.each(['valence', 'fabrique-ia', 'datalab-normandie', 'occitanie', 'neoclyde'])('%s: whatever is not published is marked, down to each link and each line of a rota', name => {
  const p = programme(name);
  const unmarked = [...p.carriers, ...p.shapes.map(x => ({ ...x, name: x.code })), ...p.regions.flatMap(r => r.certifications.map(c => ({ ...c, name: c.kind }))), ...sitesOf(p).flatMap(d => [...d.links, ...d.staff, ...(d.phases ?? []), ...d.powerNodes, ...d.halls.flatMap(h => [h, ...h.racks.map(r => ({ ...r, name: r.names.join() }))])])].filter(o => (o.assumed ?? []).length === 0);
  expect(unmarked.map(o => o.name)).toEqual([]);
  // A quota has no list of what is assumed: its name says it.
  expect(p.regions.flatMap(r => r.quotas).filter(q => !/supposée/.test(q.name)).map(q => q.name)).toEqual([]);
  expect(sitesOf(p).flatMap(d => d.halls.flatMap(h => h.racks)).every(r => r.machines?.simulated ?? true)).toBe(true);
});
