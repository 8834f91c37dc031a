import { describe, expect, test } from 'vitest';
import { compared } from './certifications.ts';
import { parseProgramme } from './file.ts';

const HDS = { kind: 'HDS', holder: 'S', from: '2026-01-01T00:00:00Z', to: '2029-01-01T00:00:00Z' };
const EVIDENCE = { document: 'D', sha256: 'a'.repeat(64) };
const found = [{ id: 'c1', kind: 'HDS', holder: 'S', from: '2026-01-01T00:00:00.000Z', to: '2029-01-01T00:00:00.000Z', evidence: EVIDENCE, assumed: [], generation: 2 }];

describe('a certification of the file against the register', () => {
  test.each([
    ['the same instants, written shorter', { ...HDS, evidence: EVIDENCE }, { kind: 'unchanged' }],
    ['it ends sooner', { ...HDS, to: '2027-01-01T00:00:00Z' }, { kind: 'update', changed: { to: '2027-01-01T00:00:00.000Z' } }],
    ['a renewal is another one', { ...HDS, from: '2029-01-01T00:00:00Z', to: '2032-01-01T00:00:00Z' }, { kind: 'create' }],
    ['another scheme is another one', { ...HDS, kind: 'SOC2' }, { kind: 'create' }],
  ])('%s', (_reason, wanted, diff) => { expect(compared(wanted, found).diff).toEqual(diff); });
});

test('certifications stand under a region and under a datacenter, and an unknown field of one is named', () => {
  const site = '{code: d, name: D, commune: V, buildingOwner: B, admittedTenantClasses: [PUBLIC_BODY], pueMilli: 1200, logLocation: F, adminLocation: F, status: OPEN, certifications: [{kind: HDS, holder: S, from: a, to: b}]}';
  const text = `programme: x\nregions:\n  - {code: a, nameFr: A, nameEn: A, country: FR, jurisdiction: EU-FR, operatorName: S, certifications: [{kind: ISO27001, holder: S, from: a, to: b, assumed: [to]}], datacenters: [${site}]}\n`;
  const parsed = parseProgramme(text, 'en');
  const [region] = 'programme' in parsed ? parsed.programme.regions : [];
  expect([region?.certifications.map(c => c.kind), region?.datacenters[0]?.certifications.map(c => c.kind)]).toEqual([['ISO27001'], ['HDS']]);
  const slip = parseProgramme(text.replace('{kind: HDS, holder', '{kind: HDS, owner: x, holder'), 'en');
  expect('faults' in slip ? slip.faults[0] : '').toContain('unknown field "owner"');
});
