import type { AuditFact } from '../audit/model.ts';
import type { Ids, Instant, Params, Plan } from '../core/index.ts';
import { canonicalJson } from '../core/index.ts';
import type { Alarm, Finding } from './model.ts';
import { alarmKey, ALARM_TRAITS } from './model.ts';

/** Open alarms of one kind in one log that name a place of their own; whatever else is found is counted in one more, so that a log that is wrong everywhere does not flood its readers. */
export const MOST_PLACES = 20;
/** The place of what is beyond. */
export const ELSEWHERE = 'elsewhere';

export interface AlarmSnapshot {
  readonly now: Instant;
  /** Alarms that are not resolved. */
  readonly open: readonly Alarm[];
  /** Alarms that a person has ended, the last of each place. Damage stays where it is: the very same is not raised again, other damage in the same place is. */
  readonly settled: readonly Alarm[];
  readonly findings: readonly Finding[];
  /** Whether what would find this was looked for, to the end. An alarm is ended only by a look, never by the absence of one. */
  readonly examined: (alarm: Pick<Alarm, 'kind' | 'origin'>) => boolean;
}

export type AlarmStep =
  | { readonly do: 'raise'; readonly alarm: Alarm }
  /** Seen again: counted, and not told again. */
  | { readonly do: 'repeat'; readonly alarm: Alarm; readonly detail: Params }
  /** Its cause is gone. */
  | { readonly do: 'end'; readonly alarm: Alarm }
  /** Its raise is still missing in the log. */
  | { readonly do: 'tell'; readonly alarm: Alarm };

/** What has to be written so that the open alarms say what is wrong now. */
export const planAlarms = (seen: AlarmSnapshot, ids: Ids): Plan<AlarmStep> => {
  const open = new Map(seen.open.map(alarm => [alarmKey(alarm), alarm]));
  const settled = new Set(seen.settled.filter(alarm => ALARM_TRAITS[alarm.kind].ends === 'BY_A_PERSON').map(damage));
  const found = gathered(seen.findings.filter(finding => !settled.has(damage(finding))), open);
  const steps: AlarmStep[] = [];
  for (const [key, finding] of found) {
    const known = open.get(key);
    steps.push(known === undefined ? { do: 'raise', alarm: raised(finding, seen.now, ids) } : { do: 'repeat', alarm: known, detail: finding.detail });
  }
  const over = seen.open.filter(alarm => ALARM_TRAITS[alarm.kind].ends === 'BY_ITSELF' && !found.has(alarmKey(alarm)) && seen.examined(alarm));
  // Told before it is ended: a log that has the end of an alarm has its beginning.
  steps.push(...seen.open.filter(alarm => alarm.toldAt === undefined).map(alarm => ({ do: 'tell', alarm }) as const));
  steps.push(...over.map(alarm => ({ do: 'end', alarm }) as const));
  const count = (what: AlarmStep['do']): number => steps.filter(step => step.do === what).length;
  return { steps, because: steps.length === 0 ? 'nothing is wrong' : `${String(count('raise'))} begin, ${String(count('end'))} end, ${String(count('repeat'))} last`, assumes: { generation: 0 } };
};

const damage = (finding: Finding): string => `${alarmKey(finding)} ${canonicalJson(finding.detail)}`;

const gathered = (findings: readonly Finding[], open: ReadonlyMap<string, Alarm>): ReadonlyMap<string, Finding> => {
  const found = new Map<string, Finding>();
  const taken = new Map<string, number>();
  const logOf = ({ kind, origin }: Finding): string => `${kind} ${origin}`;
  for (const alarm of open.values()) taken.set(logOf(alarm), (taken.get(logOf(alarm)) ?? 0) + 1);
  const beyond = new Map<string, Finding[]>();
  for (const finding of findings) {
    const [key, log] = [alarmKey(finding), logOf(finding)];
    if (found.has(key)) continue;
    if (!open.has(key) && (taken.get(log) ?? 0) >= MOST_PLACES) {
      beyond.set(log, [...(beyond.get(log) ?? []), finding]);
      continue;
    }
    if (!open.has(key)) taken.set(log, (taken.get(log) ?? 0) + 1);
    found.set(key, finding);
  }
  for (const list of beyond.values()) {
    const [first] = list;
    if (first === undefined) continue;
    const { leafIndex: _index, eventId: _event, ...of } = first;
    found.set(alarmKey({ ...of, place: ELSEWHERE }), { ...of, place: ELSEWHERE, detail: { ...first.detail, places: list.length } });
  }
  return found;
};

const HOUR_MS = 3_600_000;
const raised = (finding: Finding, now: Instant, ids: Ids): Alarm => {
  const { severity, acknowledgeHours } = ALARM_TRAITS[finding.kind];
  return { ...finding, id: ids.next('alarm'), severity, seen: 1, raisedAt: now, lastSeenAt: now, acknowledgeBy: new Date(Date.parse(now) + acknowledgeHours * HOUR_MS).toISOString(), generation: 1 };
};

/** What the log concerned is told. A tenant's in the tenant's log, the others in the provider's. */
export const alarmFact = (alarm: Alarm, act: 'raise' | 'acknowledge' | 'resolve'): AuditFact => ({
  type: `audit.alarm.${act}`, phase: 'completed', outcome: 'success', reason: alarm.kind, ...(alarm.tenantId === undefined ? {} : { tenant: alarm.tenantId }),
  target: { kind: 'alarm', id: alarm.id, parent: alarm.origin },
  change: [{ path: 'place', to: alarm.place === '' ? 'log' : alarm.place }, { path: 'severity', to: alarm.severity }],
  numbers: { ...alarm.detail, raised_at: alarm.raisedAt, acknowledge_by: alarm.acknowledgeBy, seen: alarm.seen, ...(alarm.leafIndex === undefined ? {} : { leaf_index: alarm.leafIndex }) },
});
