import { describe, expect, it } from 'vitest';
import type { AlarmId, OrganisationId } from '../core/index.ts';
import { countingIds } from '../datacenter/site.fixture.ts';
import type { Alarm, AlarmSnapshot, Finding } from './index.ts';
import { ALARM_KINDS, ALARM_TRAITS, alarmFact, alarmStatusOf, decideAcknowledgeAlarm, decideResolveAlarm, ELSEWHERE, MOST_PLACES, planAlarms } from './index.ts';

const NOW = '2026-11-27T12:00:00.000Z';
const T = 'audit.test/t/organisation_h';
const found = (kind: Finding['kind'], place = '', over: Partial<Finding> = {}): Finding => ({ kind, origin: T, tenantId: 'organisation_h' as OrganisationId, place, detail: {}, ...over });
const alarm = (kind: Finding['kind'], place = '', over: Partial<Alarm> = {}): Alarm => ({
  ...found(kind, place), id: 'alarm_1' as AlarmId, severity: ALARM_TRAITS[kind].severity, seen: 1, raisedAt: '2026-11-27T11:00:00.000Z', lastSeenAt: '2026-11-27T11:00:00.000Z', acknowledgeBy: '2026-11-28T11:00:00.000Z', toldAt: '2026-11-27T11:00:00.000Z', generation: 1, ...over,
});
const untold = ({ toldAt: _told, ...rest }: Alarm): Alarm => rest;
const snapshot = (over: Partial<AlarmSnapshot>): AlarmSnapshot => ({ now: NOW, open: [], settled: [], findings: [], examined: () => true, ...over });
/** What the plan does, a word a step. */
const plan = (over: Partial<AlarmSnapshot>): readonly string[] => planAlarms(snapshot(over), countingIds()).steps.map(s => `${s.do} ${s.alarm.kind} ${s.alarm.place}`.trim());

describe('alarms follow what is found', () => {
  it.each([
    { law: 'nothing found, nothing said', steps: plan({}), is: [] },
    { law: 'what is found is raised once, however often it was found', steps: plan({ findings: [found('ROW_ALTERED', 'leaf/3'), found('ROW_ALTERED', 'leaf/3'), found('ROW_ALTERED', 'leaf/4')] }), is: ['raise ROW_ALTERED leaf/3', 'raise ROW_ALTERED leaf/4'] },
    { law: 'found again, it is counted', steps: plan({ open: [alarm('ROW_ALTERED', 'leaf/3')], findings: [found('ROW_ALTERED', 'leaf/3')] }), is: ['repeat ROW_ALTERED leaf/3'] },
    { law: 'another log is another alarm', steps: plan({ open: [alarm('SEAL_LAG')], findings: [found('SEAL_LAG', '', { origin: 'audit.test' }), found('SEAL_LAG')] }), is: ['raise SEAL_LAG', 'repeat SEAL_LAG'] },
    { law: 'silence that is over ends by itself', steps: plan({ open: [alarm('HEARTBEAT_SILENT')] }), is: ['end HEARTBEAT_SILENT'] },
    { law: 'but not when nobody looked', steps: plan({ open: [alarm('HEARTBEAT_SILENT')], examined: () => false }), is: [] },
    { law: 'altered evidence does not end by itself, also when the bytes were put back', steps: plan({ open: [alarm('ROW_ALTERED', 'leaf/3')] }), is: [] },
    { law: 'what the log was not told is told later', steps: plan({ open: [untold(alarm('ROW_ALTERED', 'leaf/3'))], findings: [found('ROW_ALTERED', 'leaf/3')] }), is: ['repeat ROW_ALTERED leaf/3', 'tell ROW_ALTERED leaf/3'] },
    { law: 'also when it is over: what ends has begun', steps: plan({ open: [untold(alarm('LOG_FROZEN'))] }), is: ['tell LOG_FROZEN', 'end LOG_FROZEN'] },
    { law: 'the very damage that a person has settled is not raised again', steps: plan({ settled: [alarm('ROW_ALTERED', 'leaf/3', { detail: { found: 'aa' } })], findings: [found('ROW_ALTERED', 'leaf/3', { detail: { found: 'aa' } })] }), is: [] },
    { law: 'other damage in the same place is', steps: plan({ settled: [alarm('ROW_ALTERED', 'leaf/3', { detail: { found: 'aa' } })], findings: [found('ROW_ALTERED', 'leaf/3', { detail: { found: 'bb' } })] }), is: ['raise ROW_ALTERED leaf/3'] },
    { law: 'a condition that comes back is raised again, whoever ended it', steps: plan({ settled: [alarm('LOG_FROZEN')], findings: [found('LOG_FROZEN')] }), is: ['raise LOG_FROZEN'] },
  ])('$law', ({ steps, is }) => { expect(steps).toEqual(is); });

  it('a log that is wrong everywhere gives a bounded number of alarms, the last of which counts the rest, now and at the next pass', () => {
    const findings = Array.from({ length: 1_000 }, (_, n) => found('ROW_ALTERED', `leaf/${String(n)}`));
    const first = planAlarms(snapshot({ findings }), countingIds()).steps;
    expect(first).toHaveLength(MOST_PLACES + 1);
    expect(first.at(-1)?.alarm).toMatchObject({ place: ELSEWHERE, detail: { places: 1_000 - MOST_PLACES } });
    const again = planAlarms(snapshot({ open: first.map(s => ({ ...s.alarm, toldAt: NOW })), findings: findings.reverse() }), countingIds()).steps;
    expect(again.map(s => s.do).filter(d => d !== 'repeat')).toEqual([]);
  });

  it('each kind has to be acknowledged within a day, damage within the hour', () => {
    const within = (kind: Finding['kind']) => {
      const [step] = planAlarms(snapshot({ findings: [found(kind)] }), countingIds()).steps;
      return (Date.parse(step?.alarm.acknowledgeBy ?? '') - Date.parse(NOW)) / 3_600_000;
    };
    expect(ALARM_KINDS.map(within).every(h => h >= 1 && h <= 24)).toBe(true);
    expect([within('ROW_ALTERED'), within('HEARTBEAT_SILENT')]).toEqual([1, 24]);
  });

  it('is overdue from its deadline on, and stays so when it was answered late', () => {
    const by = '2026-11-27T12:00:00.000Z';
    expect([alarmStatusOf({ acknowledgeBy: by }, by), alarmStatusOf({ acknowledgeBy: by }, '2026-11-27T12:00:00.001Z'), alarmStatusOf({ acknowledgeBy: by, acknowledgedAt: '2026-11-27T11:00:00.000Z' }, FAR), alarmStatusOf({ acknowledgeBy: by, acknowledgedAt: FAR, resolvedAt: FAR }, FAR)])
      .toEqual([{ state: 'OPEN', overdue: false }, { state: 'OPEN', overdue: true }, { state: 'ACKNOWLEDGED', overdue: false }, { state: 'RESOLVED', overdue: true }]);
  });
});
const FAR = '2027-01-01T00:00:00.000Z';

describe('a person answers an alarm', () => {
  const by = { subject: 'olivia', now: NOW };
  const input = { id: 'alarm_1' as AlarmId, note: 'sauvegarde comparée' };
  it('acknowledges it first, then ends it with a reason; both stand in the log concerned, the words do not', () => {
    const seen = decideAcknowledgeAlarm(input, alarm('ROW_ALTERED', 'leaf/3'), by);
    if (!seen.ok) throw new Error('refused');
    expect(seen.value.changes).toEqual({ acknowledgedAt: NOW, acknowledgedBy: 'olivia', note: 'sauvegarde comparée' });
    expect(seen.value.audit).toEqual([{ ...alarmFact(seen.value.next, 'acknowledge'), op: { from: 'OPEN', to: 'ACKNOWLEDGED' } }]);
    expect(seen.value.audit[0]).toMatchObject({ type: 'audit.alarm.acknowledge', reason: 'ROW_ALTERED', tenant: 'organisation_h' });
    expect(JSON.stringify(seen.value.audit)).not.toContain('sauvegarde');
    const over = decideResolveAlarm(input, seen.value.next, by);
    expect(over).toMatchObject({ ok: true, value: { changes: { resolvedAt: NOW, resolvedBy: 'olivia', resolution: 'sauvegarde comparée' }, audit: [{ type: 'audit.alarm.resolve' }] } });
  });
  it.each([
    { law: 'what is not there', got: decideAcknowledgeAlarm(input, undefined, by), code: 'NOT_FOUND' },
    { law: 'what was acknowledged already', got: decideAcknowledgeAlarm(input, alarm('ROW_ALTERED', '', { acknowledgedAt: NOW }), by), code: 'WRONG_STATE' },
    { law: 'what nobody has acknowledged, to be ended', got: decideResolveAlarm(input, alarm('ROW_ALTERED'), by), code: 'WRONG_STATE' },
    { law: 'what is over', got: decideResolveAlarm(input, alarm('ROW_ALTERED', '', { acknowledgedAt: NOW, resolvedAt: NOW }), by), code: 'WRONG_STATE' },
    { law: 'without a word', got: decideAcknowledgeAlarm({ ...input, note: ' ' }, alarm('ROW_ALTERED'), by), code: 'REQUIRED' },
    { law: 'with a second line', got: decideResolveAlarm({ ...input, note: 'a\nb' }, alarm('ROW_ALTERED', '', { acknowledgedAt: NOW }), by), code: 'BAD_FORMAT' },
    { law: 'with a novel', got: decideAcknowledgeAlarm({ ...input, note: 'x'.repeat(501) }, alarm('ROW_ALTERED'), by), code: 'TOO_LONG' },
  ])('is refused: $law', ({ got, code }) => { expect(got.ok ? 'accepted' : got.error.map(p => p.code)).toEqual([code]); });
});
