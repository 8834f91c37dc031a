import type { Alarm, AlarmSnapshot, AlarmStep, Finding } from '@cadastre/domain/alarm';
import { alarmFact, planAlarms } from '@cadastre/domain/alarm';
import { end, raise, raiseUntold, readAlarms, repeat, tell } from '@cadastre/store/alarm';
import type { Write } from '@cadastre/store/commit';
import { commit } from '@cadastre/store/commit';
import type { MonitorTools } from './tools.ts';

/** Alarms of one transaction: each is an event of up to some hundred bytes. */
const MOST_AT_ONCE = 50;

export interface Written {
  readonly raised: number;
  readonly ended: number;
  /** Raised while the log took no event. */
  readonly untold: number;
}

const batches = <T>(list: readonly T[]): readonly (readonly T[])[] => Array.from({ length: Math.ceil(list.length / MOST_AT_ONCE) }, (_, n) => list.slice(n * MOST_AT_ONCE, (n + 1) * MOST_AT_ONCE));
const of = (steps: readonly AlarmStep[], what: AlarmStep['do']): readonly Alarm[] => steps.filter(step => step.do === what).map(step => step.alarm);

/** Row and event in one transaction. False: the log takes no event now, or another monitor was first. */
const together = async (tools: MonitorTools, alarms: readonly Alarm[], write: Write, act: 'raise' | 'resolve'): Promise<boolean> => {
  const { store, log, makeAct } = tools;
  try {
    const done = await commit(store, { scope: 'system', act: makeAct(`audit.alarm.${act}`), outbox: [], writes: [write], audit: alarms.map(alarm => alarmFact(alarm, act)) });
    if (!done.ok) log.warn({ refusal: done.error, act }, 'the event of an alarm was not written');
    return done.ok;
  } catch (error) {
    log.error({ err: error, act }, 'the audit log does not take the event of an alarm');
    return false;
  }
};

const raiseAll = async (tools: MonitorTools, alarms: readonly Alarm[], now: string): Promise<number> => {
  let untold = 0;
  for (const some of batches(alarms)) {
    for (const alarm of some) tools.log.error({ alarm: alarm.id, kind: alarm.kind, severity: alarm.severity, origin: alarm.origin, place: alarm.place, detail: alarm.detail }, 'alarm');
    // Nowhere to write the event is no reason to be silent: the row alone, and the event as soon as it can be written.
    if (!(await together(tools, some, raise(some, now), 'raise'))) untold += await raiseUntold(tools.store, some);
  }
  return untold;
};

/** Writes what was planned. Each step may be done again: what is open is not raised twice, and what was told is not told twice. Throws when the rows cannot be written. */
const execute = async (tools: MonitorTools, steps: readonly AlarmStep[], now: string): Promise<Written> => {
  await repeat(tools.store, steps.flatMap(step => (step.do === 'repeat' ? [{ id: step.alarm.id, detail: step.detail }] : [])), now);
  const raised = of(steps, 'raise');
  const untold = await raiseAll(tools, raised, now);
  for (const some of batches(of(steps, 'tell'))) await together(tools, some, tell(some, now), 'raise');
  let ended = 0;
  for (const some of batches(of(steps, 'end'))) {
    for (const alarm of some) tools.log.info({ alarm: alarm.id, kind: alarm.kind, origin: alarm.origin, place: alarm.place }, 'an alarm is over');
    if (await together(tools, some.map(alarm => ({ ...alarm, resolvedAt: now })), end(some, now), 'resolve')) ended += some.length;
  }
  return { raised: raised.length, ended, untold };
};

export const sayAlarms = async (tools: MonitorTools, findings: readonly Finding[], examined: AlarmSnapshot['examined']): Promise<Written> => {
  const now = tools.clock.now();
  const { steps } = planAlarms({ now, ...(await readAlarms(tools.store)), findings, examined }, tools.ids);
  return await execute(tools, steps, now);
};
