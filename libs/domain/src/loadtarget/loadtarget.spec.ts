import fc from 'fast-check';
import { golden } from '@cadastre/testing/golden';
import { describe, expect, it } from 'vitest';
import type { InstanceId, LoadTargetId, OrganisationId } from '../core/index.ts';
import { countingIds, datacenter, inWords } from '../datacenter/site.fixture.ts';
import { TENANT_CLASSES } from '../organisation/model.ts';
import { POOL_PURPOSES } from '../pool/model.ts';
import { DATA_CLASSES, PROJECT_STAGES } from '../project/model.ts';
import { decideApproveLoadTarget, decideCancelLoadTarget, decidePlanLoadTarget, type PlanLoadTarget } from './decide.ts';
import type { LoadTarget, Sheddable, SheddingPlan } from './model.ts';
import { planShedding, SHEDDING_POLICY } from './plan.ts';

const NOW = '2027-01-10T10:00:00.000Z';
const instance = (name: string, over: Partial<Sheddable> = {}): Sheddable => ({
  instanceId: `instance_${name}` as InstanceId, tenantId: 'organisation_1' as OrganisationId, tenantClass: 'PRIVATE', dataClass: 'ORDINARY', stage: 'PILOT', purpose: 'TRAINING', interruptible: false,
  gpus: 8, watts: 100_000, createdAt: '2027-01-01T00:00:00.000Z', ...over,
});
/** PUE 1.2: 100 kW of IT are 120 kW of the site. */
const SITE = { itW: 1_000_000, pueMilli: 1_200 };
const shed = (instances: readonly Sheddable[], targetW: number, includeProduction = false): SheddingPlan => planShedding(SITE, instances, targetW, { ...SHEDDING_POLICY, includeProduction });
const names = (p: SheddingPlan): string => p.steps.map(s => s.instanceId.slice('instance_'.length)).join(' ');

describe('who gives way first', () => {
  const agreed = { interruptible: true };
  const later = { createdAt: '2027-01-09T00:00:00.000Z' };
  const all = 0;
  it.each([
    { reason: 'whoever agreed to', list: [instance('trial', { stage: 'TRIAL' }), instance('agreed', { ...agreed, stage: 'PRODUCTION' })], said: 'agreed trial' },
    { reason: 'among those the most recent, whatever its stage', list: [instance('old', { ...agreed, stage: 'TRIAL' }), instance('new', { ...agreed, ...later, stage: 'PRODUCTION' })], said: 'new old' },
    { reason: 'then trials, pilots, production', list: [instance('prod', { stage: 'PRODUCTION' }), instance('pilot'), instance('trial', { stage: 'TRIAL' })], said: 'trial pilot prod' },
    { reason: 'within a stage training before inference', list: [instance('infer', { purpose: 'INFERENCE' }), instance('mixed', { purpose: 'MIXED' }), instance('train')], said: 'train mixed infer' },
    { reason: 'then the most recent', list: [instance('old'), instance('new', later)], said: 'new old' },
    { reason: 'production of a public body never', list: [instance('hospital', { stage: 'PRODUCTION', tenantClass: 'PUBLIC_BODY' }), instance('pilot')], said: 'pilot' },
    { reason: 'nor production on health data, even if it is interruptible', list: [instance('health', { ...agreed, stage: 'PRODUCTION', dataClass: 'HEALTH' })], said: '' },
    { reason: 'a public body\'s pilot does', list: [instance('town', { tenantClass: 'PUBLIC_BODY' })], said: 'town' },
    { reason: 'whoever draws nothing is left alone: it would not help', list: [instance('idle', { watts: 0 }), instance('busy')], said: 'busy' },
  ])('$reason', ({ list, said }) => { expect(names(shed(list, all))).toBe(said); });

  it('with includeProduction everybody, last', () => {
    expect(names(shed([instance('hospital', { stage: 'PRODUCTION', tenantClass: 'PUBLIC_BODY' }), instance('pilot')], all, true))).toBe('pilot hospital');
  });
});

describe('never more than needed', () => {
  const list = [instance('small', { watts: 10_000, interruptible: true }), instance('large', { watts: 500_000, stage: 'TRIAL' }), instance('prod', { stage: 'PRODUCTION' })];
  it.each([
    { reason: 'the site draws no more than the target', targetW: 1_200_000, said: '', expectedW: 1_200_000, shortfallW: 0 },
    { reason: 'one watt less: the first gives way', targetW: 1_199_999, said: 'small', expectedW: 1_188_000, shortfallW: 0 },
    { reason: 'a large one makes the small one needless', targetW: 1_000_000, said: 'large', expectedW: 600_000, shortfallW: 0 },
    { reason: 'both where both are needed', targetW: 590_000, said: 'small large', expectedW: 588_000, shortfallW: 0 },
    { reason: 'the target cannot be met, and by how much', targetW: 400_000, said: 'small large prod', expectedW: 468_000, shortfallW: 68_000 },
  ])('$reason', ({ targetW, said, expectedW, shortfallW }) => {
    const p = shed(list, targetW);
    expect(names(p)).toBe(said);
    expect(p).toMatchObject({ beforeW: 1_200_000, expectedW, shortfallW });
  });

  const anyInstance = (n: number): fc.Arbitrary<Sheddable> => fc.record({
    tenantClass: fc.constantFrom(...TENANT_CLASSES), dataClass: fc.constantFrom(...DATA_CLASSES), stage: fc.constantFrom(...PROJECT_STAGES), purpose: fc.constantFrom(...POOL_PURPOSES), interruptible: fc.boolean(),
    watts: fc.integer({ min: 0, max: 90_000 }), day: fc.integer({ min: 10, max: 28 }),
  }).map(({ day, ...x }) => instance(String(n), { ...x, createdAt: `2027-01-${String(day)}T00:00:00.000Z` }));
  const anyInstances = fc.integer({ min: 0, max: 10 }).chain(n => fc.tuple(...Array.from({ length: n }, (_, i) => anyInstance(i))));
  const RUNS = { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) };

  it('the target is met or everything that may give way does; no step could be left out; the protected stay', () => {
    fc.assert(fc.property(anyInstances, fc.integer({ min: 0, max: 1_300_000 }), fc.boolean(), (list, targetW, includeProduction) => {
      const p = shed(list, targetW, includeProduction);
      const after = (watts: number): number => Math.ceil(((SITE.itW - watts) * SITE.pueMilli) / 1_000);
      const sum = p.steps.reduce((n, s) => n + s.watts, 0);
      expect([p.expectedW, p.steps.at(-1)?.expectedW ?? p.beforeW]).toEqual([after(sum), after(sum)]);
      const safe = list.filter(i => !includeProduction && i.stage === 'PRODUCTION' && (i.tenantClass === 'PUBLIC_BODY' || i.dataClass === 'HEALTH'));
      expect(p.steps.some(s => safe.some(i => i.instanceId === s.instanceId))).toBe(false);
      if (p.shortfallW > 0) {
        expect(p.shortfallW).toBe(p.expectedW - targetW);
        expect(sum).toBe(list.filter(i => !safe.includes(i)).reduce((n, i) => n + i.watts, 0));
      } else {
        expect(p.expectedW).toBeLessThanOrEqual(targetW);
        for (const s of p.steps) expect(after(sum - s.watts)).toBeGreaterThan(targetW);
      }
    }), RUNS);
  });
  it('the order of the list does not matter', () => {
    fc.assert(fc.property(anyInstances, fc.integer({ min: 0, max: 1_300_000 }), (list, targetW) => { expect(shed(list.toReversed(), targetW)).toEqual(shed(list, targetW)); }), RUNS);
  });
});

it('a winter evening at Valence, as an operator reads it', () => {
  const list = [
    instance('minutes-of-the-region', { tenantClass: 'PUBLIC_BODY', stage: 'PRODUCTION', purpose: 'INFERENCE', watts: 60_000 }), instance('hospital-imaging', { dataClass: 'HEALTH', stage: 'PRODUCTION', watts: 120_000 }),
    instance('night-training-1', { interruptible: true, watts: 90_000 }), instance('night-training-2', { interruptible: true, watts: 90_000, createdAt: '2027-01-08T00:00:00.000Z' }),
    instance('startup-trial', { stage: 'TRIAL', watts: 40_000 }), instance('bank-pilot', { watts: 150_000 }), instance('telecom-serving', { stage: 'PRODUCTION', purpose: 'INFERENCE', watts: 150_000 }),
  ];
  const inText = (title: string, p: SheddingPlan): string => [
    `${title}: ${String(p.beforeW)} W before`,
    ...p.steps.map((s, n) => `  ${String(n + 1)}. ${s.instanceId.slice('instance_'.length)} (${s.why}, ${s.purpose}) gives ${String(s.watts)} W, then the site draws ${String(s.expectedW)} W`),
    `  ${p.shortfallW === 0 ? 'met' : `short by ${String(p.shortfallW)} W`}; spared: ${String(p.spared.instances)} instances, ${String(p.spared.watts)} W`,
  ].join('\n');
  golden('winter-evening', [inText('to 1 MW', shed(list, 1_000_000)), inText('to 850 kW', shed(list, 850_000)), inText('to 500 kW', shed(list, 500_000)), inText('to 500 kW, production included', shed(list, 500_000, true))].join('\n\n'));
});

describe('a load target', () => {
  const input: PlanLoadTarget = { datacenterId: datacenter.id, targetW: 1_000_000, from: '2027-01-10T17:00:00.000Z', to: '2027-01-10T20:00:00.000Z', includeProduction: false };
  const plan = (over: Partial<PlanLoadTarget> = {}, at = NOW) =>
    decidePlanLoadTarget({ ...input, ...over }, { datacenter, regionCode: 'fr-valence', itW: SITE.itW, instances: [instance('a', { watts: 200_000 })] }, { ids: countingIds(), subject: 'olivia', now: at });
  it.each([
    { reason: 'as it should be', result: plan(), said: ['ok'] },
    { reason: 'that has begun already', result: plan({ from: '2027-01-10T09:00:00.000Z' }), said: ['ok'] },
    { reason: 'that ends before it begins', result: plan({ to: input.from }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'that is over', result: plan({}, input.to), said: ['IN_THE_PAST to value=2027-01-10T20:00:00.000Z'] },
    { reason: 'below nothing', result: plan({ targetW: -1 }), said: ['BELOW_MINIMUM targetW value=-1 limit=0'] },
    { reason: 'of no datacenter', result: decidePlanLoadTarget(input, { datacenter: undefined, regionCode: '_', itW: 0, instances: [] }, { ids: countingIds(), subject: 'olivia', now: NOW }), said: ['NOT_FOUND datacenterId'] },
  ])('is planned $reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  const made = plan();
  const proposed = made.ok ? made.value.next : undefined;
  const approve = (subject: string, over: Partial<LoadTarget> = {}, at = NOW, generation = 1) =>
    decideApproveLoadTarget({ id: 'loadtarget_1' as LoadTargetId, generation }, { target: proposed === undefined ? undefined : { ...proposed, ...over }, regionCode: 'fr-valence' }, { subject, now: at });
  it.each([
    { reason: 'by somebody else', result: approve('oscar'), said: ['ok'] },
    { reason: 'by who planned it', result: approve('olivia'), said: ['SAME_PERSON id'] },
    { reason: 'twice', result: approve('oscar', { state: 'APPROVED' }), said: ['WRONG_STATE id expected=PROPOSED'] },
    { reason: 'when it is over', result: approve('oscar', {}, input.to), said: ['IN_THE_PAST to value=2027-01-10T20:00:00.000Z'] },
    { reason: 'as somebody read it before it changed', result: approve('oscar', {}, NOW, 2), said: ['STALE_GENERATION generation asked=2 current=1'] },
    { reason: 'that is not there', result: decideApproveLoadTarget({ id: 'loadtarget_9' as LoadTargetId, generation: 1 }, { target: undefined, regionCode: '_' }, { subject: 'oscar', now: NOW }), said: ['NOT_FOUND id'] },
  ])('is approved $reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('says in the audit log what it would do', () => {
    expect(made.ok && made.value.audit).toMatchObject([{ type: 'dcim.loadtarget.plan', target: { kind: 'loadtarget', datacenter: datacenter.id }, numbers: { targetW: 1_000_000, beforeW: 1_200_000, expectedW: 960_000, shortfallW: 0, instances: 1 } }]);
  });

  const cancel = (state: LoadTarget['state'], generation = 1) =>
    decideCancelLoadTarget({ id: 'loadtarget_1' as LoadTargetId, generation }, { target: proposed === undefined ? undefined : { ...proposed, state }, regionCode: 'fr-valence' }, { subject: 'olivia', now: NOW });
  it.each([
    { reason: 'while it is proposed, also by who planned it', result: cancel('PROPOSED'), said: ['ok'] },
    { reason: 'when it is approved', result: cancel('APPROVED'), said: ['ok'] },
    { reason: 'never once it has begun', result: cancel('RUNNING'), said: ['WRONG_STATE id expected=APPROVED'] },
    { reason: 'never twice', result: cancel('CANCELLED'), said: ['WRONG_STATE id expected=APPROVED'] },
    { reason: 'nor as somebody read it before it changed', result: cancel('APPROVED', 2), said: ['STALE_GENERATION generation asked=2 current=1'] },
  ])('is cancelled $reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });
});
