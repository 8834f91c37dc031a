import { describe, expect, it } from 'vitest';
import type { DatacenterId, InstanceId, OrganisationId, ViolationId } from '../core/index.ts';
import { countingIds } from '../datacenter/site.fixture.ts';
import type { SiteLaw } from '../law/index.ts';
import { held, publicSite, year } from '../law/law.fixture.ts';
import { factsOfStep } from './facts.ts';
import type { Bound, Lasting } from './plan.ts';
import { nextLook, planViolations } from './plan.ts';

const PLACE = 'datacenter_d' as DatacenterId;
const bound = (n: number, over: Partial<Bound> = {}): Bound => ({
  id: `instance_${String(n)}` as InstanceId, tenantId: 'organisation_h' as OrganisationId, tenantClass: 'PUBLIC_BODY', datacenterId: PLACE, since: year(2026),
  legalScope: { jurisdictions: ['EU'], certifications: [], dataClass: 'HEALTH' }, ...over,
});
const lasting = (n: number, over: Partial<Lasting> = {}): Lasting => ({
  id: `violation_${String(n)}` as ViolationId, tenantId: 'organisation_h' as OrganisationId, instanceId: `instance_${String(n)}` as InstanceId, datacenterId: PLACE,
  rule: 'CERTIFICATION_EXPIRED', certification: 'HDS', since: year(2028), detail: {}, ...over,
});
const snapshot = (now: string, instances: readonly Bound[], open: readonly Lasting[] = [], site: Partial<SiteLaw> = {}) =>
  ({ now, instances, lasting: open, sites: new Map([[PLACE, { ...publicSite, ...site }]]) });
/** What the plan does, a word a violation. */
const plan = (...of: Parameters<typeof snapshot>) => planViolations(snapshot(...of), countingIds()).steps.flatMap(s =>
  s.violations.map(v => `${s.do} ${v.instanceId} ${v.rule} ${v.certification ?? '-'} ${v.since.slice(0, 10)}${v.endedAt === undefined ? '' : ` to ${v.endedAt.slice(0, 10)}`}`));

describe('violations follow the law', () => {
  it.each([
    { reason: 'the certification holds', steps: plan(year(2027), [bound(1)]), is: [] },
    { reason: 'it lapses: at its instant, on what needs it alone', steps: plan(year(2028), [bound(1), bound(2, { legalScope: { jurisdictions: [], certifications: [], dataClass: 'ORDINARY' } })]), is: ['open instance_1 CERTIFICATION_EXPIRED HDS 2028-01-01'] },
    { reason: 'found late, it began when it lapsed', steps: plan(year(2029), [bound(1)]), is: ['open instance_1 CERTIFICATION_EXPIRED HDS 2028-01-01'] },
    { reason: 'no violation is older than its instance', steps: plan(year(2030), [bound(1, { since: year(2029) })]), is: ['open instance_1 CERTIFICATION_EXPIRED HDS 2029-01-01'] },
    { reason: 'one that is known is not opened again', steps: plan(year(2029), [bound(1)], [lasting(1)]), is: [] },
    { reason: 'renewed after a gap, it ended when the new one began', steps: plan(year(2030), [bound(1)], [lasting(1)], { certifications: [held('HDS', 2025, 2028), held('HDS', 2029, 2032)] }), is: ['end instance_1 CERTIFICATION_EXPIRED HDS 2028-01-01 to 2029-01-01'] },
    { reason: 'a corrected date ends it now', steps: plan(year(2029), [bound(1)], [lasting(1)], { certifications: [held('HDS', 2025, 2031)] }), is: ['end instance_1 CERTIFICATION_EXPIRED HDS 2028-01-01 to 2029-01-01'] },
    { reason: 'released, it ended with the instance', steps: plan(year(2030), [], [lasting(1, { releasedAt: year(2029) })]), is: ['end instance_1 CERTIFICATION_EXPIRED HDS 2028-01-01 to 2029-01-01'] },
    { reason: 'a kind that was never there is another rule', steps: plan(year(2027), [bound(1)], [], { certifications: [] }), is: ['open instance_1 LEGAL_SCOPE HDS 2027-01-01'] },
    { reason: 'a class that is not admitted', steps: plan(year(2027), [bound(1, { tenantClass: 'PRIVATE' })]), is: ['open instance_1 TENANT_CLASS - 2027-01-01'] },
  ])('$reason', ({ steps, is }) => { expect(steps).toEqual(is); });

  it('a step holds the rows of one tenant, and not more than a transaction bears', () => {
    const instances = Array.from({ length: 250 }, (_, n) => bound(n, n < 3 ? { tenantId: 'organisation_a' as OrganisationId } : {}));
    const { steps } = planViolations(snapshot(year(2028), instances), countingIds());
    expect(steps.map(s => `${s.do} ${s.tenantId} ${String(s.violations.length)}`)).toEqual(['open organisation_a 3', 'open organisation_h 200', 'open organisation_h 47']);
  });

  it('the next look is due at the lapse, not when a timer comes by', () => {
    expect([nextLook(snapshot(year(2027), [bound(1)])), nextLook(snapshot(year(2028), [bound(1)]))]).toEqual([year(2028), undefined]);
  });

  it('the tenant is told, and the audit log dates it', () => {
    const [step] = planViolations(snapshot(year(2029), [bound(1)]), countingIds()).steps;
    if (step === undefined) throw new Error('nothing was planned');
    const { events, audit } = factsOfStep(step, 'fr-valence');
    expect(events).toEqual([{ noun: 'violation', objectId: 'violation_1', verb: 'opened', regionCode: 'fr-valence', tenantId: 'organisation_h' }]);
    expect(audit[0]).toMatchObject({ type: 'law.violation.open', reason: 'CERTIFICATION_EXPIRED', tenant: 'organisation_h', numbers: { since: year(2028), certification: 'HDS' } });
  });
});
