import type { Change } from '../audit/decision.ts';
import { notFound, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at } from '../core/check.ts';
import type { AlarmId, Faults, Instant, Result } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import type { Alarm } from './model.ts';
import { alarmStatusOf } from './model.ts';
import { alarmFact } from './plan.ts';

export interface AnswerAlarm {
  readonly id: AlarmId;
  /** What was found out or done: one line for whoever reads the alarm later. It stands in the row and never in the log, for people write names. */
  readonly note: string;
}
export interface Answering {
  readonly subject: string;
  readonly now: Instant;
}

const MAX_NOTE = 500;

const inState = (input: AnswerAlarm, seen: Alarm | undefined, now: Instant, expected: 'OPEN' | 'ACKNOWLEDGED'): Result<Alarm, Faults> => {
  if (seen === undefined) return notFound('alarm', input.id, 'id');
  const { state } = alarmStatusOf(seen, now);
  return state === expected ? { ok: true, value: seen } : no([problem('WRONG_STATE', { noun: 'alarm', state, expected }, { path: ['id'] })]);
};

/** A person has seen it. It stays open: only that is said. */
export const decideAcknowledgeAlarm = (input: AnswerAlarm, seen: Alarm | undefined, by: Answering): Result<Change<Alarm, 'acknowledgedAt' | 'acknowledgedBy' | 'note'>, Faults> => {
  const found = inState(input, seen, by.now, 'OPEN');
  if (!found.ok) return found;
  return unless(check.text(at('note'), input.note, MAX_NOTE), () => {
    const changes = { acknowledgedAt: by.now, acknowledgedBy: by.subject, note: input.note };
    const next: Alarm = { ...found.value, ...changes, generation: found.value.generation + 1 };
    return { next, changes, ifGeneration: found.value.generation, events: [], audit: [{ ...alarmFact(next, 'acknowledge'), op: { from: 'OPEN', to: 'ACKNOWLEDGED' } }] };
  });
};

/** A person says why it is over; only what was acknowledged can be. Raised again when it is found again. */
export const decideResolveAlarm = (input: AnswerAlarm, seen: Alarm | undefined, by: Answering): Result<Change<Alarm, 'resolvedAt' | 'resolvedBy' | 'resolution'>, Faults> => {
  const found = inState(input, seen, by.now, 'ACKNOWLEDGED');
  if (!found.ok) return found;
  return unless(check.text(at('note'), input.note, MAX_NOTE), () => {
    const changes = { resolvedAt: by.now, resolvedBy: by.subject, resolution: input.note };
    const next: Alarm = { ...found.value, ...changes, generation: found.value.generation + 1 };
    return { next, changes, ifGeneration: found.value.generation, events: [], audit: [{ ...alarmFact(next, 'resolve'), op: { from: 'ACKNOWLEDGED', to: 'RESOLVED' } }] };
  });
};
