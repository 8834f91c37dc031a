import { describe, expect, it } from 'vitest';
import type { TenantClass } from '../organisation/model.ts';
import type { LegalScope } from '../project/model.ts';
import { admitsFor, breachesAt, nextChange, requirementsOf } from './index.ts';
import type { SiteLaw } from './index.ts';
import { held, publicSite, year } from './law.fixture.ts';

const scope = (over: Partial<LegalScope> = {}): LegalScope => ({ jurisdictions: [], certifications: [], dataClass: 'ORDINARY', ...over });
const needs = (over: Partial<LegalScope> = {}, tenantClass: TenantClass = 'PUBLIC_BODY', country = 'FR') => requirementsOf(scope(over), tenantClass, country);
/** A lease of the year 2026, unless said otherwise. */
const ask = (site: Partial<SiteLaw>, over: Partial<LegalScope>, lease: readonly [number, number] = [2026, 2027], tenantClass: TenantClass = 'PUBLIC_BODY') => {
  const there = { ...publicSite, ...site };
  const result = admitsFor(there, requirementsOf(scope(over), tenantClass, there.country), year(lease[0]), year(lease[1]));
  return result.ok ? 'ok' : `${result.error.reason} ${String(result.error.params['required'])} ${String(result.error.params['rule'])} ${String(result.error.params['validUntil'] ?? '')}`.trim();
};

describe('what a scope needs of a site', () => {
  it.each([
    { reason: 'health data in France: HDS, by the public health code', asked: needs({ dataClass: 'HEALTH' }), kinds: ['HDS CSP_L1111_8'] },
    { reason: 'health data outside France: what is asked for', asked: needs({ dataClass: 'HEALTH' }, 'PUBLIC_BODY', 'DE'), kinds: [] },
    { reason: 'sensitive public data: SecNumCloud, by the doctrine', asked: needs({ dataClass: 'PUBLIC_SENSITIVE' }), kinds: ['SECNUMCLOUD CLOUD_AU_CENTRE'] },
    { reason: 'asked for and implied is one need, with its source', asked: needs({ dataClass: 'HEALTH', certifications: ['SOC2', 'HDS'] }), kinds: ['HDS CSP_L1111_8', 'SOC2 ASKED'] },
    { reason: 'ordinary data: nothing', asked: needs(), kinds: [] },
  ])('$reason', ({ asked, kinds }) => { expect(asked.certifications.map(n => `${n.kind} ${n.rule}`)).toEqual(kinds); });
});

describe('a site is admitted through the end of the lease', () => {
  it.each([
    { reason: 'EU is met by the law of a member', said: ask({}, { jurisdictions: ['EU'] }), is: 'ok' },
    { reason: 'the law of a member is not met by another member', said: ask({ jurisdiction: 'EU-DE', country: 'DE' }, { jurisdictions: ['EU-FR'] }), is: 'LEGAL_SCOPE EU-FR ASKED' },
    { reason: 'the law of a member is not met by the bloc', said: ask({ jurisdiction: 'EU' }, { jurisdictions: ['EU-FR'] }), is: 'LEGAL_SCOPE EU-FR ASKED' },
    { reason: 'a country is met by a site that stands there', said: ask({}, { jurisdictions: ['DE', 'FR'] }), is: 'ok' },
    { reason: 'a bloc whose name begins alike is another bloc', said: ask({ jurisdiction: 'EUR-FR' }, { jurisdictions: ['EU'] }), is: 'LEGAL_SCOPE EU ASKED' },
    { reason: 'a certification that the site never had', said: ask({}, { certifications: ['SOC2'] }), is: 'LEGAL_SCOPE SOC2 ASKED' },
    { reason: 'an implied one that the site never had, with its source', said: ask({ certifications: [] }, { dataClass: 'HEALTH' }), is: 'LEGAL_SCOPE HDS CSP_L1111_8' },
    { reason: 'valid today, not at the end of the lease', said: ask({}, { dataClass: 'HEALTH' }, [2026, 2029]), is: `CERTIFICATION_EXPIRED HDS CSP_L1111_8 ${year(2028)}` },
    { reason: 'a lease that ends as the certification ends', said: ask({}, { dataClass: 'HEALTH' }, [2026, 2028]), is: 'ok' },
    { reason: 'lapsed before the lease begins', said: ask({}, { dataClass: 'HEALTH' }, [2029, 2030]), is: `CERTIFICATION_EXPIRED HDS CSP_L1111_8 ${year(2028)}` },
    { reason: 'not begun yet', said: ask({ certifications: [held('HDS', 2027, 2030)] }, { dataClass: 'HEALTH' }), is: 'CERTIFICATION_EXPIRED HDS CSP_L1111_8 none' },
    { reason: 'two that follow one another', said: ask({ certifications: [held('HDS', 2028, 2031), held('HDS', 2025, 2028)] }, { dataClass: 'HEALTH' }, [2026, 2030]), is: 'ok' },
    { reason: 'two with a year between them', said: ask({ certifications: [held('HDS', 2025, 2027), held('HDS', 2028, 2031)] }, { dataClass: 'HEALTH' }, [2026, 2030]), is: `CERTIFICATION_EXPIRED HDS CSP_L1111_8 ${year(2027)}` },
    { reason: 'one of another kind closes no gap', said: ask({ certifications: [held('HDS', 2025, 2027), held('SOC2', 2025, 2031)] }, { dataClass: 'HEALTH' }, [2026, 2030]), is: `CERTIFICATION_EXPIRED HDS CSP_L1111_8 ${year(2027)}` },
    { reason: 'a private organisation at a site for public bodies', said: ask({}, {}, [2026, 2027], 'PRIVATE'), is: 'TENANT_CLASS PRIVATE ASKED' },
    { reason: 'the law is refused before the class', said: ask({}, { jurisdictions: ['CH'] }, [2026, 2027], 'PRIVATE'), is: 'LEGAL_SCOPE CH ASKED' },
  ])('$reason', ({ said, is }) => { expect(said).toBe(is); });
});

it('all that is wrong at an instant, in the order of the checks', () => {
  const found = breachesAt(publicSite, needs({ jurisdictions: ['CH'], certifications: ['SOC2', 'HDS'] }, 'PRIVATE'), year(2028));
  expect(found.map(r => `${r.reason} ${String(r.params['what'])}`)).toEqual(['LEGAL_SCOPE JURISDICTION', 'LEGAL_SCOPE CERTIFICATION', 'CERTIFICATION_EXPIRED CERTIFICATION', 'TENANT_CLASS TENANT_CLASS']);
});

it.each([
  { reason: 'the next beginning or end', at: 2026, next: year(2027) },
  { reason: 'not the one that happens now', at: 2027, next: year(2028) },
  { reason: 'nothing more happens', at: 2030, next: undefined },
])('what a site is stays until $reason', ({ at, next }) => { expect(nextChange([held('HDS', 2025, 2028), held('SOC2', 2027, 2030)], year(at))).toBe(next); });
