import { describe, expect, it } from 'vitest';
import type { LegalScope } from './model.ts';
import { tightenScope } from './tighten.ts';

const scope = (over: Partial<LegalScope> = {}): LegalScope => ({ jurisdictions: [], certifications: [], dataClass: 'ORDINARY', ...over });

describe('an order tightens the scope of its project', () => {
  it.each([
    { reason: 'an order that says nothing has the project\'s', project: scope({ jurisdictions: ['EU'] }), order: undefined, is: scope({ jurisdictions: ['EU'] }) },
    { reason: 'certifications add up', project: scope({ certifications: ['SOC2'] }), order: scope({ certifications: ['HDS', 'SOC2'] }), is: scope({ certifications: ['HDS', 'SOC2'] }) },
    { reason: 'a member of the bloc is narrower than the bloc', project: scope({ jurisdictions: ['EU'] }), order: scope({ jurisdictions: ['EU-FR', 'CH'] }), is: scope({ jurisdictions: ['EU-FR'] }) },
    { reason: 'the bloc does not widen a member', project: scope({ jurisdictions: ['EU-FR'] }), order: scope({ jurisdictions: ['EU'] }), is: scope({ jurisdictions: ['EU-FR'] }) },
    { reason: 'a list where the project has none', project: scope(), order: scope({ jurisdictions: ['CH'] }), is: scope({ jurisdictions: ['CH'] }) },
    { reason: 'a laxer class of data stays what the project has', project: scope({ dataClass: 'HEALTH' }), order: scope(), is: scope({ dataClass: 'HEALTH' }) },
    { reason: 'a stricter class of data', project: scope(), order: scope({ dataClass: 'PUBLIC_SENSITIVE' }), is: scope({ dataClass: 'PUBLIC_SENSITIVE' }) },
    { reason: 'of two classes neither is forgotten', project: scope({ dataClass: 'PUBLIC_SENSITIVE' }), order: scope({ dataClass: 'HEALTH' }), is: scope({ dataClass: 'HEALTH', certifications: ['SECNUMCLOUD'] }) },
  ])('$reason', ({ project, order, is }) => { expect(tightenScope(project, order)).toEqual({ ok: true, value: is }); });

  it.each([
    { reason: 'two laws that no site is under', project: ['EU-FR'], order: ['CH', 'US'] },
    { reason: 'a country and a law are not compared', project: ['EU'], order: ['FR'] },
  ])('a contradiction is refused: $reason', ({ project, order }) => {
    const tight = tightenScope(scope({ jurisdictions: project }), scope({ jurisdictions: order }));
    expect(tight.ok ? tight.value : { code: tight.error.code, params: tight.error.params }).toEqual({ code: 'LEGAL_SCOPE_CONTRADICTORY', params: { field: 'jurisdictions', project, order } });
  });
});
