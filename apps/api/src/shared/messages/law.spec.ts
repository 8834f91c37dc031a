import type { LegalScope } from '@cadastre/domain/project';
import { admitsFor, requirementsOf } from '@cadastre/domain/law';
import { describe, expect, it } from 'vitest';
import { CATALOGUES, render } from './render.ts';

const site = { country: 'FR', jurisdiction: 'EU-FR', tenantClasses: ['PUBLIC_BODY'], certifications: [{ kind: 'HDS', from: '2025-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' }] } as const;
const free: LegalScope = { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' };
/** What a refusal says of a lease of the years 2026 and 2027. */
const told = (lang: 'fr' | 'en', scope: Partial<LegalScope>, tenantClass: 'PUBLIC_BODY' | 'PRIVATE' = 'PUBLIC_BODY'): string => {
  const law = admitsFor(site, requirementsOf({ ...free, ...scope }, tenantClass, site.country), '2026-01-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z');
  return law.ok ? 'ok' : render(lang, CATALOGUES[lang].law[law.error.reason], law.error.params);
};

describe('a refusal by the law names what it rests on', () => {
  it.each([
    { reason: 'health data', scope: { dataClass: 'HEALTH' } as const, fr: /HDS.*2027-01-01.*code de la santé publique, article L\.1111-8/, en: /HDS.*2027-01-01.*Code de la santé publique, article L\.1111-8/ },
    { reason: 'sensitive public data', scope: { dataClass: 'PUBLIC_SENSITIVE' } as const, fr: /jamais été certifié SECNUMCLOUD.*doctrine « cloud au centre »/, en: /never certified SECNUMCLOUD.*doctrine “cloud au centre”/ },
    { reason: 'what the order itself asks for', scope: { certifications: ['SOC2'] }, fr: /SOC2, que la commande ou son projet demande$/, en: /SOC2, which the order or its project asks for$/ },
    { reason: 'another law', scope: { jurisdictions: ['CH'] }, fr: /droit de CH ; le site relève de EU-FR \(FR\)$/, en: /law of CH; the site is under EU-FR \(FR\)$/ },
  ])('$reason', ({ scope, fr, en }) => { expect([told('fr', scope), told('en', scope)]).toEqual([expect.stringMatching(fr), expect.stringMatching(en)]); });

  it('a site for public bodies names the class that it refuses and those that it admits', () => {
    expect([told('fr', {}, 'PRIVATE'), told('en', {}, 'PRIVATE')]).toEqual([
      'le site n’admet pas les organisations de classe PRIVATE ; classes admises : PUBLIC_BODY', 'the site does not admit organisations of class PRIVATE; classes admitted: PUBLIC_BODY',
    ]);
  });
});
