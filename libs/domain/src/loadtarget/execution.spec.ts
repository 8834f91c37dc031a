import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatacenterId, InstanceId, LoadTargetId, OrganisationId, PowerPhaseId } from '../core/index.ts';
import { cappedPhases } from './cap.ts';
import { factsOfSettling, factsOfSkipping, factsOfWarning, nextLook, planExecution, statusOfExecution } from './execution.ts';
import type { ExecutionSeen, ExecutionStep, OpenStep } from './execution.ts';
import type { LoadTarget, LoadTargetState } from './model.ts';

const FROM = '2027-01-10T17:00:00.000Z';
const TO = '2027-01-10T20:00:00.000Z';
const NOTICE = '2027-01-10T16:58:00.000Z';
const target: LoadTarget = {
  id: 'loadtarget_1' as LoadTargetId, datacenterId: 'datacenter_1' as DatacenterId, targetW: 1_000, from: FROM, to: TO, includeProduction: false, beforeW: 1_500, expectedW: 1_000, shortfallW: 0, stepCount: 3,
  spared: { instances: 0, watts: 0 }, state: 'RUNNING', plannedBy: 'olivia', approvedBy: 'oscar', approvedAt: '2027-01-10T10:00:00.000Z', generation: 2,
};
const step = (name: string, watts: number, over: Partial<OpenStep> = {}): OpenStep => ({
  instanceId: `instance_${name}` as InstanceId, tenantId: 'organisation_1' as OrganisationId, why: 'PILOT', purpose: 'TRAINING', gpus: 8, watts, expectedW: 0, gone: false, ...over,
});
const noticed = (name: string, watts: number, over: Partial<OpenStep> = {}): OpenStep => step(name, watts, { noticedAt: NOTICE, ...over });
/** 1,500 W of IT at PUE 1: 500 W too much. */
const seen = (over: Partial<Omit<ExecutionSeen, 'target'>> = {}, of: Partial<LoadTarget> = {}): ExecutionSeen => ({ now: FROM, target: { ...target, ...of }, regionCode: 'fr-valence', pueMilli: 1_000, itW: 1_500, goingW: 0, boundW: 1_000, open: [], ...over });
const nameOf = (s: OpenStep): string => s.instanceId.slice('instance_'.length);
const said = (steps: readonly ExecutionStep[]): readonly string[] => steps.map(s => `${s.do} ${s.do === 'release' ? nameOf(s.step) : s.steps.map(nameOf).join(' ')}`);

describe('an approved target', () => {
  const APPROVED = { state: 'APPROVED' } as const;
  const open = [step('a', 300), step('b', 300), step('c', 300)];
  it.each([
    { reason: 'does nothing before its notice', of: seen({ now: '2027-01-10T16:57:59.999Z', open }, APPROVED), does: [] },
    { reason: 'tells those that are needed two minutes before', of: seen({ now: NOTICE, open }, APPROVED), does: ['warn a b'] },
    { reason: 'tells them once', of: seen({ now: NOTICE, open: [noticed('a', 300), noticed('b', 300), step('c', 300)] }, APPROVED), does: [] },
    { reason: 'tells nobody when the site is down already', of: seen({ now: NOTICE, itW: 1_000, open }, APPROVED), does: [] },
    { reason: 'counts out who is leaving anyway', of: seen({ now: NOTICE, goingW: 300, open }, APPROVED), does: ['warn a'] },
    { reason: 'lets off a small one that the next makes needless', of: seen({ now: NOTICE, open: [step('small', 100), step('large', 500)] }, APPROVED), does: ['warn large'] },
    { reason: 'skips who left before he was told', of: seen({ now: NOTICE, open: [step('a', 300, { gone: true }), step('b', 500)] }, APPROVED), does: ['skip a', 'warn b'] },
    { reason: 'releases nobody before its state says that it is in force', of: seen({ open: [noticed('a', 500)] }, APPROVED), does: [] },
    { reason: 'is nothing while it is only proposed', of: seen({ open }, { state: 'PROPOSED' }), does: [] },
  ])('$reason', ({ of, does }) => { expect(said(planExecution(of).steps)).toEqual(does); });
});

describe('a target in force', () => {
  const three = [noticed('a', 300), noticed('b', 300), step('c', 300)];
  it.each([
    { reason: 'releases in the plan\'s order', of: seen({ open: three }), does: ['release a', 'release b'] },
    { reason: 'releases nobody while the ledger would let others take what is freed', of: seen({ boundW: 1_001, open: three }), does: [] },
    { reason: 'releases the rest of them where it was stopped', of: seen({ goingW: 300, open: three.slice(1) }), does: ['release b'] },
    { reason: 'asks again about one that is gone: perhaps that was us, and was not written down', of: seen({ goingW: 300, open: [noticed('a', 300, { gone: true }), ...three.slice(1)] }), does: ['release a', 'release b'] },
    { reason: 'stops where the site is down', of: seen({ itW: 1_000, open: three }), does: [] },
    { reason: 'lets off who was told, when others have left', of: seen({ itW: 1_200, open: three }), does: ['release a'] },
    { reason: 'waits for those on their way out instead of taking more', of: seen({ goingW: 600, open: [step('c', 300)] }), does: [] },
    { reason: 'takes one more when an earlier one left by himself with fewer watts', of: seen({ itW: 1_400, open: [noticed('b', 300), step('c', 300)] }), does: ['warn c', 'release b'] },
    { reason: 'never releases before the notice is over', of: seen({ open: [step('a', 500, { noticedAt: '2027-01-10T16:58:00.001Z' })] }), does: [] },
    { reason: 'that was approved late gives the whole notice all the same', of: seen({ now: '2027-01-10T17:01:59.999Z', open: [step('a', 500, { noticedAt: FROM })] }), does: [] },
    { reason: 'and then releases', of: seen({ now: '2027-01-10T17:02:00.000Z', open: [step('a', 500, { noticedAt: FROM })] }), does: ['release a'] },
    { reason: 'goes on after it was missed', of: seen({ open: three }, { state: 'MISSED' }), does: ['release a', 'release b'] },
    { reason: 'releases nobody after its end, and says so', of: seen({ now: TO, open: three }), does: ['spare a b'] },
    { reason: 'that was cancelled withdraws its notices', of: seen({ now: NOTICE, open: three }, { state: 'CANCELLED' }), does: ['spare a b'] },
  ])('$reason', ({ of, does }) => { expect(said(planExecution(of).steps)).toEqual(does); });
});

describe('what a target has come to', () => {
  const state = (of: ExecutionSeen): string | undefined => statusOfExecution(of)?.changes.state;
  it.each([
    { reason: 'not yet in force', of: seen({ now: NOTICE }, { state: 'APPROVED' }), is: undefined },
    { reason: 'it begins', of: seen({ open: [step('a', 500)] }, { state: 'APPROVED' }), is: 'RUNNING' },
    { reason: 'it begins with nothing to do', of: seen({ itW: 900 }, { state: 'APPROVED' }), is: 'REACHED' },
    { reason: 'somebody is on his way out', of: seen({ goingW: 500 }), is: undefined },
    { reason: 'at the target', of: seen({ itW: 1_000 }), is: 'REACHED' },
    { reason: 'nobody is left who may give way', of: seen(), is: 'MISSED' },
    { reason: 'whoever is left draws nothing', of: seen({ open: [step('idle', 0)] }), is: 'MISSED' },
    { reason: 'missed, and then somebody else left', of: seen({ itW: 1_000 }, { state: 'MISSED' }), is: 'REACHED' },
    { reason: 'reached, and then a machine was added', of: seen({ open: [step('c', 300)] }, { state: 'REACHED' }), is: 'RUNNING' },
    { reason: 'still missed by as much', of: seen({}, { state: 'MISSED', measuredW: 1_500 }), is: undefined },
    { reason: 'missed by less', of: seen({ itW: 1_400 }, { state: 'MISSED', measuredW: 1_500 }), is: 'MISSED' },
    { reason: 'its end', of: seen({ now: TO }, { state: 'REACHED' }), is: 'ENDED' },
    { reason: 'its end, when nobody had looked at it', of: seen({ now: TO }, { state: 'APPROVED' }), is: 'ENDED' },
    { reason: 'cancelled stays so', of: seen({ now: TO }, { state: 'CANCELLED' }), is: undefined },
  ])('$reason', ({ of, is }) => { expect(state(of)).toBe(is); });

  it('by how much it was missed, in watts of the site', () => {
    expect(statusOfExecution(seen({ pueMilli: 1_200 }))?.audit).toMatchObject([{ outcome: 'failure', change: [{ from: 'RUNNING', to: 'MISSED' }], numbers: { targetW: 1_000, measuredW: 1_800, overW: 800 } }]);
  });
  it('keeps when it was first reached', () => {
    expect([statusOfExecution(seen({ itW: 900 }))?.changes.reachedAt, statusOfExecution(seen({ now: TO }, { state: 'MISSED', reachedAt: FROM }))?.changes.reachedAt]).toEqual([FROM, FROM]);
  });
  it.each([
    { reason: 'the notice', of: seen({ now: '2027-01-10T10:00:00.000Z' }, { state: 'APPROVED' }), next: NOTICE },
    { reason: 'the beginning', of: seen({ now: NOTICE, open: [noticed('a', 500)] }, { state: 'APPROVED' }), next: FROM },
    { reason: 'the end of a late notice', of: seen({ open: [step('a', 500, { noticedAt: FROM })] }), next: '2027-01-10T17:02:00.000Z' },
    { reason: 'the end', of: seen({ itW: 1_000 }), next: TO },
    { reason: 'nothing', of: seen({ now: TO }, { state: 'ENDED' }), next: undefined },
  ])('waits for $reason', ({ of, next }) => { expect(nextLook(of)).toBe(next); });
});

describe('tenants', () => {
  const [a, b] = [noticed('a', 300), step('b', 200)];
  it('are told which target, and how long they have', () => {
    const { events, audit } = factsOfWarning(seen({ now: NOTICE }), [a], 120);
    expect(events).toEqual([{ noun: 'instance', objectId: a.instanceId, verb: 'warned', regionCode: 'fr-valence', tenantId: 'organisation_1' }]);
    expect(audit).toMatchObject([{ type: 'compute.instance.warn', reason: 'LOAD_TARGET', tenant: 'organisation_1', numbers: { loadTarget: target.id, noticeSeconds: 120, releaseAt: FROM } }]);
  });
  it('are told what came of it; of those who left before anybody was told only the operator knows', () => {
    const shown = [factsOfSettling(seen(), [a], 'RELEASED'), factsOfSettling(seen(), [a], 'SKIPPED'), factsOfSkipping(seen(), [b])].map(f => f.audit.map(x => `${x.type} ${x.target.id} ${x.tenant ?? '-'}`));
    expect(shown).toEqual([['compute.instance.shed instance_a organisation_1'], ['compute.instance.spare instance_a organisation_1'], [`dcim.loadtarget.state ${target.id} -`]]);
  });
});

/** Looks again and again, each of them stopped after any number of steps, written down or not. */
const carriedOut = (watts: readonly number[], targetW: number, stops: readonly { readonly after: number; readonly written: boolean }[]): { readonly released: ReadonlySet<string>; readonly state: LoadTargetState } => {
  const total = watts.reduce((n, w) => n + w, 0);
  const released = new Set<string>();
  let of = seen({ itW: total, boundW: 0, open: watts.map((w, n) => noticed(String(n), w)) }, { targetW });
  for (const stop of [...stops, { after: Infinity, written: true }, { after: Infinity, written: true }]) {
    const steps = planExecution(of).steps.flatMap(s => (s.do === 'release' ? [s.step] : []));
    const done = steps.slice(0, stop.after);
    for (const s of done) released.add(nameOf(s));
    const written = new Set((stop.written ? done : done.slice(0, -1)).map(nameOf));
    const open = of.open.filter(s => !written.has(nameOf(s))).map(s => ({ ...s, gone: released.has(nameOf(s)) }));
    of = { ...of, open, goingW: [...released].reduce((n, name) => n + (watts[Number(name)] ?? 0), 0) };
  }
  return { released, state: statusOfExecution({ ...of, itW: of.itW - of.goingW, goingW: 0 })?.changes.state ?? of.target.state };
};

it('stopped anywhere it releases the same instances, and none that the target could do without', () => {
  const stop = fc.record({ after: fc.integer({ min: 0, max: 3 }), written: fc.boolean() });
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 10 }), fc.integer({ min: 0, max: 3_000 }), fc.array(stop, { maxLength: 6 }), (watts, targetW, stops) => {
    const whole = carriedOut(watts, targetW, []);
    expect(carriedOut(watts, targetW, stops)).toEqual(whole);
    const left = watts.reduce((n, w, i) => (whole.released.has(String(i)) ? n : n + w), 0);
    expect(whole.state).toBe(left <= targetW ? 'REACHED' : 'MISSED');
    if (left <= targetW) for (const name of whole.released) expect(left + (watts[Number(name)] ?? 0)).toBeGreaterThan(targetW);
  }), { numRuns: Number(process.env['CADASTRE_PROPERTY_RUNS'] ?? 500) });
});

describe('contracts while a target is in force', () => {
  const phase = (over: Partial<Parameters<typeof cappedPhases>[0][number]> = {}): Parameters<typeof cappedPhases>[0][number] =>
    ({ id: 'phase_1' as PowerPhaseId, datacenterId: target.datacenterId, name: 'p1', contractedW: 5_000, state: 'ENERGISED', from: '2026-01-01T00:00:00.000Z', ...over });
  const shown = (phases: readonly ReturnType<typeof phase>[], ...caps: readonly Partial<LoadTarget>[]): readonly string[] =>
    cappedPhases(phases, caps.map(c => ({ ...target, ...c }))).map(p => `${p.id} ${p.from.slice(5, 16)} ${p.to?.slice(5, 16) ?? '-'} ${String(p.contractedW)}`);
  it.each([
    { reason: 'without one as they are', shown: shown([phase()]), is: ['phase_1 01-01T00:00 - 5000'] },
    { reason: 'cut at its two ends', shown: shown([phase()], {}), is: ['phase_1 01-01T00:00 01-10T17:00 5000', 'phase_1/1 01-10T17:00 01-10T20:00 1000', 'phase_1/2 01-10T20:00 - 5000'] },
    { reason: 'one that begins within', shown: shown([phase({ from: '2027-01-10T18:00:00.000Z' })], {}), is: ['phase_1 01-10T18:00 01-10T20:00 1000', 'phase_1/1 01-10T20:00 - 5000'] },
    { reason: 'one that ends within', shown: shown([phase({ to: '2027-01-10T18:00:00.000Z' })], {}), is: ['phase_1 01-01T00:00 01-10T17:00 5000', 'phase_1/1 01-10T17:00 01-10T18:00 1000'] },
    { reason: 'one that is less than the target', shown: shown([phase({ contractedW: 500, from: FROM, to: TO })], {}), is: ['phase_1 01-10T17:00 01-10T20:00 500'] },
    { reason: 'one that is over', shown: shown([phase({ to: FROM })], {}), is: ['phase_1 01-01T00:00 01-10T17:00 5000'] },
    { reason: 'the lower of two targets', shown: shown([phase({ from: FROM, to: TO })], {}, { targetW: 700, to: '2027-01-10T18:00:00.000Z' }), is: ['phase_1 01-10T17:00 01-10T18:00 700', 'phase_1/1 01-10T18:00 01-10T20:00 1000'] },
    { reason: 'of another site', shown: shown([phase({ datacenterId: 'datacenter_2' as DatacenterId })], {}), is: ['phase_1 01-01T00:00 - 5000'] },
    { reason: 'one that gives no power yet', shown: shown([phase({ state: 'CONTRACTED' })], {}), is: ['phase_1 01-01T00:00 - 5000'] },
  ])('$reason', ({ shown: list, is }) => { expect(list).toEqual(is); });
});
