import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TENANT_CLASSES } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';
import { DATA_CLASSES, tightenScope } from '../project/index.ts';
import { admitsFor, requirementsOf, uncovered } from './index.ts';
import type { Held, SiteLaw } from './index.ts';

const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };
const KINDS = ['HDS', 'SECNUMCLOUD', 'SOC2'];
const month = (n: number) => `2026-${String(n + 1).padStart(2, '0')}-01T00:00:00.000Z`;

const interval = fc.tuple(fc.nat(11), fc.nat(11)).filter(([a, b]) => a < b);
const certification = fc.record({ kind: fc.constantFrom(...KINDS), at: interval }).map(({ kind, at: [from, to] }): Held => ({ kind, from: month(from), to: month(to) }));
const site = fc.record({
  country: fc.constantFrom('FR', 'DE', 'CH'), jurisdiction: fc.constantFrom('EU-FR', 'EU-DE', 'CH', 'US', 'EU'),
  tenantClasses: fc.subarray([...TENANT_CLASSES], { minLength: 1 }), certifications: fc.array(certification, { maxLength: 6 }),
});
const scope: fc.Arbitrary<LegalScope> = fc.record({
  jurisdictions: fc.subarray(['EU', 'EU-FR', 'EU-DE', 'FR', 'CH']), certifications: fc.subarray(KINDS), dataClass: fc.constantFrom(...DATA_CLASSES),
});
const admits = (s: SiteLaw, scoped: LegalScope, tenantClass: (typeof TENANT_CLASSES)[number], [from, to]: readonly [number, number]): boolean =>
  admitsFor(s, requirementsOf(scoped, tenantClass, s.country), month(from), month(to)).ok;

test('a site that the tightened scope admits is admitted by the project and by the order', () => {
  fc.assert(fc.property(site, scope, scope, fc.constantFrom(...TENANT_CLASSES), interval, (s, project, order, tenantClass, lease) => {
    const tight = tightenScope(project, order);
    if (!tight.ok || !admits(s, tight.value, tenantClass, lease)) return;
    expect([admits(s, project, tenantClass, lease), admits(s, order, tenantClass, lease)]).toEqual([true, true]);
  }), RUNS);
});

test('a stricter scope never admits more: another certification, a narrower jurisdiction, a longer lease', () => {
  fc.assert(fc.property(site, scope, fc.constantFrom(...KINDS), fc.constantFrom(...TENANT_CLASSES), interval, (s, loose, kind, tenantClass, [from, to]) => {
    const stricter = [
      admits(s, { ...loose, certifications: [...loose.certifications, kind] }, tenantClass, [from, to]),
      loose.jurisdictions.length > 1 && admits(s, { ...loose, jurisdictions: loose.jurisdictions.slice(1) }, tenantClass, [from, to]),
      to < 11 && admits(s, loose, tenantClass, [from, to + 1]),
    ];
    if (!admits(s, loose, tenantClass, [from, to])) expect(stricter).toEqual([false, false, false]);
  }), RUNS);
});

test('the first uncovered instant is the first month that no certification of the kind covers', () => {
  fc.assert(fc.property(fc.array(certification, { maxLength: 6 }), interval, (list, [from, to]) => {
    const months = Array.from({ length: to - from }, (_, n) => month(from + n));
    expect(uncovered(list, 'HDS', month(from), month(to))).toBe(months.find(m => !list.some(c => c.kind === 'HDS' && c.from <= m && m < c.to)));
  }), RUNS);
});
